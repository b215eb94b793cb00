// Conditions as expressions. A test is asked on every keystroke and has nothing to report, so where it consists of
// members, values, `not`, `anyOf` and `allOf`, as nearly every condition does, it is one expression instead of a function
// of ajv's.

import type { Json, JsonObject, JsonSchema } from '@onceform/core';

/**
 * A JavaScript expression that is true where a value fits; null for a schema with other keywords. It calls `isObject` of
 * `judge.ts`. Not for members with names that every object inherits.
 *
 * @param value an expression for the value: a variable, or a way through its members.
 */
export function testExpression(schema: JsonSchema, value: string): string | null {
  if (typeof schema === 'boolean') return String(schema);
  const all: string[] = [];
  const members: string[] = [];
  const required = new Set(Array.isArray(schema.required) ? (schema.required as readonly string[]) : []);
  const at = (name: string): string => `${value}[${JSON.stringify(name)}]`;
  for (const [keyword, operand] of Object.entries(schema)) {
    switch (keyword) {
      case 'properties':
        for (const [name, member] of Object.entries(operand as JsonObject)) {
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
  for (const name of required) members.push(`${at(name)} !== undefined`);
  // What is no object has no members to speak of, and fits.
  if (members.length > 0) all.push(`(!isObject(${value}) || ${members.join(' && ')})`);
  return all.length === 0 ? 'true' : all.join(' && ');
}
