import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileForm } from './compile.ts';
import { draftFromProcedure, procedureCode, type ProcedureRecord } from './draft-from-procedure.ts';
import { lintForm } from './lint.ts';

const RECORDS = new URL('../../../../shared/domain/data/procedures.json', import.meta.url);
const present = existsSync(RECORDS);
if (!present)
  console.warn(
    'The records of procedures (../shared/domain) are not beside the repository: drafting from them is skipped.',
  );

describe('a draft from a procedure record', () => {
  it('groups by path, says what it can in schema, and lists the rest', async () => {
    const { definition, todo } = await draftFromProcedure({
      key: 'dogLicence',
      name: 'Dog licence',
      code: '2.123456 (new)',
      time: '3 days',
      legal: 'Act A; Act B',
      fields: [
        { path: 'owner.name', label: 'Name', type: 'text', required: 'R', concept: 'requester:person.name' },
        { path: 'owner.phone, email', label: 'Contact', type: 'text', required: 'O' },
        { path: 'dogs[]', label: 'Dogs', type: 'table', required: 'R' },
        { path: 'dogs.chip', label: 'Chip', type: 'text', required: 'C', rule: 'when the dog is older than a year' },
        { path: 'copies', label: 'Copies', type: 'boolean + integer', required: 'R' },
        { path: 'as above', label: 'More', type: 'text' },
      ],
      components: [{ key: 'proof', name: 'Proof', when: 'only for guide dogs' }],
    });
    expect(definition).toMatchObject({
      $id: 'https://example.org/forms/dog-licence',
      required: ['dogs', 'copies'],
      properties: {
        owner: {
          subject: 'applicant',
          required: ['name'],
          properties: { name: { concept: 'person.name' }, phone: { title: 'Contact (phone)' }, email: {} },
        },
        dogs: { type: 'array', items: { properties: { chip: {} } } },
      },
      form: { procedure: { code: '2.123456', legalBasis: ['Act A', 'Act B'] }, components: [{ id: 'proof' }] },
    });
    expect(todo.map(item => item.message)).toEqual([
      'Say as "when": when the dog is older than a year',
      'The record says "as above" (More), which is no path.',
      'Say as "when": only for guide dogs',
    ]);
    expect((await compileForm(definition)).guards).toHaveLength(1);
  });

  it.each([
    ['1.001193', '1.001193'],
    ['3.000347 (exchange), 3.000348 (again)', '3.000347'],
    ['to be given', null],
    [null, null],
    ['11.0011934', null],
  ])('reads the code in %s', (text, code) => {
    expect(procedureCode(text)).toBe(code);
  });

  it.skipIf(!present)(
    'compiles for every procedure of the domain pack',
    async () => {
      const { vnPack } = await import('@onceform/vn');
      const { items } = JSON.parse(readFileSync(RECORDS, 'utf8')) as { items: ProcedureRecord[] };
      expect(items.length).toBeGreaterThan(10);
      for (const record of items) {
        const { definition, todo } = await draftFromProcedure(record, { pack: vnPack });
        const errors = (await lintForm(definition, { pack: vnPack })).filter(finding => finding.severity === 'error');
        expect(errors.map(error => `${record.key} ${error.code} ${error.pointer} ${error.message}`)).toEqual([]);
        expect(todo.length, record.key).toBeGreaterThan(0);
      }
    },
    60_000,
  );
});
