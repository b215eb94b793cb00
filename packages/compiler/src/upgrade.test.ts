import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CompileNote, isJsonObject, isOnceFormError, type Json, type JsonSchema } from '@onceform/core';
import { compileForm } from './compile.ts';
import { interpretFunctions } from './interpreter.ts';
import { planSchema } from './plain-schema.ts';
import { upgradeDraft } from './upgrade.ts';

const upgraded = (schema: Json): { schema: Json; notes: CompileNote[] } => {
  const notes: CompileNote[] = [];
  return { schema: upgradeDraft(schema as JsonSchema, notes), notes };
};
const D4 = 'http://json-schema.org/draft-04/schema#';
const D7 = 'http://json-schema.org/draft-07/schema#';

describe('an older draft', () => {
  it.each<[string, Json, object]>([
    [
      'exclusive bounds that are flags',
      { $schema: D4, minimum: 1, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: false },
      { exclusiveMinimum: 1, maximum: 5 },
    ],
    ['id', { $schema: D4, id: 'http://x.example/a' }, { $id: 'http://x.example/a' }],
    ['a name in $id', { $schema: D7, definitions: { a: { $id: '#a' } } }, { definitions: { a: { $anchor: 'a' } } }],
    [
      'a list of items',
      { $schema: D7, items: [{ type: 'string' }], additionalItems: false },
      { prefixItems: [{ type: 'string' }], items: false },
    ],
    [
      'dependencies',
      { $schema: D7, dependencies: { a: ['b'], c: { minProperties: 2 } } },
      { dependentRequired: { a: ['b'] }, dependentSchemas: { c: { minProperties: 2 } } },
    ],
    [
      'what stands beside $ref',
      { $schema: D7, properties: { a: { $ref: '#/definitions/x', maxLength: 1 } }, definitions: { x: {} } },
      { properties: { a: { $ref: '#/definitions/x' } } },
    ],
    [
      'a reference into a list of items',
      { $schema: D7, items: [{ type: 'string' }], properties: { a: { $ref: '#/items/0' } } },
      { properties: { a: { $ref: '#/prefixItems/0' } } },
    ],
    [
      'recursive references',
      {
        $schema: 'https://json-schema.org/draft/2019-09/schema',
        $recursiveAnchor: true,
        properties: { a: { $recursiveRef: '#' } },
      },
      { $dynamicAnchor: 'recursive', properties: { a: { $dynamicRef: '#recursive' } } },
    ],
  ])('is said in 2020-12: %s', (_name, schema, expected) => {
    const result = upgraded(schema);
    expect(result.schema).toMatchObject(expected);
    expect(result.notes[0]).toMatchObject({ code: 'DRAFT_UPGRADED', pointer: '/$schema' });
  });

  it('makes a working form, with a report', async () => {
    const form = await compileForm({
      $schema: D4,
      id: 'http://x.example/form',
      type: 'object',
      properties: { age: { type: 'integer', minimum: 0, exclusiveMinimum: true } },
    });
    expect(form.id).toBe('http://x.example/form');
    expect(form.validators.whole({ age: 0 })).toMatchObject([{ keyword: 'exclusiveMinimum' }]);
    expect(form.notes.map(note => note.code)).toEqual(['DRAFT_UPGRADED', 'KEYWORD_UPGRADED']);
  });

  it('leaves 2020-12 and our own dialect alone', () => {
    for (const $schema of ['https://json-schema.org/draft/2020-12/schema', 'https://onceform.dev/form/1']) {
      const schema = { $schema, items: [] };
      expect(upgraded(schema)).toEqual({ schema, notes: [] });
    }
  });
});

// ---- the official suite of each draft, read as 2020-12

const SUITE = new URL('../../../../shared/suites/json-schema-test-suite/', import.meta.url);
const present = existsSync(SUITE);
if (!present)
  console.warn('json-schema-test-suite is not beside the repository (../shared/suites): its older drafts are skipped.');

/** Groups whose meaning 2020-12 cannot carry, or that need the network; each is refused by name or judged as 2020-12 does. */
const DIFFERENT: readonly (readonly [file: RegExp, why: string])[] = [
  [
    /^refRemote\.json|^vocabulary\.json|^definitions\.json|^defs\.json/,
    'refers to documents that a form has to bundle, in the draft of their own',
  ],
];

const SCHEMAS: Record<string, string> = {
  draft4: D4,
  draft6: 'http://json-schema.org/draft-06/schema#',
  draft7: D7,
  'draft2019-09': 'https://json-schema.org/draft/2019-09/schema',
};

describe.skipIf(!present)('the official suite', () => {
  it.each(Object.keys(SCHEMAS))('of %s is judged alike after upgrading', draft => {
    const folder = new URL(`tests/${draft}/`, SUITE);
    const wrong: string[] = [];
    const refused: string[] = [];
    let judged = 0;
    for (const file of readdirSync(folder).filter(
      name => name.endsWith('.json') && !DIFFERENT.some(([pattern]) => pattern.test(name)),
    )) {
      const groups = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
        description: string;
        schema: JsonSchema;
        tests: { description: string; data: Json; valid: boolean }[];
      }[];
      for (const group of groups) {
        const schema = isJsonObject(group.schema) ? { $schema: SCHEMAS[draft]!, ...group.schema } : group.schema;
        try {
          const { whole } = interpretFunctions(planSchema(schema));
          for (const test of group.tests) {
            judged++;
            if ((whole!(test.data).length === 0) !== test.valid)
              wrong.push(`${file}: ${group.description}: ${test.description}`);
          }
        } catch (error) {
          if (!isOnceFormError(error)) throw error;
          refused.push(`${file}: ${group.description}: ${error.code}`);
        }
      }
    }
    expect(judged).toBeGreaterThan(400);
    expect(wrong).toEqual([]);
    expect(refused.toSorted()).toEqual(REFUSED[draft]);
  });
});

// A member called __proto__ is refused, and so is a reference to a meta-schema that nobody bundled.
const COMMON = [
  'properties.json: properties whose names are Javascript object property names: ERR_DEFINITION_INVALID',
  'ref.json: remote ref, containing refs itself: ERR_REF_UNRESOLVED',
];
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  draft4: COMMON,
  draft6: COMMON,
  draft7: COMMON,
  'draft2019-09': COMMON,
};
