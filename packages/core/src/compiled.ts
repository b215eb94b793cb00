// Contract 1: the compiled form. The compiler fulfils it, the engine, the elements, the dossier builder
// and the server read it. Everything here but the functions is plain JSON.

import type { Sha256 } from './canonical.ts';
import type { IssueSeverity, LocalizedText } from './issue.ts';
import type { Json, JsonObject } from './json.ts';
import type { Path, Pointer, PointerPattern } from './pointer.ts';
import type { RecursivePlaces } from './recursion.ts';
import type { ConceptId, SubjectRole } from './statement.ts';

export type JsonSchema = boolean | JsonObject;

/** A form, ready to run. Made by `compileForm` at build or publish time, or at run time without eval. */
export interface CompiledForm {
  readonly format: 'https://onceform.dev/compiled/1';
  /** The definition's `$id`. */
  readonly id: string;
  /** `form.version`, or `0` where the definition has none. */
  readonly version: string;
  /** SHA-256 of the canonical JSON of `{ definition, dataSchema, rules }`: the form's identity in seal and dossier. */
  readonly digest: Sha256;
  readonly title: LocalizedText;
  /** The language the definition's own texts are in, BCP 47. */
  readonly locale: string;
  readonly outline: Outline;
  readonly guards: readonly Guard[];
  readonly computed: readonly Computed[];
  readonly rules: readonly Rule[];
  readonly reuse: readonly ReuseItem[];
  readonly components: readonly ComponentSpec[];
  readonly procedure: ProcedureSpec | null;
  /** What the citizen promises before filing, as the paper form words it. */
  readonly commitment?: LocalizedText;
  /** What the compiler wants said to whoever runs it: upgraded drafts, controls that cannot be offered, … */
  readonly notes: readonly CompileNote[];
  readonly validators: Validators;
  /**
   * The documents a dossier carries, loaded when they are needed (a module of its own in the browser). The same every
   * time; their digests give `digest`. A form whose languages load one by one has them all when this resolves.
   */
  documents(): Promise<FormDocuments>;
}

/** What the dossier keeps of a form so that it can be read and judged without us. */
export interface FormDocuments {
  /** The definition as published, references bundled. */
  readonly definition: JsonObject;
  /** Pure JSON Schema 2020-12: formats lowered to `pattern`, `when` to `if/then/else`, short code lists to `enum`. */
  readonly dataSchema: JsonObject;
  readonly rules: readonly PublishedRule[];
}

export interface CompileNote {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** Into the definition. */
  readonly pointer: Pointer;
  /** Into the text there, in UTF-16 units, where the note is about a part of it. */
  readonly offset?: number;
  readonly message: string;
}

// ---- outline -----------------------------------------------------------------------------------

/** What a face draws: the tree mirrors the data; pages and sections point into it. */
export interface Outline {
  readonly root: OutlineNode;
  /** Recursive parts by name; a `recursion` node names one. */
  readonly definitions: { readonly [name: string]: OutlineNode };
  /** At least one. A form without `form.pages` has a page for each top-level group, or a single page. */
  readonly pages: readonly OutlinePage[];
}

export interface OutlinePage {
  readonly id: string;
  readonly title: LocalizedText;
  readonly description?: Markdown;
  readonly sections: readonly OutlineSection[];
}

export interface OutlineSection {
  readonly id: string;
  /** Absent: the section has no heading of its own. */
  readonly title?: LocalizedText;
  readonly description?: Markdown;
  /** Nodes outside of lists and recursion, so a plain pointer names each: `/requester/fullName`. */
  readonly nodes: readonly Pointer[];
}

export type OutlineNode =
  GroupNode | ListNode | TupleNode | MapNode | ChoiceNode | FieldNode | RecursionNode | UnsupportedNode;

interface NodeBase {
  /** Member name under the parent; `[]` for the item of a list or the value of a map; `''` for the root. */
  readonly key: string;
  readonly title?: LocalizedText;
  /** Standing text before the control. */
  readonly description?: Markdown;
  /** One line under the label. */
  readonly hint?: LocalizedText;
  /** Required whenever it is relevant. */
  readonly required: boolean;
  readonly nullable: boolean;
  /** Set by the engine or the register, never typed: `readOnly`, `const`, `$context`. */
  readonly readOnly: boolean;
  readonly widget?: string;
  readonly concept?: ConceptId;
  /** Inherited from the nearest ancestor that says it. */
  readonly subject?: SubjectRole;
  readonly sensitivity?: Sensitivity;
}

/** An object with named members. */
export interface GroupNode extends NodeBase {
  readonly kind: 'group';
  readonly children: readonly OutlineNode[];
  /** Members no property names; absent when they are refused. */
  readonly rest?: MapNode;
}

/** An array of like items. */
export interface ListNode extends NodeBase {
  readonly kind: 'list';
  readonly item: OutlineNode;
  readonly minItems: number;
  readonly maxItems: number | null;
  readonly uniqueItems: boolean;
}

/** An array whose places differ (`prefixItems`): the children's keys are `0`, `1`, … */
export interface TupleNode extends NodeBase {
  readonly kind: 'tuple';
  readonly children: readonly OutlineNode[];
  readonly rest?: OutlineNode;
}

/** An object whose member names the citizen gives. */
export interface MapNode extends NodeBase {
  readonly kind: 'map';
  readonly value: OutlineNode;
  /** A regular expression each name has to match. */
  readonly keyPattern?: string;
}

/** `oneOf`/`anyOf`: one branch is chosen, and the choice is state. */
export interface ChoiceNode extends NodeBase {
  readonly kind: 'choice';
  readonly branches: readonly ChoiceBranch[];
  /** Nodes that every branch shares. */
  readonly shared: readonly OutlineNode[];
}

export interface ChoiceBranch {
  readonly title: LocalizedText;
  /** Its key is that of the choice: it describes the same value. */
  readonly node: OutlineNode;
  /** A `const` member that tells the branches apart: `{ key: 'kind', value: 'person' }`. */
  readonly discriminator?: { readonly key: string; readonly value: Json };
  /** Tells whether a value fits the branch; used once, on load. */
  matches(value: Json): boolean;
  /** What the branch alone finds wrong with a value: tells its errors from those of the others. */
  errors?(value: Json): readonly SchemaError[];
}

/** One answer. */
export interface FieldNode extends NodeBase {
  readonly kind: 'field';
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'null' | 'file' | 'any';
  readonly format?: string;
  /** Offered values, in order: `enum`, `const` branches, or a code list of up to 60 entries; longer lists are loaded. */
  readonly options?: readonly Option[];
  readonly codeList?: CodeListRef;
  readonly multiple?: boolean;
  readonly constraints: Constraints;
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly placeholder?: LocalizedText;
  readonly autocomplete?: string;
  readonly unit?: string;
  readonly mask?: string;
  readonly computed: boolean;
  /** For `file`. */
  readonly accept?: readonly string[];
  readonly maxSize?: number;
}

export interface Option {
  readonly value: Json;
  readonly label: LocalizedText;
}

export interface CodeListRef {
  readonly id: string;
  /** The field that narrows it, for cascades: a pointer relative to the same parent, `/province`. */
  readonly within?: Pointer;
}

/** The keywords a control can use before the validator speaks. Lengths in Unicode code points, sizes in bytes. */
export interface Constraints {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly const?: Json;
}

/** The same definition again, one level deeper. */
export interface RecursionNode extends NodeBase {
  readonly kind: 'recursion';
  readonly to: string;
}

/** Valid schema that no control can offer; the face says so instead of dropping it. */
export interface UnsupportedNode extends NodeBase {
  readonly kind: 'unsupported';
  readonly reason: string;
}

/** `B` basic, `S` sensitive personal data, `O` not personal. */
export type Sensitivity = 'B' | 'S' | 'O';

// ---- texts: a Markdown subset, parsed at compile time, so that no HTML ever exists -------------------

export type Markdown = { readonly [locale: string]: readonly Block[] };
export type Block =
  | { readonly kind: 'paragraph' | 'heading' | 'quote'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] };
export type Inline =
  | { readonly kind: 'text' | 'strong' | 'emphasis' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

// ---- relevance, computed values, rules -----------------------------------------------------------

/**
 * One node of the derivation graph. `target` and `reads` are patterns from the root, or, with `scope`,
 * from each instance of that recursive definition. The `[]`s of `reads` bind to those of `target`
 * as far as the two agree from the left; further ones mean every item.
 */
export interface Unit {
  readonly id: string;
  readonly scope?: string;
  readonly target: PointerPattern;
  readonly reads: readonly PointerPattern[];
  /** With `scope`: what is read of the whole instance (`data.…`), as patterns from the root. */
  readonly dataReads?: readonly PointerPattern[];
  /** Position in the topological order over all units: inputs have smaller numbers. */
  readonly order: number;
}

/** Relevance of `target`: asked only while `test` holds for the value at `anchor`. */
export interface Guard extends Unit {
  /** A prefix of `target`: the nearest common ancestor of the target and what the condition reads. */
  readonly anchor: PointerPattern;
  /** Pure. `undefined` where the anchor is absent. */
  test(anchor: Json | undefined): boolean;
}

/** `compute`: the value at `target` is this CEL expression. Absent while something it needs is absent. */
export interface Computed extends Unit {
  readonly expression: string;
  /** What the expression's value is turned into. */
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'any';
  /** Paths that must be present, as CEL member chains written as patterns; those under `has()` are not here. */
  readonly needs: readonly PointerPattern[];
  /** With `scope`: what has to be present in the whole instance. */
  readonly dataNeeds?: readonly PointerPattern[];
}

/** `checks`: a CEL expression that must be true of the value at `target`. */
export interface Rule extends Unit {
  readonly expression: string;
  readonly needs: readonly PointerPattern[];
  readonly dataNeeds?: readonly PointerPattern[];
  readonly severity: IssueSeverity;
  readonly message: LocalizedText;
}

/** A rule or computed value as it is published beside the dataSchema, for any language with a CEL library. */
export interface PublishedRule {
  readonly id: string;
  readonly kind: 'check' | 'compute';
  /** In a definition that contains itself: where its instances are. `target` and `needs` are relative to each of them. */
  readonly within?: RecursivePlaces;
  readonly target: PointerPattern;
  /**
   * CEL. Variables: `data` (the whole instance), `self` (the object that holds the target), `value` (the
   * target; checks only), `context` (`/$context`), `pointer` (where the target is: `/cars/0/plate`).
   */
  readonly expression: string;
  readonly needs: readonly PointerPattern[];
  /** With `within`: what has to be present in the whole instance. */
  readonly dataNeeds?: readonly PointerPattern[];
  readonly severity?: IssueSeverity;
  readonly message?: LocalizedText;
}

// ---- validation ----------------------------------------------------------------------------------

/** An error as ajv reports it; the engine turns it into an `Issue`. */
export interface SchemaError {
  readonly instancePath: Pointer;
  readonly keyword: string;
  readonly params: { readonly [name: string]: unknown };
  readonly schemaPath?: string;
}

export interface Validators {
  /** Judges a whole instance against the dataSchema. Empty when valid. Never throws, whatever the JSON. */
  whole(data: Json): readonly SchemaError[];
  /**
   * The same judgement in parts: the union over all parts, each run on every instance of its pattern,
   * equals `whole`. The first part is the root with the others cut out.
   */
  readonly parts: readonly ValidatorPart[];
}

export interface ValidatorPart {
  readonly pattern: PointerPattern;
  /** `instancePath` is relative to the value given. */
  validate(value: Json): readonly SchemaError[];
}

// ---- reuse ---------------------------------------------------------------------------------------

/** Something a source may fill: one field, or a record whose members are filled together. */
export interface ReuseItem {
  /** The field or the group: `/mother`. */
  readonly pointer: PointerPattern;
  readonly concept: ConceptId;
  readonly subject: SubjectRole;
  readonly policy: ReusePolicy;
  /** The fields it fills; for a single field, itself. Nested groups are listed by their leaves or as one composite value. */
  readonly members: readonly ReuseMember[];
}

export interface ReuseMember {
  readonly pointer: PointerPattern;
  readonly concept: ConceptId;
  readonly edit: EditPolicy;
  readonly sensitivity: Sensitivity;
}

export type ReuseMode = 'fill' | 'choose' | 'reference' | 'never';
/** `locked`: the sealed value goes into the dossier whatever an input holds. `correctable`: changed with a reason. */
export type EditPolicy = 'locked' | 'correctable' | 'free';

export interface ReusePolicy {
  readonly mode: ReuseMode;
  readonly edit: EditPolicy;
  /** ISO 8601 duration, `P90D`; absent: any age. */
  readonly maxAge?: string;
  readonly onStale?: 'refetch' | 'warn' | 'confirm' | 'reject';
  readonly minAssurance?: AssuranceLevel;
  readonly conflict?: { readonly strategy: readonly string[]; readonly onTie: 'choose' | 'first' };
  readonly onMissing?: 'ask' | 'ask-with-evidence' | 'block' | 'skip';
  readonly recheck?: 'never' | 'if-stale' | 'always';
  readonly writeBack?: { readonly defaultOn: boolean };
  /** Ids of components that these data make unnecessary. */
  readonly replaces?: readonly string[];
}

export type AssuranceLevel = 'low' | 'substantial' | 'high';

// ---- the form object -----------------------------------------------------------------------------

/** What the procedure is; every text as the authority published it. */
export interface ProcedureSpec {
  /** `1.001193`; null where the procedure has no code yet. */
  readonly code: string | null;
  readonly name: LocalizedText;
  readonly legalBasis?: readonly LocalizedText[];
  readonly authority?: LocalizedText;
  readonly duration?: LocalizedText;
  readonly result?: LocalizedText;
  readonly validFrom?: string;
  /** Last day it is offered, unless a newer version takes its place before. */
  readonly validUntil?: string;
  /** Why it ends then, and what comes after: said to who looks for the form too late. */
  readonly endReason?: LocalizedText;
  /** Why the data are asked for, shown before any fetch. */
  readonly purpose?: { readonly code: string; readonly text: LocalizedText };
  /** The procedures that one declaration starts: each becomes a dossier of its own, filed all or none. Absent: one dossier. */
  readonly parts?: readonly ProcedurePart[];
}

/** One of several procedures that a declaration starts. All dossiers carry the whole declaration, each its own papers. */
export interface ProcedurePart {
  readonly code: string | null;
  readonly name: LocalizedText;
  /** Ids of the components that go with this dossier; a component goes with one part only. */
  readonly components: readonly string[];
}

/** A paper of the dossier, and what may stand in its place. */
export interface ComponentSpec {
  readonly id: string;
  readonly title: LocalizedText;
  readonly description?: Markdown;
  /** `submit`: goes into the dossier; `present`: is only shown at the counter. */
  readonly handling: 'submit' | 'present';
  /** Needed while the guard of this id holds; absent: always. */
  readonly guard?: (data: Json) => boolean;
  /** Data that make it unnecessary: every pointer must be `auto` with at least this assurance. */
  readonly replacedBy?: {
    readonly pointers: readonly Pointer[];
    readonly minAssurance: AssuranceLevel;
    /** The published scope it relies on, for the officer and for the law. */
    readonly scope?: LocalizedText;
  };
  readonly required: boolean;
  /** Components of which one is enough share a name. */
  readonly oneOf?: string;
  /** Media types, `application/pdf`. */
  readonly accept: readonly string[];
  /** Bytes, of one file. */
  readonly maxSize: number;
  readonly maxFiles: number;
}

/** The official paper layout, read by the human copy. Its parts are fixed by domain/printing.md. */
/** The layout of the paper form: what a person reads of the dossier, in the order, words and marks of the law. */
export interface PrintSpec {
  /** In small type over everything: which annex the form is from. */
  readonly formNumber?: LocalizedText;
  readonly title: LocalizedText;
  readonly subtitle?: LocalizedText;
  /** `{agency}` stands for the name of who decides, dots where the answers do not say yet. */
  readonly addressee?: LocalizedText;
  readonly lines: readonly PrintLine[];
  readonly commitment?: LocalizedText;
  /** Place and date over the signature; `{day}`, `{month}` and `{year}` stand for the day of completion. */
  readonly dateline?: LocalizedText;
  /** Side by side under the commitment; the declarant alone when left out. */
  readonly signatures?: readonly PrintSignature[];
  /** Under the signatures, in small type; each note begins with its own mark. */
  readonly footnotes?: readonly LocalizedText[];
}

export type PrintLine =
  | { readonly text: LocalizedText }
  | PrintAnswer
  /** Answers that share one line of the paper form. */
  | { readonly row: readonly PrintAnswer[] }
  | PrintTable;

export interface PrintAnswer {
  readonly label: LocalizedText;
  readonly pointers: readonly Pointer[];
  /** Left to write on where one of these is answered: the paper asks only without it. The annex shows the answer. */
  readonly unless?: readonly Pointer[];
  /** `capitals`: as names are written on official paper; `boxes`: each character in a box of its own. */
  readonly as?: 'capitals' | 'boxes';
  /** The answer as the paper words it: a pointer in braces stands for its text, dots where there is none. */
  readonly sentence?: LocalizedText;
  /** What may be ticked; all are printed, and the one whose value was answered is crossed. */
  readonly choices?: readonly PrintChoice[];
  /** With `boxes`: how many are printed where there is no answer. */
  readonly length?: number;
}

export interface PrintChoice {
  readonly value: Json;
  readonly text: LocalizedText;
}

/** One row for each item of a list. */
export interface PrintTable {
  readonly table: Pointer;
  /** Title of a first column that counts the rows. */
  readonly count?: LocalizedText;
  /** Pointers are relative to the item. */
  readonly columns: readonly PrintAnswer[];
}

export interface PrintSignature {
  readonly title: LocalizedText;
  /** Over the title, where each signer writes a day; filled in for the last one, who filed. As `PrintSpec.dateline`. */
  readonly dateline?: LocalizedText;
  /** `(sign and write your full name)`. */
  readonly note?: LocalizedText;
  /** Whose name is printed below. */
  readonly pointers?: readonly Pointer[];
}

/** A file as an answer or component holds it; the bytes travel beside the data. */
export interface FileReference {
  /** NFC, as the citizen's device named it. */
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: Sha256;
}

export type { Path };
