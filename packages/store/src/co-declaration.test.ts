import { describe, expect, it } from 'vitest';
import { createCoDeclarations, createMemoryInvitations } from './co-declaration.ts';
import { citizen, FATHER, MOTHER, NOW, STRANGER } from './testing/birth-case.ts';

const DATA = { groom: { fullName: 'Nam Binh', phone: '0901' }, bride: { fullName: '' }, place: { commune: 'x' } };
const ASKED = { draft: 'd', form: 'f', role: 'spouse', parts: ['/bride', '/place/commune'] };

async function invited(meantFor?: string) {
  let now = NOW.getTime();
  const desk = createCoDeclarations({ store: createMemoryInvitations(), clock: () => new Date(now) });
  const { invitation, token } = await desk.invite({ ...ASKED, ...(meantFor ? { meantFor } : {}) }, citizen(FATHER));
  return {
    desk,
    token,
    id: invitation.id,
    invitation,
    bride: citizen(MOTHER),
    pass: (days: number) => {
      now += days * 86_400_000;
    },
  };
}
const code = (error: string, data?: object) => ({ code: error, ...(data ? { data } : {}) });

describe('a co-declarant', () => {
  it('accepts, sees their part only, answers it and confirms it; then the form may be filed', async () => {
    const { desk, token, id, bride } = await invited();
    await expect(desk.assertConfirmed('d', DATA)).rejects.toMatchObject(
      code('ERR_CONSENT_REQUIRED', { state: 'open', role: 'spouse' }),
    );
    expect((await desk.accept(token, bride)).status).toBe('accepted');
    expect(await desk.view(id, bride, DATA)).toEqual({ bride: { fullName: '' }, place: { commune: 'x' } });
    const data = await desk.answer(id, bride, DATA, { bride: { fullName: 'Mai Anh' }, place: { commune: 'y' } });
    expect(data).toEqual({ groom: DATA.groom, bride: { fullName: 'Mai Anh' }, place: { commune: 'y' } });
    await expect(desk.assertConfirmed('d', data)).rejects.toMatchObject(
      code('ERR_CONSENT_REQUIRED', { state: 'accepted', role: 'spouse' }),
    );
    await desk.confirm(id, bride, data);
    await desk.assertConfirmed('d', data);
  });

  it('cannot touch the other\u2019s part', async () => {
    const { desk, token, id, bride } = await invited();
    await desk.accept(token, bride);
    for (const [answers, pointer] of [
      [{ groom: { phone: '1' } }, '/groom'],
      [{ place: { street: 'x' } }, '/place/street'],
      [{ place: 'x' }, '/place'],
      [{ $context: {} }, '/$context'],
    ] as const) {
      await expect(desk.answer(id, bride, DATA, answers)).rejects.toMatchObject({ code: 'ERR_FORBIDDEN', pointer });
    }
  });

  it('has not confirmed what was changed afterwards; what lies outside may change', async () => {
    const { desk, token, id, bride } = await invited();
    await desk.accept(token, bride);
    await desk.confirm(id, bride, DATA);
    await desk.assertConfirmed('d', { ...DATA, groom: { fullName: 'Other', phone: '' } });
    await expect(desk.assertConfirmed('d', { ...DATA, bride: { fullName: 'Changed' } })).rejects.toMatchObject(
      code('ERR_CONSENT_REQUIRED', { state: 'changed', role: 'spouse' }),
    );
  });

  it('may refuse, and then nothing is filed', async () => {
    const { desk, token, id, bride } = await invited();
    await desk.accept(token, bride);
    await desk.refuse(id, bride);
    await expect(desk.assertConfirmed('d', DATA)).rejects.toMatchObject(
      code('ERR_CONSENT_REQUIRED', { state: 'refused', role: 'spouse' }),
    );
    await expect(desk.view(id, bride, DATA)).rejects.toMatchObject(code('ERR_CONSENT_REQUIRED'));
  });

  it('is who it is meant for, signed in, and not the inviter', async () => {
    const { desk, token, bride } = await invited(MOTHER);
    await expect(desk.accept(token, { ...bride, identityLevel: 1 })).rejects.toMatchObject(code('ERR_UNAUTHENTICATED'));
    await expect(desk.accept(token, citizen(STRANGER))).rejects.toMatchObject(code('ERR_SUBJECT_DENIED'));
    await expect(desk.accept(token, citizen(FATHER))).rejects.toMatchObject(code('ERR_SUBJECT_DENIED'));
    await expect(desk.accept('guessed', bride)).rejects.toMatchObject(code('ERR_NOT_FOUND'));
    expect((await desk.accept(token, bride)).person).toBe(bride.subject);
  });

  it('is one person: a link that was used is worth nothing to the next', async () => {
    const { desk, token, id, bride } = await invited();
    await desk.accept(token, bride);
    expect((await desk.accept(token, bride)).status).toBe('accepted');
    await expect(desk.accept(token, citizen(STRANGER))).rejects.toMatchObject(code('ERR_NOT_FOUND'));
    await expect(desk.view(id, citizen(STRANGER), DATA)).rejects.toMatchObject(code('ERR_NOT_FOUND'));
    await expect(desk.confirm(id, citizen(FATHER), DATA)).rejects.toMatchObject(code('ERR_NOT_FOUND'));
  });

  it('comes too late when the time is over, or it was taken back', async () => {
    const late = await invited();
    late.pass(14);
    await expect(late.desk.accept(late.token, late.bride)).rejects.toMatchObject(
      code('ERR_CONSENT_REQUIRED', { state: 'expired' }),
    );
    await expect(late.desk.assertConfirmed('d', DATA)).rejects.toMatchObject(
      code('ERR_CONSENT_REQUIRED', { state: 'expired', role: 'spouse' }),
    );
    const back = await invited();
    await expect(back.desk.revoke(back.id, back.bride)).rejects.toMatchObject(code('ERR_NOT_FOUND'));
    await back.desk.revoke(back.id, citizen(FATHER));
    await expect(back.desk.accept(back.token, back.bride)).rejects.toMatchObject(
      code('ERR_CONSENT_REQUIRED', { state: 'revoked' }),
    );
    await back.desk.assertConfirmed('d', DATA);
  });

  it('gives way to who is asked next, when the time was over or they refused', async () => {
    for (const ends of [
      async ({ pass }: Awaited<ReturnType<typeof invited>>) => pass(14),
      async ({ desk, token, id, bride }: Awaited<ReturnType<typeof invited>>) => {
        await desk.accept(token, bride);
        await desk.refuse(id, bride);
      },
    ]) {
      const first = await invited();
      const { desk, bride } = first;
      await ends(first);
      const { token, invitation } = await desk.invite(ASKED, citizen(FATHER));
      await expect(desk.accept(first.token, bride)).rejects.toMatchObject(
        code('ERR_CONSENT_REQUIRED', { state: 'revoked' }),
      );
      await desk.accept(token, bride);
      await desk.confirm(invitation.id, bride, DATA);
      await desk.assertConfirmed('d', DATA);
    }
  });

  it('that came to nothing can be taken back: the part is typed by who files', async () => {
    const late = await invited();
    late.pass(14);
    await late.desk.revoke(late.id, citizen(FATHER));
    await late.desk.assertConfirmed('d', DATA);
    await expect(late.desk.revoke(late.id, citizen(FATHER))).rejects.toMatchObject(
      code('ERR_CONSENT_REQUIRED', { state: 'revoked' }),
    );
  });

  it('of two answers at once one counts', async () => {
    const { desk, token } = await invited();
    const outcomes = await Promise.allSettled([
      desk.accept(token, citizen(MOTHER)),
      desk.accept(token, citizen(STRANGER)),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('finds no token where invitations are kept', async () => {
    const { invitation, token } = await invited();
    expect(JSON.stringify(invitation)).not.toContain(token);
  });
});
