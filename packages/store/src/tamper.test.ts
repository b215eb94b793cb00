// Tampering (T): from the gateway's offer to what is filed, whatever the client holds. T2–T5 and T11 are in
// seal.test.ts, T15 and T17–T19 in gateway.privacy.test.ts; T12 is in test/architecture and T16 the dossier's.

import { describe, expect, it } from 'vitest';
import { substitute, valueAt, type Decision, type Json, type OpenedSeal } from '@onceform/core';
import { createMemorySource } from './adapters/memory.ts';
import { openSeal } from './seal.ts';
import {
  BINDING,
  BIRTH_FORM,
  birthCase,
  citizen,
  health,
  MOTHER,
  NOW,
  population,
  requestFor,
  reuseItem,
  settle,
} from './testing/birth-case.ts';
import type { GatewayForm } from './gateway.ts';
import type { CitizenDataSource } from './source.ts';

async function sealed(
  items: readonly string[],
  form: GatewayForm = BIRTH_FORM,
  sources: CitizenDataSource[] = [population(), health()],
): Promise<{ seal: OpenedSeal; decisions: Decision[] }> {
  const { gateway } = await birthCase(sources);
  const { offers } = await settle(gateway.prefill(requestFor(items, form), citizen(MOTHER), form));
  const decisions = offers.map(({ id, item }): Decision => ({ item, action: 'use', offer: id }));
  const { seal, keys } = await gateway.seal({ draft: 'draft-1', decisions }, citizen(MOTHER), form, BINDING);
  const opened = await openSeal(seal, {
    keys,
    audience: BINDING.audience,
    subject: 'pairwise-1',
    draft: 'draft-1',
    form,
    now: NOW,
  });
  return { seal: opened, decisions };
}
const file = (answers: Json, seal: OpenedSeal | null, form: GatewayForm = BIRTH_FORM) =>
  substitute({ form: { ...form, computed: [] }, answers, seal, components: [], decisions: [] });

describe('what the client holds', () => {
  it('T1: an edited locked value is ignored, and that is noted; the sealed one is filed', async () => {
    const { seal } = await sealed(['/requester']);
    const filed = file({ requester: { fullName: 'Edited in the page', personalId: MOTHER } }, seal);
    expect(valueAt(filed.data, '/requester/fullName')).toBe('Mai Anh');
    expect(filed.ignored).toEqual(['/requester/fullName']);
  });

  it('T3: a locked value in another spelling is no alarm that stops anybody: the sealed one is filed', async () => {
    const name = 'Nguye\u0302\u0303n A\u0301nh';
    const spelled = createMemorySource({
      id: 's',
      name: 'S',
      records: [{ person: MOTHER, recordRef: 'r', values: { 'person.fullName': name } }],
    });
    const { seal } = await sealed(['/requester'], BIRTH_FORM, [spelled]);
    const filed = file({ requester: { fullName: `${name.normalize('NFC')}\u00a0` } }, seal);
    expect(valueAt(filed.data, '/requester/fullName')).toBe(name.normalize('NFC'));
    expect(filed.origins['/requester/fullName']!.origin).toBe('auto');
  });

  it('T6: without the seal nothing is official, whatever the fields hold', async () => {
    const filed = file({ requester: { fullName: 'Mai Anh', personalId: MOTHER } }, null);
    expect(Object.values(filed.origins).map(({ origin }) => origin)).toEqual(['manual', 'manual']);
  });

  it('T7: a locked field whose source gave nothing takes what the client sends as typed, never as verified', async () => {
    const nameless = createMemorySource({
      id: 's',
      name: 'S',
      concepts: ['person.fullName', 'person.personalId'],
      records: [
        {
          person: MOTHER,
          recordRef: 'r',
          values: { 'person.personalId': MOTHER },
          absent: { 'person.fullName': 'masked' },
        },
      ],
    });
    const { seal } = await sealed(['/requester'], BIRTH_FORM, [nameless]);
    expect(seal.payload.context.retrieved['/requester/fullName']).toBe('not-provided');
    const filed = file({ requester: { fullName: 'Typed', personalId: MOTHER } }, seal);
    expect(filed.origins['/requester/fullName']).toEqual({ origin: 'manual' });
    expect(filed.origins['/requester/personalId']!.origin).toBe('auto');
  });

  it('T8: an answer that would make the field free does not unlock it: the lock is what was sealed', async () => {
    const { seal } = await sealed(['/requester']);
    // The published form of tomorrow, or a page that flips its logic, says "free": the seal said "locked".
    const loose: GatewayForm = {
      ...BIRTH_FORM,
      reuse: BIRTH_FORM.reuse.map(item => ({
        ...item,
        policy: { ...item.policy, edit: 'free' },
        members: item.members.map(member => ({ ...member, edit: 'free' as const })),
      })),
    };
    const answers = { situation: { official: false }, requester: { fullName: 'Edited', personalId: MOTHER } };
    const filed = file(answers, seal, loose);
    expect(valueAt(filed.data, '/requester/fullName')).toBe('Mai Anh');
    expect(filed.origins['/requester/fullName']!.origin).toBe('auto');
  });

  it('T9: what is not shown, in a step that was skipped, is guarded all the same', async () => {
    const { seal } = await sealed(['/requester']);
    const guards = [{ target: '/requester/fullName', anchor: '', test: () => false }] as never;
    const answers = { requester: { fullName: 'Edited', personalId: MOTHER } };
    const filed = substitute({
      form: { ...BIRTH_FORM, computed: [], guards },
      answers,
      seal,
      components: [],
      decisions: [],
    });
    expect(valueAt(filed.data, '/requester/fullName')).toBe('Mai Anh');
    expect(filed.ignored).toEqual(['/requester/fullName']);
  });

  it('T10: rows that changed places, were doubled or made up do not borrow each other\u2019s origin', async () => {
    const form: GatewayForm = {
      ...BIRTH_FORM,
      reuse: [
        reuseItem('/vehicles/[]', 'applicant', ['vehicle.plate', 'vehicle.brand'], {
          mode: 'choose',
          edit: 'correctable',
        }),
      ],
    };
    const vehicles = createMemorySource({
      id: 'v',
      name: 'V',
      records: ['A', 'B'].map(plate => ({
        person: MOTHER,
        recordRef: plate,
        values: { 'vehicle.plate': plate, 'vehicle.brand': `brand of ${plate}` },
      })),
    });
    const { seal } = await sealed(['/vehicles/[]'], form, [vehicles]);
    const row = (plate: string) => ({ plate, brand: `brand of ${plate}` });
    const origins = (rows: Json[]) =>
      Object.entries(file({ vehicles: rows }, seal, form).origins).map(([at, { origin }]) => `${at} ${origin}`);
    expect(origins([row('A'), row('B')])).toEqual([
      '/vehicles/0/plate auto',
      '/vehicles/0/brand auto',
      '/vehicles/1/plate auto',
      '/vehicles/1/brand auto',
    ]);
    expect(origins([row('B'), row('A')]).every(line => line.endsWith('override'))).toBe(true);
    expect(origins([row('A'), row('B'), row('A')]).slice(4)).toEqual([
      '/vehicles/2/plate manual',
      '/vehicles/2/brand manual',
    ]);
  });

  it('T10: a locked row is filed as it was sealed, even when the client swapped two', async () => {
    const form: GatewayForm = { ...BIRTH_FORM, reuse: [reuseItem('/vehicles/[]', 'applicant', ['vehicle.plate'])] };
    const vehicles = createMemorySource({
      id: 'v',
      name: 'V',
      records: ['A', 'B'].map(plate => ({ person: MOTHER, recordRef: plate, values: { 'vehicle.plate': plate } })),
    });
    const { seal } = await sealed(['/vehicles/[]'], form, [vehicles]);
    const filed = file({ vehicles: [{ plate: 'B' }, { plate: 'A' }] }, seal, form);
    expect(filed.data.vehicles).toEqual([{ plate: 'A' }, { plate: 'B' }]);
    expect(filed.ignored).toEqual(['/vehicles/0/plate', '/vehicles/1/plate']);
  });

  it('T13, T14: a client cannot say where a value came from: there is nowhere to say it', async () => {
    const { seal } = await sealed(['/requester']);
    const answers = {
      requester: { fullName: 'Mai Anh', phone: '0901' },
      origin: 'auto',
      $context: { identityLevel: 3 },
    };
    const filed = file(answers, seal);
    expect(filed.origins['/requester/phone']).toEqual({ origin: 'manual' });
    expect(filed.origins['/origin']).toEqual({ origin: 'manual' });
    expect(valueAt(filed.data, '/$context/identityLevel')).toBe(2);
  });

  it('a newer seal of the same draft replaces the older one as a whole', async () => {
    const { gateway } = await birthCase([population(), health()]);
    const session = citizen(MOTHER);
    const { offers } = await settle(gateway.prefill(requestFor(['/requester', '/child']), session, BIRTH_FORM));
    const decide = (items: readonly string[]): Decision[] =>
      offers.filter(({ item }) => items.includes(item)).map(({ id, item }) => ({ item, action: 'use', offer: id }));
    const open = async (decisions: Decision[]) => {
      const { seal, keys } = await gateway.seal({ draft: 'draft-1', decisions }, session, BIRTH_FORM, BINDING);
      return openSeal(seal, { keys, audience: null, subject: null, draft: 'draft-1', form: BIRTH_FORM, now: NOW });
    };
    expect((await open(decide(['/requester', '/child']))).payload.items).toHaveLength(7);
    const later = await open([...decide(['/requester', '/child']), { item: '/child', action: 'keep-mine' }]);
    expect(later.payload.items.every(({ record }) => record === '/requester')).toBe(true);
  });
});
