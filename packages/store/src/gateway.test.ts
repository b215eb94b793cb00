import { describe, expect, it } from 'vitest';
import { substitute, valueAt, type SealRequest } from '@onceform/core';
import { createMemorySource } from './adapters/memory.ts';
import { openSeal } from './seal.ts';
import { readSeal } from './seal-payload.ts';
import {
  BINDING,
  BIRTH_FORM,
  birthCase,
  citizen,
  FATHER,
  MOTHER,
  NOW,
  requestFor,
  settle,
} from './testing/birth-case.ts';

describe('a prefill', () => {
  it('offers the newborn from the birth notice to the mother, and to the father by way of the marriage', async () => {
    const { gateway } = await birthCase();
    for (const applicant of [MOTHER, FATHER]) {
      const { offers } = await settle(gateway.prefill(requestFor(['/child']), citizen(applicant), BIRTH_FORM));
      expect(offers).toHaveLength(1);
      expect(offers[0]).toMatchObject({
        item: '/child',
        preferred: true,
        rule: 'only',
        source: { id: 'health' },
        recordRef: 'BN-77',
      });
      expect(offers[0]!.values.map(({ value }) => value)).toEqual(['2026-11-09', 'female', 'City Hospital']);
    }
  });

  it('finds mother and father among the applicant and the confirmed spouse, by what the register says they are', async () => {
    const { gateway } = await birthCase();
    const { offers } = await settle(
      gateway.prefill(requestFor(['/requester', '/mother', '/father']), citizen(FATHER), BIRTH_FORM),
    );
    const name = (item: string) => offers.filter(offer => offer.item === item).map(offer => offer.values[0]!.value);
    expect(name('/requester')).toEqual(['Nam Binh']);
    expect(name('/mother')).toEqual(['Mai Anh']);
    expect(name('/father')).toEqual(['Nam Binh']);
  });

  it('goes from offer to seal to substituted submission', async () => {
    const { gateway, log } = await birthCase();
    const session = citizen(MOTHER);
    const { offers } = await settle(gateway.prefill(requestFor(['/requester', '/child']), session, BIRTH_FORM));
    const decisions = offers.map(({ id, item }) => ({ item, action: 'use', offer: id }) as const);
    const { seal, keys } = await gateway.seal({ draft: 'draft-1', decisions }, session, BIRTH_FORM, BINDING);
    const opened = await openSeal(seal, {
      keys,
      audience: BINDING.audience,
      subject: session.subject,
      draft: 'draft-1',
      form: BIRTH_FORM,
      now: NOW,
    });
    expect(opened.payload.context.retrieved).toMatchObject({
      '/requester/fullName': 'provided',
      '/child/gender': 'provided',
    });

    const submission = substitute({
      form: { ...BIRTH_FORM, computed: [] },
      seal: opened,
      components: [],
      decisions,
      answers: { requester: { fullName: 'Forged Name', phone: '0901' }, child: { gender: 'male', name: 'An' } },
    });
    expect(valueAt(submission.data, '/requester/fullName')).toBe('Mai Anh');
    expect(submission.ignored).toEqual(['/requester/fullName']);
    expect(submission.origins['/child/gender']).toMatchObject({ origin: 'override', official: 'female' });
    expect(submission.origins['/child/name']).toEqual({ origin: 'manual' });
    expect((await log.of(session.subject)).map(({ event }) => event.action)).toEqual(['seal', 'prefill']);
  });

  it('says of rows what came where they are by now, and of declined ones what it says of none', async () => {
    const session = citizen(MOTHER);
    const registry = vehicles([
      ['A', 'Honda'],
      ['B', null],
      ['C', 'Vinfast'],
    ]);
    const { gateway } = await birthCase([registry]);
    const { offers } = await settle(gateway.prefill(requestFor(['/vehicles/[]']), session, BIRTH_FORM));
    expect(offers.map(({ item }) => item)).toEqual(['/vehicles/0', '/vehicles/1', '/vehicles/2']);
    const use = (plate: string, at: string) => {
      const { id, item } = offers.find(({ values }) => values[0]!.value === plate)!;
      return { item, action: 'use', offer: id, at } as const;
    };
    const sealed = async (decisions: SealRequest['decisions'], by = gateway) =>
      readSeal((await by.seal({ draft: 'draft-1', decisions }, session, BIRTH_FORM, BINDING)).seal).payload;

    const { items, context } = await sealed([use('B', '/vehicles/0'), use('A', '/vehicles/2')]);
    expect(context.retrieved).toEqual({
      '/vehicles/0/plate': 'provided',
      '/vehicles/0/brand': 'not-provided',
      '/vehicles/2/plate': 'provided',
      '/vehicles/2/brand': 'provided',
      '/vehicles/[]/brand': 'not-provided', // a record came without one
    });
    expect(items.map(({ pointer, chosen }) => [pointer, chosen.of])).toEqual([
      ['/vehicles/0/plate', 1],
      ['/vehicles/2/brand', 1],
      ['/vehicles/2/plate', 1],
    ]);

    const declined = (await sealed(offers.map(({ item }) => ({ item, action: 'decline' })))).context.retrieved;
    const none = await birthCase([vehicles([])]);
    await settle(none.gateway.prefill(requestFor(['/vehicles/[]']), session, BIRTH_FORM));
    expect((await sealed([], none.gateway)).context.retrieved).toEqual(declined);
    expect(declined).toEqual({ '/vehicles/[]/brand': 'not-provided', '/vehicles/[]/plate': 'not-provided' });
  });

  it('refuses what the form did not register, and logs the refusal', async () => {
    const { gateway, log } = await birthCase();
    const session = citizen(MOTHER);
    const request = requestFor(['/requester']);
    const item = request.items[0]!;
    for (const items of [
      [{ ...item, item: '/other' }],
      [{ ...item, subject: 'father' }],
      [{ ...item, members: [...item.members, { pointer: '/requester/religion', concept: 'person.religion' }] }],
      requestFor(['/secret']).items,
      [item, item],
    ]) {
      await expect(gateway.prefill({ ...request, items }, session, BIRTH_FORM)).rejects.toMatchObject({
        code: 'ERR_OVER_ASK',
      });
    }
    expect((await log.of(session.subject)).map(({ event }) => [event.outcome, event.reason])).toEqual(
      Array(5).fill(['refused', 'ERR_OVER_ASK']),
    );
  });

  it('seals only what it offered for this draft to this person', async () => {
    const { gateway } = await birthCase();
    const { offers } = await settle(gateway.prefill(requestFor(['/requester']), citizen(MOTHER), BIRTH_FORM));
    const decisions = [{ item: '/requester', action: 'use', offer: offers[0]!.id }] as const;
    const refused = { code: 'ERR_SEAL_INVALID' };
    await expect(
      gateway.seal({ draft: 'draft-2', decisions }, citizen(MOTHER), BIRTH_FORM, BINDING),
    ).rejects.toMatchObject(refused);
    await expect(
      gateway.seal({ draft: 'draft-1', decisions }, citizen(FATHER), BIRTH_FORM, BINDING),
    ).rejects.toMatchObject(refused);
    await expect(
      gateway.seal(
        { draft: 'draft-1', decisions: [{ ...decisions[0], offer: 'made-up' }] },
        citizen(MOTHER),
        BIRTH_FORM,
        BINDING,
      ),
    ).rejects.toMatchObject(refused);
    await expect(
      gateway.seal(
        { draft: 'draft-1', decisions: [{ ...decisions[0], item: '/mother' }] },
        citizen(MOTHER),
        BIRTH_FORM,
        BINDING,
      ),
    ).rejects.toMatchObject(refused);
  });
});

/** A register of vehicles, each a record: plate and brand, where it knows one. */
function vehicles(owned: readonly (readonly [plate: string, brand: string | null])[]) {
  return createMemorySource({
    id: 'vehicles',
    name: 'Register of vehicles',
    clock: () => NOW,
    concepts: ['vehicle.plate', 'vehicle.brand'],
    records: owned.map(([plate, brand]) => ({
      person: MOTHER,
      recordRef: plate,
      lastUpdated: '2026-01-01',
      values: { 'vehicle.plate': plate, ...(brand === null ? {} : { 'vehicle.brand': brand }) },
    })),
  });
}
