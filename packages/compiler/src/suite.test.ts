// The official JSON Schema test suite, on both carriers, through the same resolution and lowering as forms.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOnceFormError, type Json, type JsonSchema } from '@onceform/core';
import { interpretFunctions } from './interpreter.ts';
import { planSchema } from './plain-schema.ts';
import { compileFunctions } from './validators.ts';

const SUITE = new URL('../../../../shared/suites/json-schema-test-suite/', import.meta.url);
const present = existsSync(SUITE);
if (!present)
  console.warn('json-schema-test-suite is not beside the repository (../shared/suites): its tests are skipped.');

interface Group {
  description: string;
  schema: JsonSchema;
  tests: { description: string; data: Json; valid: boolean }[];
}

/** Why a group is not judged. Every entry is refused by name at load, never passed unjudged. */
const REFUSED: Readonly<Record<string, string>> = {
  'properties.json: properties whose names are Javascript object property names':
    'a member called __proto__ is ERR_DEFINITION_INVALID',
  'vocabulary.json: schema that uses custom metaschema with with no validation vocabulary':
    'a dialect we do not know is ERR_DRAFT_UNSUPPORTED',
  'vocabulary.json: ignore unrecognized optional vocabulary': 'a dialect we do not know is ERR_DRAFT_UNSUPPORTED',
};

const remotes = (folder: string): Record<string, Json> => {
  const out: Record<string, Json> = {};
  for (const entry of readdirSync(new URL(`remotes/${folder}`, SUITE), { withFileTypes: true, recursive: true })) {
    if (!entry.name.endsWith('.json')) continue;
    const path = join(entry.parentPath, entry.name);
    const json = JSON.parse(readFileSync(path, 'utf8')) as Json;
    const name = path.slice(path.indexOf('/remotes/') + '/remotes/'.length);
    out[`http://localhost:1234/${name}`] = json;
  }
  return out;
};

const metaSchemas = (): Record<string, Json> => {
  const require = createRequire(import.meta.url);
  const names = [
    'schema',
    'meta/applicator',
    'meta/content',
    'meta/core',
    'meta/format-annotation',
    'meta/meta-data',
    'meta/unevaluated',
    'meta/validation',
  ];
  return Object.fromEntries(
    names.map(name => [
      `https://json-schema.org/draft/2020-12/${name}`,
      require(`ajv/dist/refs/json-schema-2020-12/${name}.json`) as Json,
    ]),
  );
};

for (const [carrier, make] of [
  ['generated code', compileFunctions],
  ['closures', interpretFunctions],
] as const) {
  describe.skipIf(!present)(`2020-12 with ${carrier}`, () => {
    const borrowed = present ? { ...metaSchemas(), ...remotes('draft2020-12') } : {};
    const folder = new URL('tests/draft2020-12/', SUITE);
    for (const file of present ? readdirSync(folder).filter(name => name.endsWith('.json')) : []) {
      it(`judges ${file} as the suite does`, () => {
        const wrong: string[] = [];
        for (const group of JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Group[]) {
          const name = `${file}: ${group.description}`;
          try {
            const { whole } = make(planSchema(group.schema, borrowed));
            if (REFUSED[name] !== undefined) wrong.push(`${name} is in the list of refusals but works`);
            for (const test of group.tests) {
              if ((whole!(test.data).length === 0) !== test.valid) wrong.push(`${name}: ${test.description}`);
            }
          } catch (error) {
            if (REFUSED[name] === undefined || !isOnceFormError(error)) wrong.push(`${name}: ${String(error)}`);
          }
        }
        expect(wrong).toEqual([]);
      });
    }
  });
}
