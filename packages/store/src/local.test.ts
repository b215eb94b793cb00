import { describe, expect, it } from 'vitest';
import { substitute } from '@onceform/core';
import { createCardQrSource } from './adapters/card-qr.ts';
import { createMemorySource } from './adapters/memory.ts';
import { prefillLocally } from './local.ts';
import { BIRTH_FORM, MOTHER, population, requestFor, settle } from './testing/birth-case.ts';

const card = createCardQrSource({
  name: 'Card',
  text: `${MOTHER}|Mai Anh|1990-05-04`,
  layout: {
    separator: '|',
    atLeast: 3,
    subject: 'person.personalId',
    parts: [{ concept: 'person.personalId' }, { concept: 'person.fullName' }, { concept: 'person.birthDate' }],
  },
});
const own = createMemorySource({
  id: 'own',
  name: 'Own',
  kind: 'self-declared',
  records: [{ person: MOTHER, recordRef: 'o', values: { 'person.phone': '0901' } }],
});
const run = (sources = [card, own], items = ['/requester', '/mother']) =>
  settle(Promise.resolve(prefillLocally(requestFor(items), { sources, person: { key: MOTHER }, form: BIRTH_FORM })));

describe('prefill without a portal', () => {
  it('offers the card and own earlier answers, free to change, never verified', async () => {
    const { offers } = await run();
    expect(offers.map(({ source }) => source.id).sort()).toEqual(['card-qr', 'own']);
    for (const { verification, values } of offers) {
      expect(verification).toEqual({ status: 'unverified', assuranceLevel: 'low' });
      expect(values.every(({ edit }) => edit === 'free')).toBe(true);
    }
  });
  it('is for the applicant only, and for what the form registered', async () => {
    expect((await run()).offers.every(({ item }) => item === '/requester')).toBe(true);
    await expect(run([card], ['/secret'])).rejects.toMatchObject({ code: 'ERR_OVER_ASK' });
  });
  it('takes no register: that belongs behind a gateway', async () => {
    await expect(run([population()])).rejects.toThrow(TypeError);
  });
  it('what is taken counts as typed, because nothing is sealed', async () => {
    const { offers } = await run([card]);
    const answers = { requester: { fullName: offers[0]!.values[0]!.value } };
    expect(
      substitute({ form: { ...BIRTH_FORM, computed: [] }, answers, seal: null, components: [], decisions: [] }).origins,
    ).toEqual({ '/requester/fullName': { origin: 'manual' } });
  });
});
