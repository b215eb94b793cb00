// Judging functions of an emitted module as source text: a schema becomes an expression of the functions in `checks.ts`.
// What these cannot say is left to ajv's own code.

import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '@onceform/core';
import { LISTED, scalarTypes } from './keywords.ts';
import { testExpression } from './test-code.ts';

interface Constant {
  readonly name: string;
  /** How many had been declared before. */
  readonly at: number;
}

const BOUNDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];

/** Writes checks; equal ones once. */
export class CheckCode {
  readonly #definitions: JsonObject;
  readonly #tests: ReadonlyMap<string, string>;
  /** By expression. */
  readonly #constants = new Map<string, Constant>();
  /** By name of the definition; null where no check can say it. */
  readonly #named = new Map<string, Constant | null>();
  readonly #open = new Set<string>();
  readonly #declared: { readonly name: string; readonly expression: string }[] = [];
  #count = 0;

  /** @param tests names of functions of the module that tell whether a value fits, by the text of the schema. */
  constructor(definitions: JsonObject, tests: ReadonlyMap<string, string>) {
    this.#definitions = definitions;
    this.#tests = tests;
  }

  /** The text of a module: the constants that it refers to, then itself. What is used once stands where it is used. */
  textOf(module: string): string {
    const text = [...this.#declared.map(({ expression }) => expression), module];
    this.#declared.forEach(({ name }, i) => {
      const use = new RegExp(`\\b${name}\\b`, 'g');
      const uses = text.flatMap((each, at) => [...each.matchAll(use)].map(() => at));
      if (uses.length !== 1) return;
      text[uses[0]!] = text[uses[0]!]!.replace(use, () => text[i]!);
      text[i] = '';
    });
    return text
      .map((each, i) =>
        each === '' || i === this.#declared.length ? each : `const ${this.#declared[i]!.name} = ${each};\n`,
      )
      .join('');
  }

  /** An expression for a check; null for a schema that needs other means. */
  checkOf(schema: JsonSchema | undefined): string | null {
    if (schema === false) return 'never';
    if (!isJsonObject(schema)) return null;
    const left = new Map(Object.entries(schema));
    const take = (keyword: string): Json | undefined => {
      const value = left.get(keyword);
      left.delete(keyword);
      return value;
    };
    const out: (string | null)[] = [
      this.#shapeOf(take),
      ...this.#alternativesOf(take),
      this.#conditionOf(take),
      this.#referenceOf(take('$ref')),
    ];
    const name = take(LISTED);
    if (name !== undefined) out.push(`listed(${JSON.stringify(name)})`);
    const [values, constant] = [take('enum'), take('const')];
    if (constant !== undefined) out.push(isPlain([constant]) ? `constant(${JSON.stringify(constant)})` : null);
    const words = out[0] === 'type("string")' ? wordsIn(values) : null;
    if (words !== null) out.splice(0, 1, `words(${JSON.stringify(words)})`);
    else if (values !== undefined) out.push(isPlain(values) ? `values(${listOf(values as readonly Json[])})` : null);
    const checks = out.filter(each => each !== '');
    if (left.size > 0 || checks.length === 0 || checks.includes(null)) return null;
    return this.#constant(checks.length === 1 ? checks[0]! : `all(${checks.join(', ')})`);
  }

  #shapeOf(take: (keyword: string) => Json | undefined): string | null {
    const type = take('type');
    if (Array.isArray(type)) return `types(${JSON.stringify(type)})`;
    switch (type) {
      case 'string': {
        const bounds = JSON.stringify([take('minLength') ?? 0, take('maxLength') ?? null, take('pattern') ?? null]);
        return bounds === '[0,null,null]' ? 'type("string")' : `texts(...${bounds})`;
      }
      case 'integer':
      case 'number': {
        const limits = BOUNDS.flatMap(keyword => {
          const limit = take(keyword);
          return limit === undefined ? [] : [`bound("${keyword}", ${JSON.stringify(limit)})`];
        });
        return limits.length === 0 ? `type("${type}")` : `all(type("${type}"), ${limits.join(', ')})`;
      }
      case 'array': {
        const [items, min, max] = [take('items'), take('minItems') ?? 0, take('maxItems') ?? null];
        const check = items === undefined || items === true ? 'null' : this.checkOf(items as JsonSchema);
        const isUnique = take('uniqueItems') === true;
        const list = check === null ? null : `rows(${check}, ${JSON.stringify(min)}, ${JSON.stringify(max)})`;
        return list !== null && isUnique
          ? `all(${list}, unique(${JSON.stringify(scalarTypes(items) ?? undefined) ?? ''}))`
          : list;
      }
      case 'object':
        return this.#membersOf('object', take);
      case undefined:
        return this.#membersOf('members', take);
      default:
        return `type(${JSON.stringify(type)})`;
    }
  }

  #membersOf(helper: 'object' | 'members', take: (keyword: string) => Json | undefined): string | null {
    const [properties, required, additional] = [take('properties'), take('required'), take('additionalProperties')];
    if (helper === 'members' && [properties, required, additional].every(each => each === undefined)) return '';
    const rest =
      additional === undefined || additional === true
        ? undefined
        : additional === false
          ? 'null'
          : this.checkOf(additional as JsonSchema);
    if (rest === null) return null;
    const checks = Object.entries((properties ?? {}) as JsonObject).map(([name, member]) => {
      // A member of any value is one that is known.
      const check = member === true || isEmpty(member) ? 'all()' : this.checkOf(member as JsonSchema);
      return check === null ? null : `${JSON.stringify(name)}: ${check}`;
    });
    // A literal would take this one for the prototype.
    if (checks.includes(null) || (isJsonObject(properties) && Object.hasOwn(properties, '__proto__'))) return null;
    const known = rest === undefined ? checks.filter(check => !check!.endsWith(': all()')) : checks;
    return `${helper}({ ${known.join(', ')} }, ${listOf((required ?? []) as readonly Json[])}${rest === undefined ? '' : `, ${rest}`})`;
  }

  *#alternativesOf(take: (keyword: string) => Json | undefined): Generator<string | null> {
    for (const [keyword, helper] of [
      ['allOf', ''],
      ['anyOf', 'any'],
      ['oneOf', 'one'],
    ] as const) {
      const parts = take(keyword);
      if (parts === undefined) continue;
      const checks = (parts as readonly JsonSchema[]).map(part =>
        part === true || isEmpty(part) ? 'all()' : this.checkOf(part),
      );
      if (helper === '') yield* checks.filter(check => check !== 'all()');
      else yield checks.includes(null) ? null : `${helper}(${checks.join(', ')})`;
    }
    const not = take('not');
    if (not !== undefined) {
      const test = this.#testOf(not as JsonSchema);
      yield test === null ? null : `not(${test})`;
    }
  }

  #conditionOf(take: (keyword: string) => Json | undefined): string | null {
    const [schema, then, otherwise] = [take('if'), take('then'), take('else')];
    if (schema === undefined) return '';
    const test = this.#testOf(schema as JsonSchema);
    if (test === null) return null;
    const member = askedMember(then, otherwise);
    if (member !== null) return `asked(${test}, ${JSON.stringify(member)}${then === undefined ? '' : ', true'})`;
    const branch = (given: Json | undefined): string | null =>
      given === undefined || given === true || isEmpty(given) ? 'null' : this.checkOf(given as JsonSchema);
    const [yes, no] = [branch(then), branch(otherwise)];
    return yes === null || no === null ? null : `either(${test}, ${yes}, ${no})`;
  }

  #testOf(schema: JsonSchema): string | null {
    const known = this.#tests.get(JSON.stringify(schema));
    if (known !== undefined) return known;
    const expression = testExpression(schema, 'value');
    return expression === null ? null : `value => ${expression}`;
  }

  #referenceOf(ref: Json | undefined): string | null {
    if (ref === undefined) return '';
    const name = String(ref).slice('#/$defs/'.length);
    const known = this.#named.get(name);
    if (known !== undefined)
      return known === null ? null : this.#open.has(name) ? `later(() => ${known.name})` : known.name;
    const target = this.#definitions[name] as JsonSchema | undefined;
    const constant = this.#next();
    this.#named.set(name, constant);
    this.#open.add(name);
    const check = target === true || isEmpty(target) ? 'all()' : this.checkOf(target);
    this.#open.delete(name);
    if (check !== null) {
      this.#declared.push({ name: constant.name, expression: check });
      return constant.name;
    }
    // What was made on the way may refer to it.
    this.#declared.length = constant.at;
    for (const made of [this.#constants, this.#named] as Map<string, Constant | null>[])
      for (const [key, each] of made) if (each !== null && each.at >= constant.at) made.delete(key);
    this.#named.set(name, null);
    return null;
  }

  #constant(expression: string): string {
    if (!expression.includes('(')) return expression;
    const known = this.#constants.get(expression);
    if (known !== undefined) return known.name;
    const made = this.#next();
    this.#constants.set(expression, made);
    this.#declared.push({ name: made.name, expression });
    return made.name;
  }

  #next(): Constant {
    return { name: `check${this.#count++}`, at: this.#declared.length };
  }
}

/** What lowered conditions on a member look like: `required` or nothing, else `false`. */
function askedMember(then: Json | undefined, otherwise: Json | undefined): string | null {
  if (!isJsonObject(otherwise) || Object.keys(otherwise).join() !== 'properties') return null;
  const [[name, schema] = [], ...others] = Object.entries(otherwise.properties as JsonObject);
  if (name === undefined || schema !== false || others.length > 0) return null;
  return then === undefined || JSON.stringify(then) === JSON.stringify({ required: [name] }) ? name : null;
}

function isEmpty(schema: Json | undefined): boolean {
  return isJsonObject(schema) && Object.keys(schema).length === 0;
}

function isPlain(values: Json): boolean {
  return Array.isArray(values) && values.every(value => typeof value !== 'object' || value === null);
}

/** A list of values, in as few characters as can be. */
function listOf(values: readonly Json[]): string {
  const words = values.length > 3 ? wordsIn(values) : null;
  return words === null ? JSON.stringify(values) : `"${words}".split(" ")`;
}

/** Values that are words, in one text; null where one is not. */
function wordsIn(values: Json | undefined): string | null {
  if (!Array.isArray(values) || values.length === 0) return null;
  return values.every((value: Json) => typeof value === 'string' && /^[\w-]+$/.test(value)) ? values.join(' ') : null;
}
