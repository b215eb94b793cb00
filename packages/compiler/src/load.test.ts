import { describe, expect, it } from 'vitest';
import { compileForm } from './compile.ts';

const nest = (depth: number): string => '{"properties":{"a":'.repeat(depth) + '{}' + '}}'.repeat(depth);
const cyclic: Record<string, unknown> = { type: 'object' };
cyclic.properties = { self: cyclic };

describe('a hostile definition ends in a clear error', () => {
  it.each<[string, unknown, string]>([
    ['text that is no JSON', '{"type":', 'ERR_JSON_INVALID'],
    ['a number', 3, 'ERR_DEFINITION_INVALID'],
    ['nesting 10,000 deep, as text', nest(10_000), 'ERR_LIMIT_EXCEEDED'],
    ['nesting 10,000 deep, as an object', JSON.parse(nest(10_000)), 'ERR_LIMIT_EXCEEDED'],
    ['10 MB of text', JSON.stringify({ description: 'x'.repeat(10_000_000) }), 'ERR_LIMIT_EXCEEDED'],
    ['10 MB in an object', { description: 'x'.repeat(10_000_000) }, 'ERR_LIMIT_EXCEEDED'],
    ['a million values', { enum: Array.from({ length: 1_000_000 }, (_, i) => i) }, 'ERR_LIMIT_EXCEEDED'],
    [
      'references that double at every step',
      {
        $ref: '#/$defs/d0',
        $defs: Object.fromEntries(
          Array.from({ length: 40 }, (_, i) => [
            `d${i}`,
            i === 39
              ? { type: 'string' }
              : { type: 'object', properties: { a: { $ref: `#/$defs/d${i + 1}` }, b: { $ref: `#/$defs/d${i + 1}` } } },
          ]),
        ),
      },
      'ERR_LIMIT_EXCEEDED',
    ],
    [
      'a chain of 30,000 references',
      {
        $ref: '#/$defs/d0',
        $defs: Object.fromEntries(
          Array.from({ length: 30_000 }, (_, i) => [`d${i}`, i === 29_999 ? {} : { $ref: `#/$defs/d${i + 1}` }]),
        ),
      },
      'ERR_LIMIT_EXCEEDED',
    ],
    ['an object in itself', cyclic, 'ERR_JSON_INVALID'],
    ['a member called __proto__', '{"properties":{"__proto__":{"type":"string"}}}', 'ERR_DEFINITION_INVALID'],
    ['half of a surrogate pair', { title: '\uD800' }, 'ERR_JSON_INVALID'],
    ['half of a surrogate pair in a name', { properties: { '\uDC00': {} } }, 'ERR_JSON_INVALID'],
    ['NaN', { minimum: NaN }, 'ERR_JSON_INVALID'],
    ['a function', { title: () => 'x' }, 'ERR_JSON_INVALID'],
    ['a reference to itself', { $ref: '#' }, 'ERR_DEFINITION_INVALID'],
    [
      'references in a circle',
      { $ref: '#/$defs/a', $defs: { a: { allOf: [{ $ref: '#/$defs/b' }] }, b: { anyOf: [{ $ref: '#/$defs/a' }] } } },
      'ERR_DEFINITION_INVALID',
    ],
    ['a reference to nothing', { $ref: '#/$defs/none' }, 'ERR_REF_UNRESOLVED'],
    [
      'a reference to the network',
      { properties: { a: { $ref: 'https://example.com/schema.json' } } },
      'ERR_REF_UNRESOLVED',
    ],
    ['a dialect nobody knows', { $schema: 'https://example.org/mine' }, 'ERR_DRAFT_UNSUPPORTED'],
    ['a pattern that is none', { properties: { a: { type: 'string', pattern: '(' } } }, 'ERR_DEFINITION_INVALID'],
    ['properties that are no object', { properties: ['a'] }, 'ERR_DEFINITION_INVALID'],
    ['a schema that is a text', { properties: { a: 'string' } }, 'ERR_DEFINITION_INVALID'],
    ['a type there is not', { properties: { a: { type: 'text' } } }, 'ERR_DEFINITION_INVALID'],
    ['a bound that is a text', { properties: { a: { type: 'string', minLength: '3' } } }, 'ERR_DEFINITION_INVALID'],
    [
      'a required that is a boolean',
      { properties: { a: { type: 'string', required: true } } },
      'ERR_DEFINITION_INVALID',
    ],
    ['two schemas of one name', { $defs: { a: { $id: 'x' }, b: { $id: 'x' } } }, 'ERR_DEFINITION_INVALID'],
  ])('%s', async (_name, definition, code) => {
    await expect(compileForm(definition)).rejects.toMatchObject({ name: 'OnceFormError', code });
  });

  it('does not take what every object inherits for an answer', async () => {
    const named = await compileForm({
      type: 'object',
      properties: { constructor: { type: 'string' }, toString: { type: 'string' } },
      required: ['valueOf'],
    });
    expect(named.validators.whole({}).map(error => error.keyword)).toEqual(['required']);
    expect(named.validators.whole({ constructor: 1, valueOf: 1 }).map(error => error.instancePath)).toEqual([
      '/constructor',
    ]);
  });

  it('hostile data ends in issues, not in a crash', async () => {
    const form = await compileForm({
      $ref: '#/$defs/tree',
      $defs: { tree: { type: 'object', properties: { child: { $ref: '#/$defs/tree' } }, additionalProperties: false } },
    });
    const deep = JSON.parse('{"child":'.repeat(200_000) + '{}' + '}'.repeat(200_000));
    expect(form.validators.whole(deep).length).toBeGreaterThan(0);
    expect(form.validators.whole(JSON.parse('{"__proto__":{"child":3}}')).map(error => error.keyword)).toEqual([
      'additionalProperties',
    ]);
    expect(form.validators.whole(JSON.parse('{"constructor":1}')).map(error => error.keyword)).toEqual([
      'additionalProperties',
    ]);
  });
});
