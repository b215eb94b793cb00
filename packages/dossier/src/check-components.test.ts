// What the published form demands of the papers in a package: above all `onMissing: ask-with-evidence`, which wants a
// paper for what the citizen typed and nothing for what a source said.

import { describe, expect, test } from 'vitest';
import type { ComponentAnswer, ComponentSpec, ReuseItem, SealItem } from '@onceform/core';
import type { KnownForm } from './check-form.ts';
import {
  answers,
  exampleDossier,
  exampleForm,
  exampleSeal,
  exampleSubmission,
  opensOnly,
  pdf,
  receiver,
  reference,
} from './testing/notice.ts';
import { verifyDossier } from './verify-dossier.ts';

const paper: ComponentAnswer = {
  id: 'paper',
  fulfilledBy: 'file',
  files: [await reference('Giấy khai sinh.pdf', 'application/pdf', pdf)],
};
const letter: ComponentAnswer = { ...paper, id: 'letter' };

const reuseOf = (pointer: string, policy: Partial<ReuseItem['policy']>): ReuseItem => ({
  pointer,
  concept: 'person.x',
  subject: 'applicant',
  policy: { mode: 'choose', edit: 'correctable', onMissing: 'ask-with-evidence', ...policy },
  members: [{ pointer, concept: 'person.x', edit: 'correctable', sensitivity: 'B' }],
});

/** The published form: the paper of the example, a letter that nobody needs as such, and what is asked for with evidence. */
async function formWith(reuse: readonly ReuseItem[], spec: Partial<ComponentSpec> = {}, more: ComponentSpec[] = []) {
  const [own] = (await exampleForm()).components;
  const form: KnownForm = {
    components: [own!, { ...own!, id: 'letter', required: false, ...spec }, ...more],
    reuse,
    validators: { whole: () => [], parts: [] },
  };
  return form;
}

/** Judges a package of these components, with these answers and sealed items, as a receiver who published the form. */
async function judged(
  form: KnownForm,
  components: readonly ComponentAnswer[],
  change: { readonly data?: typeof answers; readonly items?: readonly SealItem[] } = {},
) {
  const example = await exampleSeal();
  const seal = change.items === undefined ? example : await exampleSeal({ items: change.items });
  const submission = await exampleSubmission({ answers: change.data ?? answers, seal, components });
  const { blob } = await exampleDossier({ submission });
  const verdict = await verifyDossier(blob, await receiver({ form: () => form, openSeal: opensOnly(seal) }));
  const said = (status: string) =>
    verdict.findings.filter(one => one.status === status).map(({ code, at }) => `${code} ${at ?? ''}`.trim());
  return { failed: said('failed'), noted: said('note') };
}
const sealed = async (pointer: string, value: string): Promise<SealItem[]> => {
  const { items } = (await exampleSeal()).payload;
  return [...items, { ...items[0]!, pointer, record: pointer, value }];
};

describe('papers for what no source gave', () => {
  const typed = reuseOf('/phone', { replaces: ['letter'] });

  test('are wanted for what the citizen typed, by the name the policy gives', async () => {
    const form = await formWith([typed]);
    expect((await judged(form, [paper])).failed).toEqual(['COMPONENT_MISSING letter']);
    expect((await judged(form, [paper, letter])).failed).toEqual([]);
  });

  test('are wanted too where the data would have stood in their place', async () => {
    const replacedBy = { pointers: ['/phone'], minAssurance: 'substantial' as const };
    const form = await formWith([reuseOf('/phone', {})], { replacedBy });
    expect((await judged(form, [paper])).failed).toEqual(['COMPONENT_MISSING letter']);
    const claimed: ComponentAnswer = { id: 'letter', fulfilledBy: 'data', files: [], data: ['/phone'] };
    expect((await judged(form, [paper, claimed])).failed).toContain('COMPONENT_DATA_NOT_OFFICIAL letter');
    expect((await judged(form, [paper, claimed], { items: await sealed('/phone', '0900') })).failed).toEqual([]);
  });

  test('are not wanted for what a source said, and are for what was corrected', async () => {
    const form = await formWith([typed]);
    expect((await judged(form, [paper], { items: await sealed('/phone', '0900') })).failed).toEqual([]);
    expect((await judged(form, [paper], { items: await sealed('/phone', '0911') })).failed).toEqual([
      'COMPONENT_MISSING letter',
    ]);
  });

  test('are not wanted for what was not answered, nor under another policy', async () => {
    const { phone: _, ...silent } = answers;
    expect((await judged(await formWith([typed]), [paper], { data: silent })).failed).toEqual([]);
    const asked = reuseOf('/phone', { replaces: ['letter'], onMissing: 'ask' });
    expect((await judged(await formWith([asked]), [paper])).failed).toEqual([]);
  });

  test('are wanted for one typed row among rows that sources gave', async () => {
    const rows: ReuseItem = {
      ...reuseOf('/children/[]', { replaces: ['letter'] }),
      members: [{ pointer: '/children/[]/name', concept: 'person.x', edit: 'correctable', sensitivity: 'B' }],
    };
    const form = await formWith([rows]);
    const data = { ...answers, children: [{ name: 'A' }, { name: 'B' }] };
    const one = await sealed('/children/0/name', 'A');
    expect((await judged(form, [paper], { data, items: one })).failed).toEqual(['COMPONENT_MISSING letter']);
    const both = [...one, { ...one.at(-1)!, pointer: '/children/1/name', value: 'B' }];
    expect((await judged(form, [paper], { data, items: both })).failed).toEqual([]);
  });

  test('may be another one of a group, and a waiver is told to the receiver', async () => {
    const [own] = (await exampleForm()).components;
    const other: ComponentSpec = { ...own!, id: 'statement', required: false, oneOf: 'proof' };
    const form = await formWith([typed], { oneOf: 'proof' }, [other]);
    expect((await judged(form, [paper])).failed).toEqual(['COMPONENT_MISSING letter']);
    expect((await judged(form, [paper, { ...paper, id: 'statement' }])).failed).toEqual([]);
    const waived: ComponentAnswer = { id: 'letter', fulfilledBy: 'waived', files: [], reason: 'lost' };
    const { failed, noted } = await judged(form, [paper, waived]);
    expect([failed, noted]).toEqual([[], expect.arrayContaining(['COMPONENT_WAIVED letter'])]);
  });

  test('have to be there: a component that says a file and has none is refused', async () => {
    const empty: ComponentAnswer = { ...letter, files: [] };
    expect((await judged(await formWith([typed]), [paper, empty])).failed).toEqual(['COMPONENT_FILE_NEEDED letter']);
  });
});
