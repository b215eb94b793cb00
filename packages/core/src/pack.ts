// The country pack: all that a country brings. Passed in; the engine knows no country.

import type { ReusePolicy, Sensitivity } from './compiled.ts';
import type { IssueSeverity, LocalizedText } from './issue.ts';
import type { ReceiptFee } from './dossier.ts';
import type { Json, JsonObject } from './json.ts';
import type { Pointer } from './pointer.ts';
import type { FormContext } from './seal.ts';
import type { ConceptId, SourceRef } from './statement.ts';

export interface CountryPack {
  /** `vn`: also the prefix of its formats. */
  readonly id: string;
  readonly version: string;
  /** First is the official one. */
  readonly locales: readonly string[];
  readonly timeZone: string;
  readonly concepts: { readonly [id: ConceptId]: ConceptSpec };
  readonly formats: { readonly [name: string]: FormatSpec };
  readonly codeLists: { readonly [id: string]: CodeListSpec };
  /** Functions rules may call beside the built-in ones, by name. */
  readonly functions: { readonly [name: string]: RuleFunction };
  /** Schemas that definitions may `$ref`, by `$id`. */
  readonly schemas: { readonly [id: string]: Json };
  /** Lines over the title of an official declaration, in the official language; a rule as wide as the last one goes below. */
  readonly letterhead?: readonly string[];
  readonly calendar: Calendar;
  readonly dossierCode: DossierCodeScheme;
  /**
   * Turns a value into a form in which spelling variants of it are equal (tone placement, look-alike letters, old
   * and new administrative units), so that two sources that mean the same are not in conflict. Only compared, never
   * stored or shown. Absent: NFC, spaces and letter case.
   */
  comparable?(concept: ConceptId, value: Json): Json;
  /** How official paper says what the answers hold; absent: as their parts follow each other. */
  readonly paper?: PaperWords;
  /** What the rules of its procedures say about a dossier; absent: nobody says, and the receipt says nothing of it. */
  readonly administration?: Administration;
}

/** Words of official paper, in the official language. Codes are said through `labelOf`: no list is loaded for it. */
export interface PaperWords {
  /** Who decides on a declaration; of several the one that intake takes. `''` where answers or rules do not say. */
  addressee(procedure: string, data: JsonObject, labelOf: LabelOf): Promise<string>;
  /** An answer of several parts in one sentence: an address, an identity paper. Undefined for any other. */
  whole(value: JsonObject, labelOf: LabelOf): Promise<string | undefined>;
}

/** The official name of an entry of a code list, of the part within a code where the list has parts. */
export type LabelOf = (list: string, code: string, within?: string) => Promise<string | undefined>;

/** Who decides on a dossier, when the result is due, and what it costs. */
export interface Administration {
  /** Of all amounts, ISO 4217. */
  readonly currency: string;
  /** Who may decide, by the answers; several: the citizen may choose. Empty where the answers or the rules do not say. */
  agencies(procedure: string, data: JsonObject): Promise<readonly CompetentAgency[]>;
  /** The kind of office of which any may decide, wherever it is; null, or absent, where the answers say which. */
  anyOffice?(procedure: string): string | null;
  /** Null for a procedure whose time is not known. */
  due(question: ProcedureQuestion): Promise<{
    /** Local date and time, `2026-11-27T11:30`. */
    readonly by: string;
    readonly workingDays: number;
    readonly counterWorkingDays: number;
  } | null>;
  /** Null for a procedure without a fee rule. `rows` replace the pack's own table: a portal changes fees without a new pack. */
  fee(question: ProcedureQuestion, rows?: readonly FeeRow[]): Promise<Omit<ReceiptFee, 'payment' | 'currency'> | null>;
}

export interface CompetentAgency {
  /** The kind of office, a word of the pack. */
  readonly kind: string;
  readonly name: LocalizedText;
  /** The unit it is responsible for: the code of a commune or province. With the kind it names the agency. */
  readonly area: string;
  /** The answer that made it competent; `''` where any office of its kind may decide. */
  readonly because: Pointer;
}

export interface ProcedureQuestion {
  readonly procedure: string;
  /** Local date and time of receipt, `2026-11-20T16:00`. */
  readonly received: string;
  readonly channel: FormContext['channel'];
  /** Who decides; null where nobody says. */
  readonly agency: CompetentAgency | null;
  readonly data: JsonObject;
  /** What the portal's tables of the day say of areas; absent: nothing. */
  readonly areas?: readonly AreaRow[];
  /** What stands behind the answers; absent: nobody looked, and nothing counts as proven. */
  readonly proven?: Proven;
}

/** What may count as proof of an answer. */
export interface Proven {
  /** Answers that a source gave, verified. */
  readonly answers: ReadonlySet<Pointer>;
  /** Ids of the components that were filed as papers, or that refer to one. */
  readonly components: ReadonlySet<string>;
}

/** What an area counts as for a time, such as a poor commune: by whose decision. The words are the pack's. */
export interface AreaRow {
  /** The code of the unit. */
  readonly area: string;
  readonly standing: string;
  readonly basis: string;
}

/** A line of a table of fees. Which further members there are is the pack's business. */
export interface FeeRow {
  /** A procedure code, or `*`. */
  readonly procedure: string;
  readonly charge: string;
  readonly amount: number;
  /** Absent: every channel. */
  readonly channel?: string;
  /** First and last day of receipt it is for, `2026-11-20`. */
  readonly from: string;
  readonly until?: string;
  readonly basis: string;
  readonly [member: string]: Json | undefined;
}

export interface ConceptSpec {
  readonly id: ConceptId;
  readonly label: LocalizedText;
  readonly sensitivity: Sensitivity;
  /** Ids of sources that can give it, in order of trust. */
  readonly sources: readonly string[];
  readonly autocomplete?: string;
  /** The default policy; a form may only narrow it. */
  readonly reuse?: Partial<ReusePolicy>;
  /** The JSON Schema of its value, where the dictionary fixes one. */
  readonly schema?: Json;
}

/** A format of a country. `pattern` is what pure JSON Schema keeps of it. */
export interface FormatSpec {
  readonly name: string;
  readonly label: LocalizedText;
  /** ECMA-262 with `u`, anchored. The error strength must be in here, or in a rule: nothing else is published. */
  readonly pattern: string;
  /** A sentence for a value that fails. */
  readonly message: LocalizedText;
  /** An example that is right, and invented. */
  readonly example: string;
  readonly inputMode?: 'text' | 'numeric' | 'tel' | 'email';
  /** Turns what was typed into what is stored: spaces, full-width digits, letter case. Never guesses. */
  normalize?(text: string): string;
  /** Turns what is stored into what is shown: groups of digits. */
  display?(value: string): string;
  /** Warnings and hints; errors are the pattern's business. */
  advise?(value: string): readonly FormatAdvice[];
  /** Masked for screens: `025 ••• ••• 010`. */
  mask?(value: string): string;
}

export interface FormatAdvice {
  readonly severity: Exclude<IssueSeverity, 'error'>;
  readonly message: LocalizedText;
}

export interface CodeListSpec {
  readonly id: string;
  readonly title: LocalizedText;
  /** The list that narrows it: communes are within provinces. */
  readonly within?: string;
  readonly count: number;
  /** For lists of more than 300 entries: the pattern of a code; exact membership is a rule. */
  readonly pattern?: string;
  /** SHA-256 of the canonical JSON of all entries. */
  readonly digest: string;
  readonly source?: string;
  readonly licence?: string;
  /** Entries, of one part when `within` is given. Sorted for reading. */
  load(within?: string): Promise<readonly CodeEntry[]>;
}

export interface CodeEntry {
  readonly code: string;
  readonly label: LocalizedText;
  /** Further words it is found by; search ignores case and diacritics. */
  readonly aliases?: readonly string[];
  readonly within?: string;
  readonly validFrom?: string;
  readonly validUntil?: string;
}

export interface RuleFunction {
  /** CEL overloads: `['int', 'string']` in, `string` out. */
  readonly parameters: readonly ('string' | 'int' | 'double' | 'bool' | 'dyn')[];
  readonly result: 'string' | 'int' | 'double' | 'bool';
  readonly description: string;
  /** Pure. Integers arrive as numbers. */
  call(...args: readonly Json[]): Json;
}

export interface Calendar {
  /** Dates are `YYYY-MM-DD` in the pack's time zone. */
  isWorkingDay(date: string): boolean;
  /** The date `days` working days after `date`; 0 is the same day. */
  addWorkingDays(date: string, days: number): string;
}

export interface DossierCodeScheme {
  /** `serial` counts from 1 for an agency and day. */
  format(agency: string, date: string, serial: number): string;
  pattern: string;
}

export type { SourceRef };
