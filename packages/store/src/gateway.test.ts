import { describe, expect, it } from 'vitest';
import { substitute, valueAt } from '@onceform/core';
import { openSeal } from './seal.ts';
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
