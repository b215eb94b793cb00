// Random forms and data that nearly fit them, from a seed, for the tests of the two carriers and of lowering.

import { isJsonObject, joinPointer, type Json, type JsonObject } from '@onceform/core';

export interface RandomSource {
  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  chance(probability: number): boolean;
}

/** A small generator (mulberry32): the same seed gives the same forms on every machine. */
export function randomSource(seed: number): RandomSource {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { below, pick: list => list[below(list.length)]!, chance: probability => next() < probability };
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'x/y', 'z~'] as const;
const WORDS: readonly Json[] = [
  '',
  'a',
  'ab',
  'abc',
  'kind',
  '2024-02-29',
  '2023-02-29',
  'a@example.org',
  '𝒳',
  'é',
  'é',
];
const NUMBERS: readonly Json[] = [0, 1, 2, 3, 10, -1, 0.5, 1.0, 1e21, -0];

/** @param isPlain without what plain ajv misjudges, so that its verdict counts. */
export function randomDefinition(source: RandomSource, isPlain = false): JsonObject {
  const random: Shaped = { ...source, isPlain };
  const definition = objectSchema(random, 0, true, true) as Record<string, Json>;
  definition.properties = { ...(definition.properties as JsonObject), flag: leafSchema(random) };
  definition.$defs = {
    leaf: leafSchema(random),
    part: objectSchema(random, 2, false),
    tree: {
      type: 'object',
      properties: { a: leafSchema(random), c: { type: 'array', items: { $ref: '#/$defs/tree' }, maxItems: 2 } },
    },
  };
  return definition;
}

interface Shaped extends RandomSource {
  readonly isPlain: boolean;
}

/** @param isAlone at one place only, reached through members: what a source alone may give can be lowered there. */
function schema(random: Shaped, depth: number, isAlone = false): Json {
  const roll = random.below(depth > 2 ? 6 : random.isPlain ? 13 : 14);
  if (roll < 5) return leafSchema(random);
  if (roll === 5) return { $ref: random.pick(['#/$defs/leaf', '#/$defs/tree']) };
  if (roll === 6) return { $ref: '#/$defs/part', ...(random.chance(0.3) ? { minProperties: 1 } : {}) };
  if (roll < 10) return objectSchema(random, depth + 1, false, isAlone);
  if (roll === 10)
    return {
      type: 'array',
      items: schema(random, depth + 1),
      ...(random.chance(0.5) ? { minItems: random.below(2), maxItems: 2 + random.below(2) } : {}),
      ...(random.chance(0.3) ? { uniqueItems: true } : {}),
    };
  if (roll === 11)
    return {
      type: 'array',
      prefixItems: [leafSchema(random), leafSchema(random)],
      items: random.chance(0.5) ? false : leafSchema(random),
    };
  if (roll === 12) return { oneOf: [branchSchema(random, 'p', depth), branchSchema(random, 'q', depth)] };
  return { type: 'array', contains: leafSchema(random), ...(random.chance(0.5) ? { maxContains: 1 } : {}) };
}

function branchSchema(random: RandomSource, kind: string, depth: number): Json {
  const member = random.pick(['m', 'n']);
  const schema = leafSchema(random) as JsonObject;
  // Only a choice at the root's own members is surely in no other choice, map or definition.
  const when =
    depth === 0 && random.chance(0.4)
      ? { when: random.chance(0.5) ? { at: '/flag', is: condition(random) } : condition(random, 'o') }
      : {};
  return {
    type: 'object',
    properties: { kind: { const: kind }, o: leafSchema(random), [member]: { ...schema, ...when } },
    required: ['kind', ...(random.chance(0.3) ? [member] : [])],
  };
}

function objectSchema(random: Shaped, depth: number, isRoot: boolean, isAlone = false): Json {
  const names = NAMES.filter(() => random.chance(0.6));
  const properties: Record<string, Json> = {};
  for (const name of names) {
    const member = withSource(schema(random, depth, isAlone), isAlone && random.chance(0.2), random);
    const others = Object.keys(properties);
    if (isJsonObject(member) && others.length > 0 && random.chance(0.3)) {
      const other = random.pick(others);
      properties[name] = {
        ...member,
        when:
          isRoot && random.chance(0.3)
            ? { at: `/${other.replaceAll('~', '~0').replaceAll('/', '~1')}`, is: condition(random) }
            : condition(random, other),
      };
    } else {
      properties[name] = member;
    }
  }
  const out: Record<string, Json> = { type: 'object', properties, required: names.filter(() => random.chance(0.35)) };
  if (random.chance(0.25)) out.additionalProperties = random.chance(0.5) ? false : leafSchema(random);
  else if (!random.isPlain && random.chance(0.2)) out.unevaluatedProperties = false;
  if (random.chance(0.1)) out.dependentRequired = { a: ['b'] };
  if (random.chance(0.1))
    Object.assign(out, { if: { required: ['a'] }, then: { properties: { b: leafSchema(random) } } });
  if (random.chance(0.1)) out.maxProperties = 4;
  if (random.chance(0.1)) out.propertyNames = { maxLength: 4 };
  return out;
}

/** A member that a source alone may give, or that is not asked without one. */
function withSource(member: Json, isSo: boolean, random: RandomSource): Json {
  if (!isSo || !isJsonObject(member)) return member;
  return { ...member, concept: 'a.b', reuse: { mode: 'choose', onMissing: random.pick(['skip', 'block']) } };
}

function condition(random: RandomSource, name?: string): Json {
  const about = random.pick<Json>([
    { const: 'a' },
    { enum: ['a', 1, true] },
    { type: 'string' },
    { minimum: 1, type: 'number' },
  ]);
  if (name === undefined) return about;
  return random.pick<Json>([
    { required: [name] },
    { not: { required: [name] } },
    { properties: { [name]: about }, required: [name] },
    { anyOf: [{ properties: { [name]: about }, required: [name] }, { not: { required: [name] } }] },
  ]);
}

function leafSchema(random: RandomSource): Json {
  return random.pick<() => Json>([
    () => ({ type: 'string', minLength: random.below(3), maxLength: 3 + random.below(3) }),
    () => ({ type: 'string', format: random.pick(['date', 'email']) }),
    () => ({ type: 'string', pattern: '^a' }),
    () => ({ type: random.pick(['integer', 'number']), minimum: 0, exclusiveMaximum: 10 }),
    () => ({ type: 'boolean' }),
    () => ({ enum: ['a', 'b', 1, null] }),
    () => ({
      oneOf: [
        { const: 'a', title: 'A' },
        { const: 'kind', title: 'Kind' },
      ],
    }),
    () => ({ type: ['string', 'null'] }),
    () => ({ const: 'a' }),
  ])();
}

/** Data that fits in most places, so that errors are few and each is about something. */
export function randomData(definition: JsonObject, random: RandomSource): Json {
  const value = (part: Json | undefined, depth: number): Json => {
    if (!isJsonObject(part) || random.chance(0.04) || depth > 6)
      return random.pick<Json>([...WORDS, ...NUMBERS, true, null, [], {}]);
    if (typeof part.$ref === 'string')
      return value((definition.$defs as JsonObject)[part.$ref.slice('#/$defs/'.length)], depth);
    if (part.const !== undefined) return part.const;
    if (Array.isArray(part.enum)) return random.pick(part.enum as readonly Json[]);
    if (Array.isArray(part.oneOf)) return value(random.pick(part.oneOf as readonly Json[]), depth);
    const type = Array.isArray(part.type) ? random.pick(part.type as readonly string[]) : part.type;
    if (type === 'object') {
      const out: Record<string, Json> = {};
      const required = (part.required as readonly Json[] | undefined) ?? [];
      for (const [name, member] of Object.entries(part.properties as JsonObject)) {
        const isOptional = isJsonObject(member) && member.when !== undefined;
        if (required.includes(name) && !isOptional ? random.chance(0.97) : random.chance(0.4))
          out[name] = value(member, depth + 1);
      }
      if (random.chance(0.08)) out.other = random.pick(WORDS);
      return out;
    }
    if (type === 'array') {
      const items = Array.isArray(part.prefixItems)
        ? (part.prefixItems as readonly Json[])
        : Array.from({ length: random.below(3) }, () => part.items ?? part.contains ?? {});
      return items.map(item => value(item as Json, depth + 1));
    }
    if (type === 'boolean') return random.chance(0.5);
    if (type === 'null') return null;
    if (type === 'integer' || type === 'number') return random.pick(NUMBERS.slice(0, 4));
    return part.format === 'date'
      ? '2024-02-29'
      : part.format === 'email'
        ? 'a@example.org'
        : part.pattern !== undefined
          ? 'ab'
          : random.pick(WORDS.slice(1, 5));
  };
  const answers = value(definition, 0);
  if (!isJsonObject(answers) || random.chance(0.1)) return answers;
  const retrieved: Record<string, Json> = {};
  for (const pointer of pointersIn(definition, ''))
    if (random.chance(0.8)) retrieved[pointer] = random.chance(0.8) ? 'provided' : 'not-provided';
  return { ...answers, $context: { today: '2024-02-29', identityLevel: 2, channel: 'online', retrieved } };
}

/** Of members, and of those within them. */
function pointersIn({ properties }: JsonObject, at: string): string[] {
  return Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([name, member]) => {
    const pointer = joinPointer(at, name);
    return [pointer, ...(isJsonObject(member) ? pointersIn(member, pointer) : [])];
  });
}
