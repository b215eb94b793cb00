// Published rules over filed data, without the form: what intake and the verifier of a dossier run. Values are typed
// by the dataSchema that lies beside the rules.

import type { JsonSchema, PublishedRule } from './compiled.ts';
import type { Issue } from './issue.ts';
import { isJsonObject, jsonEqual, type Json, type JsonObject } from './json.ts';
import { instancesOf, pointerOf, type PatternPath } from './pattern-index.ts';
import { parsePattern, parsePointer, valueAt, type Path, type Pointer } from './pointer.ts';
import { instancesOfPart } from './recursion.ts';
import { jsonResult, needsAreMet, type RuleEvaluator } from './rules.ts';
import { withoutValueAt, withValueAt } from './with-value-at.ts';

/**
 * Judges data by published rules. A check is skipped where something it needs is absent. A computed value that is not
 * what its inputs give, is missing, or stands there without its inputs, is an issue with the rule's id.
 */
export function checkRules(
  rules: readonly PublishedRule[],
  data: JsonObject,
  dataSchema: JsonSchema,
  evaluator: RuleEvaluator,
): Issue[] {
  const run = evaluation(data, new SchemaTyping(dataSchema), evaluator);
  return rules.flatMap(rule =>
    run(rule)
      .filter(({ path, met, result }) =>
        rule.kind === 'check' ? met && result() !== true : !jsonEqual(valueAt(data, path), computed(met, result)),
      )
      .map(({ path }) => ({
        pointer: pointerOf(path),
        keyword: 'rule',
        severity: rule.kind === 'check' ? (rule.severity ?? 'error') : 'error',
        rule: rule.id,
        params: {},
        ...(rule.message === undefined ? {} : { message: rule.message }),
      })),
  );
}

/**
 * Brings computed values into line with what they are computed from, as after a correction: what is computed from
 * computed values follows. `changed` has those that are not as they were, in the order of the rules.
 */
export function computeAgain(
  rules: readonly PublishedRule[],
  data: JsonObject,
  dataSchema: JsonSchema,
  evaluator: RuleEvaluator,
): { readonly data: JsonObject; readonly changed: readonly Pointer[] } {
  const computing = rules.filter(({ kind }) => kind === 'compute');
  const typing = new SchemaTyping(dataSchema);
  const places = new Map<Pointer, Path>();
  let now = data;
  // The compiler lets no circle through, so each round settles at least one of them.
  for (let round = 0, before: JsonObject | null = null; before !== now && round < computing.length; round++) {
    before = now;
    for (const rule of computing)
      for (const { path, met, result } of evaluation(now, typing, evaluator)(rule)) {
        const value = computed(met, result);
        if (jsonEqual(valueAt(now, path), value)) continue;
        places.set(pointerOf(path), path);
        now = (value === undefined ? withoutValueAt(now, path) : withValueAt(now, path, value)) as JsonObject;
      }
  }
  const changed = [...places].filter(([, path]) => !jsonEqual(valueAt(now, path), valueAt(data, path)));
  return { data: now, changed: changed.map(([pointer]) => pointer) };
}

/** A place where a rule applies, and what its expression gives there. */
interface Evaluated {
  readonly path: Path;
  /** Everything that the rule needs is there. */
  readonly met: boolean;
  /** `undefined` where the expression has no value. */
  result(): unknown;
}

function evaluation(
  data: JsonObject,
  typing: SchemaTyping,
  evaluator: RuleEvaluator,
): (rule: PublishedRule) => readonly Evaluated[] {
  const whole = once(() => typing.typed(data, []));
  return rule => {
    const pattern = parsePattern(rule.target);
    const needs = { own: rule.needs.map(parsePattern), data: (rule.dataNeeds ?? []).map(parsePattern) };
    const program = evaluator.compile(rule.expression);
    return placesOf(rule, pattern, data).flatMap((path): Evaluated[] => {
      const parent = path.slice(0, -1);
      if (path.length > 0 && typeof valueAt(data, parent) !== 'object') return [];
      const variables = {
        get data() {
          return whole();
        },
        get self() {
          return typing.typed(valueAt(data, parent), parent);
        },
        get value() {
          return typing.typed(valueAt(data, path), path);
        },
        get context() {
          return typing.typed(data['$context'], ['$context']);
        },
        pointer: pointerOf(path),
      };
      return [{ path, met: needsAreMet(needs, data, path, pattern), result: () => attempt(() => program(variables)) }];
    });
  };
}

const computed = (met: boolean, result: Evaluated['result']): Json | undefined =>
  met ? jsonResult(result()) : undefined;

/** Where a published rule applies. In a recursive part: at each of its instances. */
function placesOf({ within }: PublishedRule, pattern: PatternPath, data: JsonObject): readonly Path[] {
  if (within === undefined) return instancesOf(data, pattern, []);
  return instancesOfPart(within, data).flatMap(base =>
    instancesOf(valueAt(data, base), pattern, []).map(path => [...base, ...path]),
  );
}

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch {
    return undefined;
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Finds where a schema says `integer`: through properties, items, references and everything that applies in place. */
class SchemaTyping {
  readonly #root: JsonSchema;
  constructor(root: JsonSchema) {
    this.#root = root;
  }

  /** The value with a BigInt for each integer; `path` is where it stands in the instance. */
  typed(value: Json | undefined, path: Path): unknown {
    let schemas: readonly JsonSchema[] = this.#inPlace([this.#root]);
    for (const key of path) schemas = this.#below(schemas, key);
    return this.#convert(value, schemas);
  }

  #convert(value: Json | undefined, schemas: readonly JsonSchema[]): unknown {
    if (typeof value === 'number') {
      return Number.isSafeInteger(value)
        && schemas.some(schema => isJsonObject(schema) && allows(schema['type'], 'integer'))
        ? BigInt(value)
        : value;
    }
    if (Array.isArray(value))
      return (value as readonly Json[]).map((item, i) => this.#convert(item, this.#below(schemas, String(i))));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.#convert(item, this.#below(schemas, key))]),
    );
  }

  #below(schemas: readonly JsonSchema[], key: string): readonly JsonSchema[] {
    const found: JsonSchema[] = [];
    for (const schema of schemas) {
      if (!isJsonObject(schema)) continue;
      const { properties, items, prefixItems, additionalProperties, patternProperties } = schema;
      if (isJsonObject(properties) && Object.hasOwn(properties, key)) found.push(properties[key] as JsonSchema);
      else if (isJsonObject(additionalProperties)) found.push(additionalProperties);
      if (isJsonObject(patternProperties)) {
        for (const [pattern, inner] of Object.entries(patternProperties))
          if (new RegExp(pattern, 'u').test(key)) found.push(inner as JsonSchema);
      }
      const place = Array.isArray(prefixItems) ? (prefixItems as readonly Json[])[Number(key)] : undefined;
      if (place !== undefined) found.push(place as JsonSchema);
      else if (isJsonObject(items)) found.push(items);
    }
    return this.#inPlace(found);
  }

  /** A schema with everything it applies to the same value. */
  #inPlace(schemas: readonly JsonSchema[]): readonly JsonSchema[] {
    const all = new Set<JsonSchema>();
    const add = (schema: JsonSchema | undefined): void => {
      if (!isJsonObject(schema) || all.has(schema)) return;
      all.add(schema);
      for (const keyword of ['allOf', 'anyOf', 'oneOf'])
        if (Array.isArray(schema[keyword])) for (const inner of schema[keyword] as readonly JsonSchema[]) add(inner);
      for (const keyword of ['then', 'else']) add(schema[keyword] as JsonSchema | undefined);
      const { $ref } = schema;
      if (typeof $ref === 'string' && $ref.startsWith('#') && isJsonObject(this.#root)) {
        add(valueAt(this.#root, parsePointer(decodeURIComponent($ref.slice(1)))) as JsonSchema | undefined);
      }
    };
    for (const schema of schemas) add(schema);
    return [...all];
  }
}

function allows(type: Json | undefined, name: string): boolean {
  return (
    type === name
    || (Array.isArray(type)
      && (type as readonly Json[]).includes(name)
      && !(type as readonly Json[]).includes('number'))
  );
}
