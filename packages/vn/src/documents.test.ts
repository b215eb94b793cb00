import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { catalogueDocument } from '../test/catalogue-document.ts';

const ORDER = [
  'birth-registration', 'linked-birth-registration', 'marriage-registration', 'marital-status-certificate', 'death-registration',
  'civil-status-extract', 'permanent-residence', 'temporary-residence', 'household-business', 'driving-licence-exchange',
];

it('docs/catalogue.md says what the forms do', async () => {
  const forms = readdirSync(new URL('../forms/', import.meta.url)).filter(name => name.endsWith('.form.json')).map(name => name.replace('.form.json', ''));
  expect(forms.toSorted()).toEqual(ORDER.toSorted());
  await expect(await catalogueDocument(ORDER)).toMatchFileSnapshot('../../../docs/catalogue.md');
}, 60_000);
