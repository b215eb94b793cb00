// The plan of a form: all a compiled form is, as JSON, with functions named instead of made. Both carriers start
// here: ajv at build time, closures at run time. So they can differ in nothing but how a schema is judged.

import {
  type CodeListSpec,
  type CompileNote,
  type ConceptSpec,
  type CountryPack,
  digestJson,
  type FormatSpec,
  type FormDocuments,
  formatPattern,
  isJsonObject,
  joinPointer,
  type Json,
  type JsonObject,
  type JsonSchema,
  OnceFormError,
  type Option,
  type Outline,
  type PublishedRule,
  recursivePlaces,
  type Sha256,
} from '@onceform/core';
import { type PlannedGuard, planGuards } from './condition.ts';
import type { Expression } from './expression.ts';
import { readComponents, readFormObject, readPages, readProcedure, unshownNodes } from './form-object.ts';
import { DEFAULT_LIMITS, type Limits, loadDefinition } from './load.ts';
import { Lowering, type LoweringInput } from './lower.ts';
import { orderUnits, type OrderedUnit } from './order.ts';
import { assertBlocks, requiredWhileAsked, rowRules, skipTests, sourceOnly } from './on-missing.ts';
import { type OutlineInput, walkOutline } from './outline.ts';
import type { Place } from './place.ts';
import type { PlannedPart } from './assemble.ts';
import { bare, bareMap, planParts } from './parts.ts';
import { planExpressions } from './plan-expressions.ts';
import { readPrint } from './print-spec.ts';
import { readLists } from './read-lists.ts';
import { RuleTypes } from './rule-types.ts';
import { refuseEndlessReferences, SchemaIndex } from './resolve.ts';
import { planReuse } from './reuse.ts';
import { Texts } from './texts.ts';
import { upgradeDraft } from './upgrade.ts';
import { refuseMalformed } from './well-formed.ts';

/** What a definition is compiled with. Everything is optional: a plain JSON Schema needs nothing. */
export interface CompileOptions {
  readonly pack?: Partial<
    Pick<CountryPack, 'id' | 'locales' | 'concepts' | 'formats' | 'codeLists' | 'schemas' | 'functions'>
  >;
  /** Added to those of the pack. */
  readonly formats?: Readonly<Record<string, FormatSpec>>;
  readonly codeLists?: Readonly<Record<string, CodeListSpec>>;
  readonly concepts?: Readonly<Record<string, ConceptSpec>>;
  readonly schemas?: Readonly<Record<string, Json>>;
  readonly limits?: Partial<Limits>;
}

export interface Plan {
  readonly id: string;
  readonly version: string;
  readonly digest: Sha256;
  /** The languages its texts may be in, its own first. */
  readonly locales: readonly string[];
  /** `CompiledForm` without its functions; `matches`, `test` and `guard` hold function names, `options` may name a list. */
  readonly form: JsonObject;
  readonly parts: readonly PlannedPart[];
  readonly optionLists: Readonly<Record<string, readonly Option[]>>;
  /** The schema behind each function name. References point to `definitions` as `#/$defs/…`. */
  readonly functions: Readonly<Record<string, JsonSchema>>;
  readonly definitions: JsonObject;
  /** Names of those definitions that hold the codes of long lists. */
  readonly codeLists: readonly string[];
  readonly documents: FormDocuments;
}

/**
 * Works out the plan of a form. Nothing is fetched.
 *
 * @throws {OnceFormError} ERR_JSON_INVALID, ERR_DEFINITION_INVALID, ERR_LIMIT_EXCEEDED, ERR_REF_UNRESOLVED,
 *   ERR_DRAFT_UNSUPPORTED, ERR_KEYWORD_UNSUPPORTED, ERR_WHEN_NOT_LOWERABLE, ERR_RULE_INVALID, ERR_RULE_CYCLE,
 *   ERR_CODE_LIST_UNKNOWN, ERR_FORMAT_UNKNOWN, ERR_CONCEPT_UNKNOWN; each with the pointer into the definition.
 */
export async function planForm(input: unknown, options: CompileOptions = {}): Promise<Plan> {
  return (await analyseForm(input, options)).plan;
}

/** A plan with what it was made from, for lint. */
export interface Analysis {
  readonly plan: Plan;
  readonly definition: JsonObject;
  readonly index: SchemaIndex;
  readonly lowering: Lowering;
  readonly places: readonly Place[];
  readonly guards: readonly PlannedGuard[];
  /** The form's own language. */
  readonly locale: string;
}

export async function analyseForm(input: unknown, options: CompileOptions = {}): Promise<Analysis> {
  try {
    return await analyse(input, options);
  } catch (error) {
    // Depth is bounded, chains of references are not: a long enough one ends at the stack.
    if (error instanceof RangeError)
      throw new OnceFormError('ERR_LIMIT_EXCEEDED', 'References in the definition lead too deep.', {
        cause: error,
        data: { limit: 'references' },
      });
    throw error;
  }
}

async function analyse(input: unknown, options: CompileOptions): Promise<Analysis> {
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const notes: CompileNote[] = [];
  const definition = upgradeDraft(loadDefinition(input, limits), notes) as JsonObject;
  refuseMalformed(definition);
  const { pack } = options;
  const concepts =
    pack?.concepts === undefined && options.concepts === undefined ? null : { ...pack?.concepts, ...options.concepts };
  const index = new SchemaIndex(definition, { ...pack?.schemas, ...options.schemas }, limits);
  refuseEndlessReferences(index);

  const lists = { ...pack?.codeLists, ...options.codeLists };
  const loweringInput: LoweringInput = {
    formats: { ...pack?.formats, ...options.formats },
    codeLists: lists,
    ...(await readLists(index, lists)),
    formatPrefix: pack?.id === undefined ? null : `${pack.id}-`,
    notes,
  };
  const functions: Record<string, JsonSchema> = {};
  const names = new Map<string, string>();
  const functionFor = (written: JsonSchema): string => {
    const schema = bare(written);
    const text = JSON.stringify(schema);
    let name = names.get(text);
    if (name === undefined) {
      name = `f${names.size}`;
      names.set(text, name);
      functions[name] = schema;
    }
    return name;
  };

  const formValue = isJsonObject(definition.form) ? definition.form : {};
  const locale = typeof formValue.locale === 'string' ? formValue.locale : (pack?.locales?.[0] ?? 'en');
  const walkInput = { index, concepts: concepts ?? {}, maxNodes: limits.nodes, locale };
  // What is skipped where no source gave it is known once the form was walked, and lowering has to know it before.
  const requiredWhileAsked = mentionsSkip(index, concepts)
    ? requiredMembers({ ...walkInput, ...loweringInput, notes: [] }, concepts)
    : undefined;
  const lowering = new Lowering(index, { ...loweringInput, requiredWhileAsked });
  const dataSchema = lowering.root();
  const outline = walkOutline({ ...walkInput, ...loweringInput, lowering, functionFor });
  const reuse = planReuse(outline.places, concepts, notes);
  const onlySources = sourceOnly(reuse, outline.places);
  const guards = planGuards(outline.places, lowering, dataSchema, skipTests(onlySources));
  assertBlocks(onlySources, guards, dataSchema);
  const { computed, rules } = planExpressions(outline.places, locale);
  if (computed.length + rules.length > 0) {
    const types = new RuleTypes(dataSchema, lowering.definitions, pack?.functions ?? {});
    for (const { place, pointer, type, expression } of computed)
      types.check(expression.source, place, pointer, CEL_TYPES[type] ?? 'dyn', false);
    for (const { place, pointer, site, expression } of rules) {
      // A shared schema may ask with has() about a field that only some of its places have.
      const missing = expression.asked.find(({ path, isData }) => !types.has(path, isData ? null : place.scope));
      if (missing === undefined) types.check(expression.source, place, joinPointer(pointer, 'rule'), 'bool', true);
      else if (site.document.isDefinition)
        notes.push({
          code: 'RULE_FIELD_UNKNOWN',
          severity: 'warning',
          pointer: joinPointer(pointer, 'rule'),
          offset: missing.offset,
          message: `The rule asks whether "${formatPattern(missing.path)}" is there; the form has no such field.`,
        });
    }
  }

  const units: OrderedUnit[] = [];
  const unit = (
    kind: OrderedUnit['kind'],
    id: string,
    place: Place,
    reads: OrderedUnit['reads'],
    pointer: string,
    dataReads: OrderedUnit['reads'] = [],
  ): OrderedUnit => {
    const made: OrderedUnit = { kind, id, scope: place.scope, target: place.path, reads, dataReads, pointer };
    units.push(made);
    return made;
  };
  const ids = new Set<string>();
  const guardUnits = guards.map(guard =>
    unit('guard', uniqueId('when', guard.place, ids), guard.place, guard.reads, guard.place.sites[0]?.pointer ?? ''),
  );
  const computedUnits = computed.map(each =>
    unit(
      'compute',
      uniqueId('compute', each.place, ids),
      each.place,
      each.expression.reads,
      each.pointer,
      each.expression.dataReads,
    ),
  );
  const ruleUnits = rules.map(each =>
    unit(
      'check',
      each.id,
      each.place,
      [...each.expression.reads, each.place.path],
      each.pointer,
      each.expression.dataReads,
    ),
  );
  const order = orderUnits(units, outline as unknown as Outline);
  const common = (each: OrderedUnit): Record<string, Json> => ({
    id: each.id,
    ...(each.scope === null ? {} : { scope: each.scope }),
    target: formatPattern(each.target),
    reads: each.reads.map(formatPattern),
    ...(each.dataReads === undefined || each.dataReads.length === 0
      ? {}
      : { dataReads: each.dataReads.map(formatPattern) }),
    order: order.get(each)!,
  });
  const needsOf = ({ needs, dataNeeds }: Expression): { needs: string[]; dataNeeds?: string[] } => ({
    needs: needs.map(formatPattern),
    ...(dataNeeds.length === 0 ? {} : { dataNeeds: dataNeeds.map(formatPattern) }),
  });

  const form = readFormObject(index, new Texts(index.root.document, locale));
  const title =
    form.texts.member(definition, '', 'title')
    ?? (outline.root.title as string | undefined)
    ?? lastSegment(index.root.document.uri);
  const pages = readPages(form, outline.root, title as Json);
  for (const pointer of unshownNodes(outline.root, pages)) {
    notes.push({
      code: 'FIELD_ON_NO_PAGE',
      severity: 'warning',
      pointer: '/form/pages',
      message: `No page shows "${pointer}", so nobody is asked for it.`,
    });
  }
  // A definition that contains itself has no end of places; the rule says the steps that lead to them.
  const withinOf = ({ scope }: Place): Pick<PublishedRule, 'within'> =>
    scope === null ? {} : { within: recursivePlaces(outline as unknown as Outline, scope) };
  const published: PublishedRule[] = [
    ...computed.map((each, i): PublishedRule => ({
      id: computedUnits[i]!.id,
      kind: 'compute',
      ...withinOf(each.place),
      target: formatPattern(each.place.path),
      expression: each.expression.source,
      ...needsOf(each.expression),
    })),
    ...rules.map((each): PublishedRule => ({
      id: each.id,
      kind: 'check',
      ...withinOf(each.place),
      target: formatPattern(each.place.path),
      expression: each.expression.source,
      ...needsOf(each.expression),
      severity: each.severity,
      message: each.message,
    })),
    ...rowRules(onlySources, guards),
  ];

  const components = readComponents(form, functionFor, (...segments) =>
    lowering.lower(index.child(index.root, ...segments)),
  );
  const parts = planParts(dataSchema).map(({ pattern, schema, asked }) => ({
    pattern,
    validate: functionFor(schema),
    ...(asked.length === 0
      ? {}
      : {
          asked: asked.map(
            each =>
              [
                formatPattern(each.at),
                functionFor(each.test),
                formatPattern(each.way),
                each.key,
                each.isRequired ? 1 : 0,
              ] as const,
          ),
        }),
  }));
  const whole: JsonObject =
    Object.keys(lowering.definitions).length === 0 ? dataSchema : { ...dataSchema, $defs: lowering.definitions };
  const print = readPrint(form);
  const documents: FormDocuments = { definition: bundle(definition, index), dataSchema: whole, rules: published };
  const digest = await digestJson(documents as unknown as Json);
  const id = typeof definition.$id === 'string' ? definition.$id : `urn:sha256:${digest}`;
  const version = typeof form.value.version === 'string' ? form.value.version : '0';

  const plan: Plan = {
    id,
    version,
    digest,
    locales: [
      ...new Set([
        locale,
        ...Object.keys(isJsonObject(formValue.locales) ? formValue.locales : {}),
        ...(pack?.locales ?? []),
      ]),
    ],
    parts,
    functions,
    definitions: bareMap(lowering.definitions),
    codeLists: lowering.codeLists,
    documents,
    optionLists: Object.fromEntries(
      [...loweringInput.entries].map(([list, entries]) => [
        list,
        entries.map(entry => ({ value: entry.code, label: entry.label })),
      ]),
    ),
    form: {
      format: 'https://onceform.dev/compiled/1',
      id,
      version,
      digest,
      title: title as Json,
      locale,
      outline: { root: outline.root, definitions: outline.definitions, pages: pages as unknown as Json },
      guards: guards.map((guard, i) => ({
        ...common(guardUnits[i]!),
        anchor: formatPattern(guard.anchor),
        test: functionFor(guard.test),
      })),
      computed: computed.map((each, i) => ({
        ...common(computedUnits[i]!),
        expression: each.expression.source,
        type: each.type,
        ...needsOf(each.expression),
      })),
      rules: rules.map((each, i) => ({
        ...common(ruleUnits[i]!),
        reads: each.expression.reads.map(formatPattern),
        expression: each.expression.source,
        ...needsOf(each.expression),
        severity: each.severity,
        message: each.message as Json,
      })),
      reuse: reuse as unknown as Json,
      components,
      procedure: readProcedure(form) as unknown as Json,
      ...(print?.commitment === undefined ? {} : { commitment: print.commitment as Json }),
      notes: notes as unknown as Json,
    },
  };
  return { plan, definition, index, lowering, places: outline.places, guards, locale };
}

type Concepts = Readonly<Record<string, ConceptSpec>> | null;

function mentionsSkip(index: SchemaIndex, concepts: Concepts): boolean {
  const policies = [
    ...Object.values(concepts ?? {}).map(({ reuse }) => reuse),
    ...[...index.sites()].map(({ schema }) =>
      isJsonObject(schema) ? (schema.reuse as ConceptSpec['reuse']) : undefined,
    ),
  ];
  return policies.some(policy => policy?.onMissing === 'skip');
}

function requiredMembers(
  input: Omit<OutlineInput, 'lowering' | 'functionFor'>,
  concepts: Concepts,
): LoweringInput['requiredWhileAsked'] {
  const { places } = walkOutline({ ...input, lowering: new Lowering(input.index, input), functionFor: () => '' });
  return requiredWhileAsked(sourceOnly(planReuse(places, concepts, []), places), places);
}

const CEL_TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'int',
  number: 'double',
  boolean: 'bool',
};

function uniqueId(kind: string, place: Place, ids: Set<string>): string {
  const wish = `${kind}:${place.scope === null ? '' : `${place.scope}#`}${formatPattern(place.path)}`;
  let id = wish;
  for (let n = 2; ids.has(id); n++) id = `${wish}:${n}`;
  ids.add(id);
  return id;
}

/** The definition with the pack's schemas it refers to under `$defs`, by their own `$id`. */
function bundle(definition: JsonObject, index: SchemaIndex): JsonObject {
  if (index.used.length === 0) return definition;
  const borrowed = Object.fromEntries(
    index.used.map(document => [document.uri, { ...document.root, $id: document.uri }]),
  );
  return { ...definition, $defs: { ...(definition.$defs as JsonObject | undefined), ...borrowed } };
}

function lastSegment(uri: string): string {
  return uri.split('/').filter(Boolean).pop() ?? uri;
}
