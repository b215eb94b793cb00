// Conditions as expressions. A test is asked on every keystroke and has nothing to report, so where it consists of
// members, values, `not`, `anyOf` and `allOf`, as nearly every condition does, it is one expression instead of a function
// of ajv's.

import { isJsonObject, type Json, type JsonObject, type JsonSchema } from '@onceform/core';

/**
 * A JavaScript expression that is true where a value fits; null for a schema with other keywords, and for members with
 * names that every object inherits. It calls `leads` of `checks.ts` and `isObject` of `judge.ts`.
 *
 * @param value an expression for the value: a variable, or a way through its members.
 */
export function testExpression(schema: JsonSchema, value: string): string | null {
  if (typeof schema === 'boolean') return String(schema);
  const way = wayOf(schema);
  if (way !== null) return `leads(${[value, ...way.map(each => JSON.stringify(each))].join(', ')})`;
  const all: string[] = [];
  const members: string[] = [];
  const required = new Set(Array.isArray(schema.required) ? (schema.required as readonly string[]) : []);
  const at = (name: string): string => `${value}[${JSON.stringify(name)}]`;
  for (const [keyword, operand] of Object.entries(schema)) {
    switch (keyword) {
      case 'properties':
        for (const [name, member] of Object.entries(operand as JsonObject)) {
          if (name in Object.prototype) return null;
          const fits = testExpression(member as JsonSchema, at(name));
          if (fits === null) return null;
          members.push(
            required.delete(name) ? `${at(name)} !== undefined && ${fits}` : `(${at(name)} === undefined || ${fits})`,
          );
        }
        break;
      case 'required':
        break;
      case 'const':
      case 'enum': {
        const values = keyword === 'const' ? [operand] : (operand as readonly Json[]);
        if (!values.every(each => each === null || typeof each !== 'object')) return null;
        all.push(
          values.length === 1
            ? `${value} === ${JSON.stringify(values[0])}`
            : `${JSON.stringify(values)}.includes(${value})`,
        );
        break;
      }
      case 'not':
      case 'anyOf':
      case 'allOf': {
        const parts = (keyword === 'not' ? [operand] : (operand as readonly Json[])).map(part =>
          testExpression(part as JsonSchema, value),
        );
        if (parts.includes(null)) return null;
        all.push(
          keyword === 'not'
            ? `!(${parts[0]!})`
            : `(${parts.map(part => `(${part!})`).join(keyword === 'anyOf' ? ' || ' : ' && ')})`,
        );
        break;
      }
      default:
        return null;
    }
  }
  if ([...required].some(name => name in Object.prototype)) return null;
  for (const name of required) members.push(`${at(name)} !== undefined`);
  // What is no object has no members to speak of, and fits.
  if (members.length > 0) all.push(`(!isObject(${value}) || ${members.join(' && ')})`);
  return all.length === 0 ? 'true' : all.join(' && ');
}

/** The way to the one thing a condition is about, and the values it may have there. */
function wayOf(schema: JsonSchema): [way: string[], values?: readonly Json[]] | null {
  const way: string[] = [];
  let at: Json = schema;
  while (isJsonObject(at) && Array.isArray(at.required) && at.required.length === 1) {
    const { properties = {}, required, ...more }: JsonObject = at;
    const name: string = String((required as readonly Json[])[0]);
    if (Object.keys(more).length > 0 || Object.keys(properties as JsonObject).some(each => each !== name)) break;
    way.push(name);
    at = (properties as JsonObject)[name] ?? true;
  }
  if (way.length === 0) return null;
  if (at === true) return [way];
  if (!isJsonObject(at) || Object.keys(at).length !== 1) return null;
  const values = at.const === undefined ? at.enum : [at.const];
  return Array.isArray(values) && values.every((each: Json) => each === null || typeof each !== 'object')
    ? [way, values as readonly Json[]]
    : null;
}
