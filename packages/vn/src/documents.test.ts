import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { brokenEvidence, conformanceDocument, rows } from '../test/conformance-document.ts';
import { catalogueDocument } from '../test/catalogue-document.ts';

const ORDER = [
  'birth-registration',
  'linked-birth-registration',
  'marriage-registration',
  'marital-status-certificate',
  'death-registration',
  'civil-status-extract',
  'permanent-residence',
  'temporary-residence',
  'household-business',
  'driving-licence-exchange',
  'criminal-record-certificate',
];

it('docs/catalogue.md says what the forms do', async () => {
  const forms = readdirSync(new URL('../forms/', import.meta.url))
    .filter(name => name.endsWith('.form.json'))
    .map(name => name.replace('.form.json', ''));
  expect(forms.toSorted()).toEqual(ORDER.toSorted());
  await expect(await catalogueDocument(ORDER)).toMatchFileSnapshot('../../../docs/catalogue.md');
}, 120_000);

it('docs/conformance.md has every row, and names only tests that exist', async () => {
  expect(rows.filter(row => !row.id.startsWith('§')).map(row => Number(row.id))).toEqual(
    Array.from({ length: 91 }, (_, i) => i + 1),
  );
  expect(brokenEvidence()).toEqual([]);
  for (const row of rows) expect(row.evidence.length > 0, row.id).toBe(row.status !== 'not-ours');
  await expect(conformanceDocument()).toMatchFileSnapshot('../../../docs/conformance.md');
});
