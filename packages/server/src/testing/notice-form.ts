// A form of three questions, compiled by hand, so that the server's tests do not depend on the compiler.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestJson, type Json, type JsonObject, type ReusePolicy, type Sha256 } from '@onceform/core';
import type { Compilation } from '../compile-definition.ts';
import type { FormCompiler } from '../form-compiler.ts';

const concepts = { fullName: 'person.fullName', birthDate: 'person.birthDate' } as const;

export async function noticeForm(
  version = '1.0.0',
  procedure: JsonObject = {},
  {
    $id: id = 'https://example.test/forms/notice',
    title = 'Notice',
    onMissing = 'ask',
  }: { $id?: string; title?: string; onMissing?: ReusePolicy['onMissing'] } = {},
): Promise<{ readonly digest: string; readonly module: string; readonly compilation: Compilation }> {
  const documents = {
    definition: { $id: id, title, type: 'object', form: { version } },
    dataSchema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        $context: { type: 'object' },
        applicant: { type: 'object', required: ['fullName'] },
        reason: { type: 'string', minLength: 1 },
        copies: { type: 'integer' },
        price: { type: 'integer' },
      },
      required: ['applicant', 'reason'],
    },
    rules: [
      {
        id: 'deadline',
        kind: 'check',
        target: '/reason',
        needs: ['/reason'],
        severity: 'error',
        message: { en: 'Too late.' },
        expression: 'value != "in time" || context.today <= "2026-11-23"',
      },
      { id: 'price', kind: 'compute', target: '/price', needs: ['/copies'], expression: 'self.copies * 8' },
    ],
  };
  const digest = await digestJson(documents as unknown as Json);
  const form = {
    format: 'https://onceform.dev/compiled/1',
    id,
    version,
    digest,
    title: { en: title },
    locale: 'en',
    outline: {
      root: { kind: 'group', key: '', required: true, nullable: false, readOnly: false, children: [] },
      definitions: {},
      pages: [{ id: 'p', title: 'Page', sections: [] }],
    },
    guards: [],
    computed: [{ target: '/price' }],
    rules: [],
    components: [
      { id: 'proof', title: 'Proof', handling: 'submit', required: false, accept: [], maxSize: 1000, maxFiles: 1 },
    ],
    notes: [],
    reuse: [
      {
        pointer: '/applicant',
        concept: 'person',
        subject: 'applicant',
        policy: { mode: 'fill', edit: 'locked', onMissing, writeBack: { defaultOn: false } },
        members: Object.entries(concepts).map(([key, concept]) => ({
          pointer: `/applicant/${key}`,
          concept,
          edit: 'locked',
          sensitivity: 'B',
        })),
      },
      {
        pointer: '/witness',
        concept: 'person',
        subject: 'witness',
        policy: { mode: 'fill', edit: 'locked' },
        members: [{ pointer: '/witness/fullName', concept: 'person.fullName', edit: 'locked', sensitivity: 'B' }],
      },
    ],
    procedure: {
      code: '1.000001',
      name: { en: 'Notice' },
      purpose: { code: 'notice', text: 'To give notice' },
      ...procedure,
    },
  };
  const module = `const documents = ${JSON.stringify(documents)};
const required = (data, at, key) => Object.hasOwn(data ?? {}, key) ? [] : [{ instancePath: at, keyword: 'required', params: { missingProperty: key } }];
const surplus = (data, at, key) => Object.hasOwn(data, key) ? [{ instancePath: at + '/' + key, keyword: 'false schema', params: {} }] : [];
// As the compiler lowers \`onMissing\`.
const missing = data => ${JSON.stringify(Object.keys(concepts))}.filter(key => data.$context?.retrieved?.['/applicant/' + key] !== 'provided').flatMap(key => [
  ...${onMissing === 'block' ? "required(data.applicant, '/applicant', key)" : '[]'},
  ...${onMissing === 'block' || onMissing === 'skip' ? "surplus(data.applicant, '/applicant', key)" : '[]'},
]);
const whole = data => [...required(data, '', 'reason'), ...required(data, '', 'applicant'), ...('applicant' in data ? [...required(data.applicant, '/applicant', 'fullName'), ...missing(data)] : [])];
export default { ...${JSON.stringify(form)}, validators: { whole, parts: [{ pattern: '', validate: whole }] }, documents: async () => documents };
`;
  return { digest, module, compilation: { digest, address: digest as Sha256, id, version } };
}

/**
 * Takes `$id`, title, version, procedure and the applicant's `onMissing` from the definition file; everything else is
 * fixed. `lint`, or a `$comment` that only this compiler minds, fails it.
 */
export const noticeCompiler: FormCompiler = async function* compile(files, folder) {
  for (const file of files) {
    const {
      version,
      procedure,
      $comment,
      lint = $comment,
      ...other
    } = JSON.parse(await readFile(file, 'utf8')) as {
      version: string | null;
      procedure?: JsonObject;
      lint?: string;
      $comment?: string;
      $id?: string;
      title?: string;
      onMissing?: ReusePolicy['onMissing'];
    };
    if (lint !== undefined) {
      const findings = [{ code: lint, severity: 'error', message: { en: 'No.' } }];
      yield { ok: false, file, code: 'ERR_DEFINITION_INVALID', message: 'Lint.', data: { findings } };
      continue;
    }
    if (version === null) {
      yield { ok: false, file, code: 'ERR_DEFINITION_INVALID', message: 'It has no version.', pointer: '/version' };
      continue;
    }
    const { digest, module, compilation } = await noticeForm(version, procedure, other);
    await mkdir(join(folder, digest), { recursive: true });
    await writeFile(join(folder, digest, 'form.js'), module);
    await writeFile(join(folder, digest, 'package.json'), '{"type":"module"}');
    yield { ok: true, file, result: compilation };
  }
};
