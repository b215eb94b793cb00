// The outline: a tree of what a face draws, for any JSON Schema. Walking it also finds every place that carries a
// condition, a computed value, a check or a concept, because only a place knows its path in the data.

import {
  type CompileNote,
  type ConceptSpec,
  formatPattern,
  isJsonObject,
  type Json,
  type JsonObject,
  type JsonSchema,
  type Option,
  type Pointer,
  type PointerPattern,
} from '@onceform/core';
import { type Alternatives, Choices, MAX_COMBINATIONS } from './choices.ts';
import { tooLarge } from './load.ts';
import { LookThrough } from './look-through.ts';
import { NodeFacts, type PlannedNode } from './node-facts.ts';
import type { Lowering, LoweringInput } from './lower.ts';
import type { Chosen, PatternPath, Place } from './place.ts';
import type { SchemaIndex, Site } from './resolve.ts';
import {
  first,
  inferType,
  isNull,
  keysOf,
  strings,
  tightest,
  typeName,
  typeWords,
  typesOf,
  unify,
} from './schema-view.ts';

export interface OutlineInput extends LoweringInput {
  readonly index: SchemaIndex;
  readonly lowering: Lowering;
  readonly concepts: Readonly<Record<string, ConceptSpec>>;
  readonly maxNodes: number;
  readonly locale: string;
  /** Registers a schema that is needed as a function and returns the function's name. */
  readonly functionFor: (schema: JsonSchema) => string;
}

export interface WalkedOutline {
  readonly root: PlannedNode;
  readonly definitions: Readonly<Record<string, PlannedNode>>;
  readonly places: readonly Place[];
}

/** Walks the definition from its root, then each recursive definition from its own. */
export function walkOutline(input: OutlineInput): WalkedOutline {
  const walker = new Walker(input);
  const root = walker.node({
    path: [],
    key: '',
    sites: [input.index.root],
    stack: [input.index.root],
    scope: null,
    required: true,
    parent: null,
    subject: null,
    implied: [],
    isMember: false,
    branchOf: null,
    branch: null,
    chosen: null,
    only: null,
  }) ?? {
    kind: 'unsupported',
    key: '',
    required: true,
    nullable: false,
    readOnly: false,
    reason: 'No value can fit this schema.',
  };
  const definitions: Record<string, PlannedNode> = {};
  for (let site = walker.nextRecursive(definitions); site !== null; site = walker.nextRecursive(definitions)) {
    const name = input.lowering.nameOf(site);
    definitions[name] = {
      kind: 'unsupported',
      key: '[]',
      required: false,
      nullable: false,
      readOnly: false,
      reason: '',
    };
    const node = walker.node({
      path: [],
      key: '[]',
      sites: [site],
      stack: [site],
      scope: name,
      required: false,
      parent: null,
      subject: null,
      implied: [],
      isMember: false,
      branchOf: null,
      branch: null,
      chosen: null,
      only: null,
    });
    if (node !== null) definitions[name] = node;
  }
  return { root, definitions, places: walker.places };
}

interface Visit {
  readonly path: PatternPath;
  readonly key: string;
  readonly sites: readonly Site[];
  readonly stack: readonly Site[];
  readonly scope: string | null;
  readonly required: boolean;
  readonly parent: Place | null;
  readonly subject: string | null;
  readonly implied: readonly JsonSchema[];
  readonly isMember: boolean;
  readonly branchOf: PointerPattern | null;
  readonly branch: number | null;
  readonly chosen: Chosen | null;
  /** Member names to show; null: all. */
  readonly only: ReadonlySet<string> | null;
  /** Choices that were made on the way here. */
  readonly made?: readonly Alternatives[];
  /** In a branch: the schemas beside the choice, whose conditions and checks belong to the choice. */
  readonly beside?: readonly Site[];
}

// What a visit of a part does not take over from the visit of the whole.
const FRESH: { readonly made?: readonly Alternatives[]; readonly beside?: readonly Site[] } = {
  made: undefined,
  beside: undefined,
} as never;

/** A value that nothing is said about. */
const ANY_VALUE: PlannedNode = {
  kind: 'field',
  key: '[]',
  required: true,
  nullable: false,
  readOnly: false,
  type: 'any',
  constraints: {},
  computed: false,
};

class Walker {
  readonly places: Place[] = [];
  readonly #input: OutlineInput;
  readonly #recursive = new Set<Site>();
  readonly #entered = new Map<Place, Place>();
  #nodes = 0;

  readonly #look: LookThrough;
  readonly #choices: Choices;
  readonly #facts: NodeFacts;

  constructor(input: OutlineInput) {
    this.#input = input;
    this.#facts = new NodeFacts(input);
    this.#look = new LookThrough(input.index, input.lowering);
    this.#choices = new Choices({
      index: input.index,
      look: this.#look,
      locale: input.locale,
      textOf: (sites, keyword) => this.#facts.text(sites, keyword),
      hasOptions: site => this.#facts.optionsOf([site]) !== null,
    });
  }

  nextRecursive(done: Readonly<Record<string, unknown>>): Site | null {
    for (const site of this.#recursive) if (!Object.hasOwn(done, this.#input.lowering.nameOf(site))) return site;
    return null;
  }

  node(visit: Visit): PlannedNode | null {
    if (++this.#nodes > this.#input.maxNodes)
      throw tooLarge('nodes', this.#input.maxNodes, visit.sites[0]?.pointer ?? '');
    const view = this.#look.expand(visit.sites, visit.stack);
    if (view.sites.some(site => site.schema === false)) return null;
    const place = this.#place(visit, view.sites);
    const base = this.#facts.base(visit.key, visit.required, view.sites, place);
    if (view.recursion !== null) {
      this.#recursive.add(view.recursion);
      return this.#done(place, { ...base, kind: 'recursion', to: this.#input.lowering.nameOf(view.recursion) });
    }
    return this.#shape({ ...visit, stack: view.stack, subject: place.subject }, view.sites, place, base);
  }

  // ---- what kind of thing it is

  #shape(visit: Visit, sites: readonly Site[], place: Place, base: PlannedNode): PlannedNode {
    const file = first(sites, 'format');
    if (file?.value === 'file') return this.#field(place, sites, base, 'file');
    const constant = first(sites, 'const');
    if (constant !== undefined) return this.#field(place, sites, { ...base, readOnly: true }, typeName(constant.value));
    const options = this.#facts.optionsOf(sites);
    if (options !== null)
      return this.#field(place, sites, base, unify(options.map(option => typeName(option.value))), options);
    if (first(sites, 'codelist') !== undefined) return this.#field(place, sites, base, 'string');

    const made = visit.made ?? [];
    const choice = this.#choices.nextChoice(sites, made);
    if (choice !== null) {
      const real = this.#choices.alternatives(choice).filter(site => !isNull(site));
      if (real.length === 1) {
        return this.#again({ ...visit, sites: [...sites, real[0]!], made: [...made, choice] }, place, {
          ...base,
          nullable: true,
        });
      }
      return this.#choice(visit, sites, place, base);
    }

    const types = typesOf(sites);
    const kinds = [...types].filter(type => type !== 'null');
    const shown = { ...base, nullable: base.nullable === true || types.has('null') };
    if (kinds.length > 1 && kinds.some(kind => kind === 'object' || kind === 'array')) {
      return this.#done(place, {
        ...shown,
        kind: 'unsupported',
        reason: `The value may be ${typeWords(kinds)}; use "oneOf" so that one can be chosen.`,
      });
    }
    const kind = kinds.length === 1 ? kinds[0]! : kinds.length === 0 ? inferType(sites, types.has('null')) : 'any';
    if (kind === 'object') return this.#object(visit, sites, place, shown);
    if (kind === 'array') return this.#array(visit, sites, place, shown);
    if (first(sites, 'contentEncoding') !== undefined) {
      return this.#done(place, {
        ...shown,
        kind: 'unsupported',
        reason: 'The value holds encoded bytes; "format": "file" keeps files beside the data instead.',
      });
    }
    return this.#field(
      place,
      sites,
      shown,
      kinds.length > 1 && kinds.every(each => each === 'integer' || each === 'number') ? 'number' : kind,
    );
  }

  // The only real alternative beside null: the same place, looked at with that alternative in view.
  #again(visit: Visit, place: Place, base: PlannedNode): PlannedNode {
    const view = this.#look.expand(visit.sites, visit.stack);
    if (view.recursion !== null) {
      this.#recursive.add(view.recursion);
      return this.#done(place, { ...base, kind: 'recursion', to: this.#input.lowering.nameOf(view.recursion) });
    }
    const titled = { ...this.#facts.base(visit.key, visit.required, view.sites, place), nullable: true };
    return this.#shape({ ...visit, stack: view.stack }, view.sites, { ...place, sites: view.sites }, titled);
  }

  #object(visit: Visit, sites: readonly Site[], place: Place, base: PlannedNode): PlannedNode {
    const members = this.#look.members(sites);
    const patterns = sites.flatMap(site => keysOf(site, 'patternProperties').map(pattern => ({ pattern, site })));
    const additional = first(sites, 'additionalProperties') ?? first(sites, 'unevaluatedProperties');
    const isOpen = additional !== undefined && additional.value !== false;
    const bare = members.size === 0 && patterns.length === 0 && additional === undefined && visit.only === null;
    const own = this.#enter(place, 'group', null);
    const required = new Set(sites.flatMap(site => strings(site, 'required')));

    const map = (): PlannedNode | null => {
      const kinds = patterns.map(({ pattern, site }) => ({
        name: pattern,
        site: this.#input.index.child(site, 'patternProperties', pattern),
      }));
      if (isOpen) {
        const keyword =
          first(sites, 'additionalProperties') === undefined ? 'unevaluatedProperties' : 'additionalProperties';
        kinds.push({ name: '*', site: this.#input.index.child(additional.site, keyword) });
      }
      if (kinds.length === 0 && !bare) return null;
      const node =
        kinds.length === 0
          ? ANY_VALUE
          : this.#valueOf(
              kinds.filter(({ site }) => site.schema !== false),
              {
                ...visit,
                path: [...visit.path, null],
                key: '[]',
                sites: [],
                required: true,
                parent: own,
                subject: own.subject,
                implied: [],
                isMember: false,
                only: null,
                ...FRESH,
              },
            );
      if (node === null) return null;
      const names = first(sites, 'propertyNames');
      const namePattern =
        isJsonObject(names?.value) && typeof names.value.pattern === 'string' ? names.value.pattern : undefined;
      const keyPattern =
        isOpen || patterns.length === 0
          ? namePattern
          : patterns.length === 1
            ? patterns[0]!.pattern
            : patterns.map(({ pattern }) => `(?:${pattern})`).join('|');
      return { ...base, kind: 'map', value: node, ...(keyPattern === undefined ? {} : { keyPattern }) };
    };

    if (members.size === 0 && visit.only === null) {
      const node = map();
      return node ?? { ...base, kind: 'group', children: [] };
    }
    const children: PlannedNode[] = [];
    for (const [name, member] of members) {
      if (visit.only !== null && !visit.only.has(name)) continue;
      if (visit.path.length === 0 && name === '$context') continue;
      const child = this.node({
        ...visit,
        path: [...visit.path, name],
        key: name,
        sites: member.sites,
        required: required.has(name),
        parent: own,
        subject: own.subject,
        implied: member.implied,
        isMember: true,
        only: null,
        ...FRESH,
      });
      if (child !== null) children.push(child);
    }
    const rest = isOpen || patterns.length > 0 ? map() : null;
    return {
      ...base,
      kind: 'group',
      children,
      ...(rest === null ? {} : { rest: { ...rest, key: '[]', required: false } }),
    };
  }

  /**
   * The value of a map. Where names of different kinds have values of different kinds, the value is a choice; that it is
   * the one its name asks for, the validator sees to.
   */
  #valueOf(kinds: readonly { readonly name: string; readonly site: Site }[], visit: Visit): PlannedNode | null {
    if (kinds.length === 0) return null;
    if (kinds.length === 1) return this.node({ ...visit, sites: [kinds[0]!.site] });
    const place = this.#enter(this.#place(visit, []), 'choice', null);
    const branches = kinds
      .map(({ name, site }, n): JsonObject | null => {
        const node = this.node({
          ...visit,
          sites: [site],
          parent: place,
          branchOf: visit.branchOf ?? formatPattern(visit.path),
          branch: visit.branchOf === null ? n : visit.branch,
          chosen: null,
        });
        if (node === null) return null;
        return {
          title: (this.#facts.text(this.#look.expand([site], visit.stack).sites, 'title') ?? name) as Json,
          node,
          matches: this.#input.functionFor(this.#input.lowering.lower(site)),
        };
      })
      .filter(branch => branch !== null);
    return { kind: 'choice', key: '[]', required: true, nullable: false, readOnly: false, branches, shared: [] };
  }

  #array(visit: Visit, sites: readonly Site[], place: Place, base: PlannedNode): PlannedNode {
    const prefix = first(sites, 'prefixItems');
    const items = first(sites, 'items') ?? first(sites, 'unevaluatedItems');
    const itemSite =
      items === undefined
        ? null
        : this.#input.index.child(items.site, first(sites, 'items') === undefined ? 'unevaluatedItems' : 'items');
    if (prefix === undefined && itemSite !== null) {
      const multiple = this.#multiple(sites, itemSite, visit.stack, place, base);
      if (multiple !== null) return multiple;
    }
    const own = this.#enter(place, 'list', null);
    const item = (site: Site, segment: string | null, required: boolean): PlannedNode | null =>
      this.node({
        ...visit,
        path: [...visit.path, segment],
        key: segment ?? '[]',
        sites: [site],
        required,
        parent: own,
        subject: own.subject,
        implied: [],
        isMember: false,
        only: null,
        ...FRESH,
      });
    if (prefix !== undefined) {
      const places = prefix.value as readonly Json[];
      const min = tightest(sites, 'minItems', Math.max) ?? 0;
      const children = places
        .map((_, i) => item(this.#input.index.child(prefix.site, 'prefixItems', i), String(i), i < min))
        .filter(node => node !== null);
      const rest = itemSite === null || itemSite.schema === false ? null : item(itemSite, null, false);
      return { ...base, kind: 'tuple', children, ...(rest === null ? {} : { rest }) };
    }
    const node = itemSite === null ? ANY_VALUE : item(itemSite, null, true);
    if (node === null) return { ...base, kind: 'unsupported', reason: 'Only the empty list fits.' };
    return {
      ...base,
      kind: 'list',
      item: node,
      minItems: tightest(sites, 'minItems', Math.max) ?? 0,
      maxItems: tightest(sites, 'maxItems', Math.min) ?? null,
      uniqueItems: first(sites, 'uniqueItems')?.value === true,
    };
  }

  // An array of offered values, each at most once, is one question with several answers; so is a list of files.
  #multiple(
    sites: readonly Site[],
    itemSite: Site,
    stack: readonly Site[],
    place: Place,
    base: PlannedNode,
  ): PlannedNode | null {
    const view = this.#look.expand([itemSite], stack);
    if (view.recursion !== null) return null;
    if (first(view.sites, 'format')?.value === 'file')
      return { ...this.#field(place, [...sites, ...view.sites], base, 'file'), multiple: true };
    if (first(sites, 'uniqueItems')?.value !== true) return null;
    const options = this.#facts.optionsOf(view.sites);
    const type = options === null ? 'string' : unify(options.map(option => typeName(option.value)));
    if (options === null && first(view.sites, 'codelist') === undefined) return null;
    return { ...this.#field(place, [...sites, ...view.sites], base, type, options ?? undefined), multiple: true };
  }

  #choice(visit: Visit, sites: readonly Site[], place: Place, base: PlannedNode): PlannedNode {
    const combinations = this.#choices.combinations(sites, { sites: [], made: visit.made ?? [] }, visit.stack);
    if (combinations.length > MAX_COMBINATIONS)
      return this.#done(place, {
        ...base,
        kind: 'unsupported',
        reason: `The choices at this place combine to more than ${MAX_COMBINATIONS} alternatives; make one choice of them.`,
      });
    const pattern = formatPattern(visit.path);
    const baseKeys = this.#look.members(sites);
    const views = combinations.map(({ sites: chosen }) => this.#look.expand(chosen, visit.stack));
    const branchKeys = new Set(
      views.flatMap(view => (view.recursion === null ? [...this.#look.members(view.sites).keys()] : [])),
    );
    const isObject = typesOf(sites).has('object') || views.some(view => this.#look.members(view.sites).size > 0);
    const discriminator = this.#choices.discriminator(
      views.map(view => this.#look.members(view.sites)),
      visit.stack,
    );
    this.#enter(place, 'choice', null);

    const branches = combinations
      .map((combination, n): JsonObject | null => {
        const view = views[n]!;
        const told = discriminator === null ? undefined : { key: discriminator.key, value: discriminator.values[n]! };
        const isTold =
          told !== undefined && [...view.sites, ...sites].some(each => strings(each, 'required').includes(told.key));
        const shows =
          isObject && view.recursion === null && inferType([...view.sites, ...sites], false) === 'object'
            ? new Set([
                ...this.#look.members(view.sites).keys(),
                ...[...baseKeys.keys()].filter(key => branchKeys.has(key)),
              ])
            : null;
        const node = this.node({
          ...visit,
          sites: shows === null ? combination.sites : [...combination.sites, ...sites],
          required: visit.required,
          only: shows,
          isMember: false,
          implied: [],
          made: combination.made,
          beside: sites,
          branchOf: visit.branchOf ?? pattern,
          branch: visit.branchOf === null ? n : visit.branch,
          chosen:
            visit.branchOf === null && isTold
              ? {
                  path: visit.path,
                  test: { properties: { [told.key]: { const: told.value } }, required: [told.key] },
                }
              : null,
          parent: place,
        });
        if (node === null) return null;
        const tests = combination.sites.map(site => this.#input.lowering.lower(site));
        const title = this.#choices.titleOf(
          combination,
          visit.stack,
          told === undefined ? String(n + 1) : String(told.value),
        );
        return {
          title: title as Json,
          node,
          ...(told === undefined ? {} : { discriminator: told }),
          matches: this.#input.functionFor(tests.length === 1 ? tests[0]! : { allOf: tests }),
        };
      })
      .filter(branch => branch !== null);
    const sharedKeys = new Set([...baseKeys.keys()].filter(key => !branchKeys.has(key)));
    const shared =
      isObject && sharedKeys.size > 0
        ? (this.#object({ ...visit, only: sharedKeys, made: combinations[0]!.made }, sites, place, base)
            .children as readonly Json[])
        : [];
    const takesNull = combinations
      .flatMap(({ made }) => made)
      .some(made => this.#choices.alternatives(made).some(site => isNull(site)));
    return {
      ...base,
      nullable: base.nullable === true || takesNull || typesOf(sites).has('null'),
      kind: 'choice',
      branches,
      shared,
    };
  }

  #field(
    place: Place,
    sites: readonly Site[],
    base: PlannedNode,
    type: string,
    options?: readonly Option[],
  ): PlannedNode {
    this.#enter(place, 'field', type);
    return this.#facts.field(place, sites, base, type, options);
  }

  // ---- places

  #place(visit: Visit, all: readonly Site[]): Place {
    const sites = visit.beside === undefined ? all : all.filter(site => !visit.beside!.includes(site));
    const concept = first(sites, 'concept')?.value;
    const subject = first(sites, 'subject')?.value;
    return {
      path: visit.path,
      scope: visit.scope,
      kind: '',
      type: null,
      sites,
      parent: visit.parent,
      concept: typeof concept === 'string' ? concept : null,
      subject: typeof subject === 'string' ? subject : visit.subject,
      implied: visit.implied,
      isMember: visit.isMember,
      branchOf: visit.branchOf,
      branch: visit.branch,
      chosen: visit.chosen,
    };
  }

  // A place is listed before the places in it, under the kind it turned out to have.
  #enter(place: Place, kind: string, type: string | null): Place {
    const known = this.#entered.get(place);
    if (known !== undefined) return known;
    const own = { ...place, kind, type };
    this.#entered.set(place, own);
    this.places.push(own);
    return own;
  }

  #done(place: Place, node: PlannedNode): PlannedNode {
    this.#enter(place, node.kind, null);
    if (node.kind === 'unsupported') this.#unsupported(place.sites[0]?.pointer ?? '', String(node.reason));
    return node;
  }

  #unsupported(pointer: Pointer, message: string): void {
    const note: CompileNote = { code: 'CONTROL_NOT_OFFERED', severity: 'info', pointer, message };
    if (!this.#input.notes.some(each => each.code === note.code && each.pointer === pointer))
      this.#input.notes.push(note);
  }
}
