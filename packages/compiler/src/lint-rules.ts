// The lint rules, one function each. A rule looks at an analysed definition and says what is likely wrong with it.

import {
  type ComponentSpec,
  formatPattern,
  isJsonObject,
  joinPointer,
  type Json,
  type JsonObject,
  type JsonSchema,
  type OutlinePage,
  type Pointer,
  type ReuseItem,
  valueAt,
} from '@onceform/core';
import recheck from 'recheck';
import { interpretFunctions } from './interpreter.ts';
import { FORM_KEYWORDS, isKnownKeyword } from './keywords.ts';
import type { LintFinding, LintOptions } from './lint.ts';
import { first, type PatternPath, type Place, type PlannedNode } from './outline.ts';
import type { Analysis } from './plan.ts';
import { nearest } from './nearest.ts';
import type { Site } from './resolve.ts';

export interface LintContext extends Analysis {
  readonly options: LintOptions;
}

type Finding = Omit<LintFinding, 'line' | 'column'>;
type LintRule = (context: LintContext) => Iterable<Finding>;

// ---- words for people

/** LABEL_MISSING: a field nobody can name. */
function* labels({ places, plan }: LintContext): Generator<Finding> {
  for (const { place, node } of nodesOf(places, plan.form)) {
    if (node.title !== undefined || place.path.length === 0 || place.path.at(-1) === null || node.kind === 'recursion')
      continue;
    const site = ownSite(place);
    if (site === null) continue;
    yield {
      code: 'LABEL_MISSING',
      severity: 'warning',
      pointer: site.pointer,
      message: `"${String(place.path.at(-1))}" has no title, so its name in the data is shown to people.`,
    };
  }
}

/** OPTION_TITLE_MISSING: an answer that is offered under its code. */
function* optionTitles({ index }: LintContext): Generator<Finding> {
  for (const site of definitionSites(index)) {
    if (isInCondition(site)) continue;
    for (const keyword of ['oneOf', 'anyOf'] as const) {
      const list = site.schema[keyword];
      if (!Array.isArray(list) || list.length < 2) continue;
      for (const [i, branch] of (list as readonly Json[]).entries()) {
        if (
          !isJsonObject(branch)
          || branch.title !== undefined
          || branch.type === 'null'
          || branch.const === null
          || branch.$ref !== undefined
        )
          continue;
        if (branch.const === undefined && branch.properties === undefined) continue;
        yield {
          code: 'OPTION_TITLE_MISSING',
          severity: 'warning',
          pointer: joinPointer(site.pointer, keyword, i),
          message: 'This choice has no title, so nobody can tell what it means.',
        };
      }
    }
  }
}

/** TRANSLATION_MISSING and TRANSLATION_UNUSED. */
function* translations({ definition, locale, options, index }: LintContext): Generator<Finding> {
  const form = isJsonObject(definition.form) ? definition.form : {};
  const locales = isJsonObject(form.locales) ? form.locales : {};
  const wanted = new Set([...(options.locales ?? options.pack?.locales ?? []), ...Object.keys(locales)]);
  wanted.delete(locale);
  const texts = textPointers(definition, index);
  for (const [name, translated] of Object.entries(locales)) {
    for (const pointer of Object.keys(isJsonObject(translated) ? translated : {})) {
      if (texts.has(pointer) || pointer.startsWith('/form/print/')) continue;
      const at = joinPointer('/form/locales', name, pointer);
      yield {
        code: 'TRANSLATION_UNUSED',
        severity: 'warning',
        pointer: at,
        message: `No text of the definition stands at "${pointer}".`,
        fix: { description: 'Remove the translation', edits: [{ pointer: at }] },
      };
    }
  }
  for (const name of wanted) {
    const translated = isJsonObject(locales[name]) ? (locales[name] as JsonObject) : {};
    for (const pointer of texts) {
      if (typeof translated[pointer] === 'string') continue;
      yield {
        code: 'TRANSLATION_MISSING',
        severity: 'warning',
        pointer,
        message: `${quoted(valueAt(definition, pointer))} is not translated into "${name}".`,
      };
    }
  }
}

/** PATTERN_UNEXPLAINED: an error about it could not say what to do. */
function* explainedPatterns({ places }: LintContext): Generator<Finding> {
  for (const place of places) {
    const pattern = first(place.sites, 'pattern');
    if (place.kind !== 'field' || pattern === undefined || !pattern.site.document.isDefinition) continue;
    if (
      first(place.sites, 'hint') !== undefined
      || first(place.sites, 'description') !== undefined
      || first(place.sites, 'format') !== undefined
    )
      continue;
    yield {
      code: 'PATTERN_UNEXPLAINED',
      severity: 'warning',
      pointer: joinPointer(pattern.site.pointer, 'pattern'),
      message: 'Say in a "hint" what is expected here; people cannot read a regular expression.',
    };
  }
}

// ---- pages

/** HIDDEN_REQUIRED, PAGE_EMPTY and PAGE_UNREACHABLE. */
function* pages({ plan, guards, definition }: LintContext): Generator<Finding> {
  const outline = plan.form.outline as unknown as { root: PlannedNode; pages: readonly OutlinePage[] };
  const written = isJsonObject(definition.form) && Array.isArray(definition.form.pages);
  if (!written) return;
  const shown = outline.pages.flatMap(page => page.sections.flatMap(section => section.nodes));
  const walk = function* (node: PlannedNode, pointer: Pointer): Generator<Pointer> {
    if (
      shown.some(each => pointer === each || pointer.startsWith(`${each}/`))
      || node.computed === true
      || node.readOnly === true
    )
      return;
    if (node.kind === 'group')
      for (const child of node.children as readonly PlannedNode[]) yield* walk(child, joinPointer(pointer, child.key));
    else if (node.required === true) yield pointer;
  };
  for (const pointer of walk(outline.root, '')) {
    yield {
      code: 'HIDDEN_REQUIRED',
      severity: 'error',
      pointer: '/form/pages',
      message: `"${pointer}" is required, and no page shows it: the form can never be filed.`,
    };
  }
  const never = new Set(guards.filter(guard => isFalse(guard.test)).map(guard => formatPattern(guard.target)));
  for (const [i, page] of outline.pages.entries()) {
    const nodes = page.sections.flatMap(section => section.nodes);
    if (nodes.length === 0)
      yield {
        code: 'PAGE_EMPTY',
        severity: 'warning',
        pointer: `/form/pages/${i}`,
        message: `The page "${page.id}" shows nothing.`,
      };
    else if (nodes.every(node => [...never].some(target => node === target || node.startsWith(`${target}/`)))) {
      yield {
        code: 'PAGE_UNREACHABLE',
        severity: 'error',
        pointer: `/form/pages/${i}`,
        message: `Nothing on the page "${page.id}" is ever asked, so nobody gets there.`,
      };
    }
  }
}

// ---- conditions

/** WHEN_TRUE_ON_EMPTY, CONDITION_ALWAYS, CONDITION_NEVER and CONDITION_FIELD_UNKNOWN. */
function* conditions({ guards, places, lowering, plan }: LintContext): Generator<Finding> {
  const known = new Set(places.map(place => formatPattern(place.path)));
  for (const guard of guards) {
    const at = guard.place.sites.find(
      site => site.document.isDefinition && isJsonObject(site.schema) && site.schema.when !== undefined,
    );
    if (at === undefined) continue;
    const pointer = joinPointer(at.pointer, 'when');
    const judge = (schema: JsonSchema): boolean =>
      interpretFunctions({ definitions: plan.definitions, functions: { test: schema } }).test!({}).length === 0;
    if (isFalse(guard.test))
      yield {
        code: 'CONDITION_NEVER',
        severity: 'error',
        pointer,
        message: 'This condition is never true, so the question is never asked.',
      };
    else if (isTrue(guard.test))
      yield {
        code: 'CONDITION_ALWAYS',
        severity: 'warning',
        pointer,
        message: 'This condition is always true.',
        fix: { description: 'Remove "when"', edits: [{ pointer }] },
      };
    else if (judge(withoutAbsence(guard.test))) {
      yield {
        code: 'WHEN_TRUE_ON_EMPTY',
        severity: 'error',
        pointer,
        message:
          'This condition is true before anything is answered. Add "required", so that it waits for the answer it is about.',
      };
    }
    for (const read of guard.reads) {
      if (!exists(read, known))
        yield {
          code: 'CONDITION_FIELD_UNKNOWN',
          severity: 'error',
          pointer,
          message: `The condition is about "${formatPattern(read)}", and the form has no such field.`,
        };
    }
    for (const { path, value } of comparisons(guard.test, guard.anchor)) {
      const field = places.find(place => formatPattern(place.path) === formatPattern(path) && place.kind === 'field');
      if (field === undefined) continue;
      const fits = interpretFunctions({
        definitions: lowering.definitions,
        functions: { field: { allOf: field.sites.map(site => lowering.lower(site)) } },
      });
      if (fits.field!(value).length > 0)
        yield {
          code: 'CONDITION_NEVER',
          severity: 'error',
          pointer,
          message: `"${formatPattern(path)}" can never be ${JSON.stringify(value)}${valuesOf(field.sites)}.`,
        };
    }
  }
}

/** REQUIRED_UNKNOWN: a member that is required and described nowhere, so that nobody is asked for it. */
function* requiredMembers({ places }: LintContext): Generator<Finding> {
  for (const place of places) {
    if (place.kind !== 'group') continue;
    const declared = new Set(places.filter(other => other.parent === place).map(other => other.path.at(-1)));
    for (const site of place.sites) {
      if (!site.document.isDefinition || typeof site.schema === 'boolean' || !Array.isArray(site.schema.required))
        continue;
      for (const [i, name] of (site.schema.required as readonly string[]).entries()) {
        if (declared.has(name)) continue;
        yield {
          code: 'REQUIRED_UNKNOWN',
          severity: 'error',
          pointer: joinPointer(site.pointer, 'required', i),
          message: `"${name}" is required, and no property is called that: the form can never be filed.`,
        };
      }
    }
  }
}

// ---- keywords and values

/** KEYWORD_UNKNOWN is noted by lowering; here it gets the keyword that was meant. */
function* misspelled({ index }: LintContext): Generator<Finding> {
  for (const site of definitionSites(index)) {
    for (const [keyword, value] of Object.entries(site.schema)) {
      if (isKnownKeyword(keyword)) continue;
      // `x-…` is what people write for tools of their own.
      const meant = keyword.startsWith('x-') ? null : nearest(keyword, EVERY_KEYWORD);
      if (meant === null) continue;
      const pointer = joinPointer(site.pointer, keyword);
      yield {
        code: 'KEYWORD_MISSPELLED',
        severity: 'error',
        pointer,
        message: `"${keyword}" does nothing; "${meant}" is probably meant.`,
        ...(Object.hasOwn(site.schema, meant)
          ? {}
          : {
              fix: {
                description: `Rename it to "${meant}"`,
                edits: [{ pointer }, { pointer: joinPointer(site.pointer, meant), value }],
              },
            }),
      };
    }
  }
}

/** PATTERN_CATASTROPHIC: a text exists for which the pattern takes for ever. */
function* catastrophicPatterns({ index }: LintContext): Generator<Finding> {
  for (const site of definitionSites(index)) {
    const patterns: [string, Pointer][] =
      typeof site.schema.pattern === 'string' ? [[site.schema.pattern, joinPointer(site.pointer, 'pattern')]] : [];
    if (isJsonObject(site.schema.patternProperties))
      for (const pattern of Object.keys(site.schema.patternProperties))
        patterns.push([pattern, joinPointer(site.pointer, 'patternProperties', pattern)]);
    for (const [pattern, pointer] of patterns) {
      const verdict = recheck.checkSync(pattern, 'u', { timeout: 2000 });
      if (verdict.status === 'vulnerable')
        yield {
          code: 'PATTERN_CATASTROPHIC',
          severity: 'error',
          pointer,
          message: `A text can make this pattern take ${verdict.complexity.type === 'exponential' ? 'exponential' : 'far too much'} time, and so stop the page and the server.`,
        };
      else if (verdict.status === 'unknown')
        yield {
          code: 'PATTERN_UNDECIDED',
          severity: 'info',
          pointer,
          message:
            'Whether this pattern can take for ever could not be decided in two seconds; a simpler one is safer.',
        };
    }
  }
}

/** VALUE_INVALID: a default, an example or an offered answer that the field itself refuses. */
function* ownValues({ index, lowering, plan }: LintContext): Generator<Finding> {
  for (const site of definitionSites(index)) {
    const values: [Json, Pointer][] = [];
    if (site.schema.default !== undefined) values.push([site.schema.default, joinPointer(site.pointer, 'default')]);
    if (Array.isArray(site.schema.examples))
      for (const [i, example] of (site.schema.examples as readonly Json[]).entries())
        values.push([example, joinPointer(site.pointer, 'examples', i)]);
    if (values.length === 0) continue;
    const { self } = interpretFunctions({ definitions: plan.definitions, functions: { self: lowering.lower(site) } });
    for (const [value, pointer] of values) {
      const [error] = self!(value);
      if (error !== undefined)
        yield {
          code: 'VALUE_INVALID',
          severity: 'error',
          pointer,
          message: `The field itself refuses this value ("${error.keyword}").`,
        };
    }
  }
}

/** MULTIPLE_OF_FRACTION: floating point, so that languages disagree. */
function* fractions({ index }: LintContext): Generator<Finding> {
  for (const site of definitionSites(index)) {
    const { multipleOf } = site.schema;
    if (typeof multipleOf !== 'number' || Number.isInteger(multipleOf)) continue;
    yield {
      code: 'MULTIPLE_OF_FRACTION',
      severity: 'warning',
      pointer: joinPointer(site.pointer, 'multipleOf'),
      message: 'Validators disagree about multiples of a fraction; count the smaller unit, as a whole number.',
    };
  }
}

// ---- what the State already knows

/** CONCEPT_NOT_BOUND: a required question whose answer a source has, asked as if nobody knew. */
function* unbound({ places, options }: LintContext): Generator<Finding> {
  const concepts = Object.values({ ...options.pack?.concepts, ...options.concepts }).filter(
    concept => concept.sources.length > 0,
  );
  const byLabel = new Map(
    concepts.flatMap(concept =>
      (typeof concept.label === 'string' ? [concept.label] : Object.values(concept.label)).map(
        label => [plain(label), concept.id] as const,
      ),
    ),
  );
  for (const place of places) {
    if (
      place.kind !== 'field'
      || place.concept !== null
      || !isRequired(place)
      || first(place.sites, 'compute') !== undefined
    )
      continue;
    const title = first(place.sites, 'title');
    if (title === undefined || !title.site.document.isDefinition || typeof title.value !== 'string') continue;
    const id = byLabel.get(plain(title.value));
    if (id === undefined) continue;
    yield {
      code: 'CONCEPT_NOT_BOUND',
      severity: 'warning',
      pointer: title.site.pointer,
      message: `A source holds "${id}", and people are asked for it all the same.`,
      fix: {
        description: `Bind it to "${id}"`,
        edits: [{ pointer: joinPointer(title.site.pointer, 'concept'), value: id }],
      },
    };
  }
}

/** COMPONENT_PAPER_ONLY, COMPONENT_HELD_BY_STATE and COMPONENT_UNKNOWN. */
function* components({ plan, definition, options, places }: LintContext): Generator<Finding> {
  const specs = plan.form.components as unknown as readonly ComponentSpec[];
  const concepts = { ...options.pack?.concepts, ...options.concepts };
  for (const [i, spec] of specs.entries()) {
    const pointer = `/form/components/${i}`;
    const concept = valueAt(definition, `${pointer}/concept`);
    if (spec.handling === 'present' && spec.replacedBy === undefined) {
      yield {
        code: 'COMPONENT_PAPER_ONLY',
        severity: 'warning',
        pointer,
        message: `"${spec.id}" can only be shown at a counter, so nobody can file this online. Say what data stand in its place ("replacedBy").`,
      };
    }
    const held =
      typeof concept === 'string'
        ? Object.values(concepts).filter(
            each => (each.id === concept || each.id.startsWith(`${concept}.`)) && each.sources.length > 0,
          )
        : [];
    if (spec.replacedBy === undefined && held.length > 0) {
      yield {
        code: 'COMPONENT_HELD_BY_STATE',
        severity: 'warning',
        pointer,
        message: `The paper "${spec.id}" is asked for although ${held[0]!.sources.join(', ')} hold${held[0]!.sources.length === 1 ? 's' : ''} its data ("${held[0]!.id}").`,
      };
    }
    for (const [n, replaced] of (spec.replacedBy?.pointers ?? []).entries()) {
      if (!places.some(place => formatPattern(place.path) === replaced))
        yield {
          code: 'COMPONENT_UNKNOWN',
          severity: 'error',
          pointer: joinPointer(pointer, 'replacedBy', 'pointers', n),
          message: `The form has no field "${replaced}".`,
        };
    }
  }
  const ids = new Set(specs.map(spec => spec.id));
  for (const item of plan.form.reuse as unknown as readonly ReuseItem[]) {
    for (const id of item.policy.replaces ?? []) {
      if (!ids.has(id))
        yield {
          code: 'COMPONENT_UNKNOWN',
          severity: 'error',
          pointer: pointerOf(places, item.pointer),
          message: `"replaces" names the component "${id}", which the form has not.`,
        };
    }
  }
}

export const LINT_RULES: readonly LintRule[] = [
  labels,
  optionTitles,
  translations,
  explainedPatterns,
  pages,
  conditions,
  requiredMembers,
  misspelled,
  catastrophicPatterns,
  ownValues,
  fractions,
  unbound,
  components,
];

// ---- shared by rules

function* definitionSites(index: LintContext['index']): Generator<Site & { readonly schema: JsonObject }> {
  for (const site of index.sites())
    if (site.document.isDefinition && typeof site.schema === 'object')
      yield site as Site & { readonly schema: JsonObject };
}

function ownSite(place: Place): Site | null {
  return place.sites.find(site => site.document.isDefinition) ?? null;
}

function isRequired(place: Place): boolean {
  return (
    place.parent?.sites.some(
      site =>
        isJsonObject(site.schema)
        && Array.isArray(site.schema.required)
        && (site.schema.required as readonly Json[]).includes(place.path.at(-1)!),
    ) ?? false
  );
}

function pointerOf(places: readonly Place[], pattern: string): Pointer {
  return (
    places.find(place => formatPattern(place.path) === pattern)?.sites.find(site => site.document.isDefinition)?.pointer
    ?? ''
  );
}

function* nodesOf(places: readonly Place[], form: JsonObject): Generator<{ place: Place; node: PlannedNode }> {
  const { root } = form.outline as unknown as { root: PlannedNode };
  for (const place of places) {
    if (place.scope !== null || place.branchOf !== null) continue;
    let node: PlannedNode | undefined = root;
    for (const segment of place.path) {
      const children: readonly PlannedNode[] = [
        ...((node?.children ?? []) as readonly PlannedNode[]),
        ...((node?.shared ?? []) as readonly PlannedNode[]),
      ];
      node =
        segment === null
          ? ((node?.item ?? node?.value ?? node?.rest) as PlannedNode | undefined)
          : children.find(child => child.key === segment);
    }
    if (node !== undefined) yield { place, node };
  }
}

/** Pointers to every text of the definition that a translation can be given for. */
function textPointers(definition: JsonObject, index: LintContext['index']): Set<Pointer> {
  const out = new Set<Pointer>();
  const add = (owner: JsonObject, at: Pointer, keys: readonly string[]): void => {
    for (const key of keys) if (typeof owner[key] === 'string') out.add(joinPointer(at, key));
  };
  for (const site of definitionSites(index)) {
    if (isInCondition(site)) continue;
    add(site.schema, site.pointer, ['title', 'description', 'hint', 'placeholder']);
    if (Array.isArray(site.schema.checks))
      for (const [i, check] of (site.schema.checks as readonly Json[]).entries())
        if (isJsonObject(check)) add(check, joinPointer(site.pointer, 'checks', i), ['message']);
  }
  const walk = (value: Json | undefined, at: Pointer): void => {
    if (Array.isArray(value))
      (value as readonly Json[]).forEach((item, i) => {
        walk(item, joinPointer(at, i));
      });
    if (!isJsonObject(value)) return;
    add(value, at, [
      'title',
      'subtitle',
      'description',
      'name',
      'authority',
      'duration',
      'result',
      'text',
      'label',
      'addressee',
      'commitment',
      'scope',
    ]);
    for (const [key, item] of Object.entries(value)) {
      // The official paper is in the official language.
      if (key === 'when' || key === 'locales' || (at === '/form' && key === 'print')) continue;
      if (key === 'legalBasis' && Array.isArray(item))
        item.forEach((text, i) => {
          if (typeof text === 'string') out.add(joinPointer(at, key, i));
        });
      else walk(item, joinPointer(at, key));
    }
  };
  walk(definition.form, '/form');
  return out;
}

/** The parts of a condition are never shown. */
function isInCondition(site: Site): boolean {
  return /\/when(?:\/|$)/.test(site.pointer);
}

function isTrue(schema: Json): boolean {
  return schema === true || (isJsonObject(schema) && Object.keys(schema).length === 0);
}

function isFalse(schema: Json): boolean {
  if (schema === false) return true;
  if (!isJsonObject(schema)) return false;
  if (isTrue(schema.not ?? false)) return true;
  if (Array.isArray(schema.allOf) && (schema.allOf as readonly Json[]).some(isFalse)) return true;
  return (
    isJsonObject(schema.properties)
    && Array.isArray(schema.required)
    && (schema.required as readonly string[]).some(name => isFalse((schema.properties as JsonObject)[name] ?? true))
  );
}

/** A test without its `not: required`, which is meant to be true of the empty object. */
function withoutAbsence(schema: JsonSchema): JsonSchema {
  if (!isJsonObject(schema)) return schema;
  if (
    isJsonObject(schema.not)
    && Object.keys(schema.not).every(keyword => keyword === 'required' || keyword === 'anyOf')
  )
    return false;
  const out: Record<string, Json> = { ...schema };
  for (const keyword of ['allOf', 'anyOf', 'oneOf'])
    if (Array.isArray(schema[keyword])) out[keyword] = (schema[keyword] as readonly JsonSchema[]).map(withoutAbsence);
  return out;
}

/** Every `const` and `enum` a test compares an answer with. */
function* comparisons(schema: Json, path: PatternPath): Generator<{ path: PatternPath; value: Json }> {
  if (!isJsonObject(schema)) return;
  if (schema.const !== undefined) yield { path, value: schema.const };
  if (Array.isArray(schema.enum)) for (const value of schema.enum as readonly Json[]) yield { path, value };
  if (isJsonObject(schema.properties))
    for (const [name, member] of Object.entries(schema.properties)) yield* comparisons(member, [...path, name]);
  for (const keyword of ['allOf', 'anyOf', 'oneOf'])
    if (Array.isArray(schema[keyword]))
      for (const part of schema[keyword] as readonly Json[]) yield* comparisons(part, path);
  if (schema.not !== undefined) yield* comparisons(schema.not, path);
  if (schema.contains !== undefined) yield* comparisons(schema.contains, [...path, null]);
}

function exists(path: PatternPath, known: ReadonlySet<string>): boolean {
  if (path[0] === '$context' || path.length === 0) return true;
  if (known.has(formatPattern(path))) return true;
  // Inside a choice, a map, a file or anything else without members of its own, everything may be.
  for (let length = path.length - 1; length > 0; length--) {
    const outer = formatPattern(path.slice(0, length));
    if (known.has(outer)) return ![...known].some(each => each.startsWith(`${outer}/`));
  }
  return false;
}

const EVERY_KEYWORD = [
  'properties',
  'required',
  'type',
  'title',
  'description',
  'items',
  'enum',
  'const',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'uniqueItems',
  'default',
  'examples',
  'readOnly',
  'oneOf',
  'anyOf',
  'allOf',
  'additionalProperties',
  ...FORM_KEYWORDS,
];

/** A text as it is quoted in a finding: its beginning, if it is long. */
function quoted(text: Json | undefined): string {
  const characters = [...(typeof text === 'string' ? text.replace(/\s+/g, ' ') : 'This text')];
  if (typeof text !== 'string') return characters.join('');
  return `"${characters.length > 40 ? `${characters.slice(0, 39).join('')}…` : characters.join('')}"`;
}

/** `; it can be "a" or "b"`, where these are few. */
function valuesOf(sites: readonly Site[]): string {
  const values =
    (first(sites, 'enum')?.value as readonly Json[] | undefined)
    ?? (first(sites, 'oneOf')?.value as readonly Json[] | undefined)?.flatMap(branch =>
      isJsonObject(branch) && branch.const !== undefined ? [branch.const] : [],
    )
    ?? [];
  return values.length === 0 || values.length > 6
    ? ''
    : `; it can be ${values.map(value => JSON.stringify(value)).join(' or ')}`;
}

function plain(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s.,:;()]+/g, ' ')
    .trim();
}
