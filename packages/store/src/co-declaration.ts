// A second person who declares in the same form: invited, signs in themselves, sees and answers their own part only,
// and confirms or refuses it. What was confirmed is a digest: a part that changes afterwards is not confirmed any more.

import {
  digestJson,
  OnceFormError,
  partOf,
  pointerContains,
  sha256,
  withPart,
  type JsonObject,
  type Pointer,
  type SealedPart,
  type SealItem,
  type Sha256,
  type SubjectRole,
} from '@onceform/core';
import type { CitizenSession } from './gateway.ts';

export interface Invitation {
  readonly id: string;
  readonly draft: string;
  readonly form: string;
  readonly role: SubjectRole;
  /** What they see and answer: pointers of whole members. */
  readonly parts: readonly Pointer[];
  /** Pairwise id of who invited. */
  readonly invitedBy: string;
  /** Of the secret in the link; the secret itself is kept nowhere. */
  readonly tokenHash: Sha256;
  /** Key of the person it is meant for, where a register knows it; nobody else can accept. */
  readonly meantFor?: string;
  readonly status: 'open' | 'accepted' | 'confirmed' | 'refused' | 'revoked' | 'expired';
  /** RFC 3339. */
  readonly expires: string;
  /** Pairwise id of who accepted. */
  readonly person?: string;
  readonly decidedAt?: string;
  /** Of the part that was confirmed. */
  readonly digest?: Sha256;
  /** What they confirmed, as it goes into the applicant's seal: values, so stores keep it encrypted. */
  readonly items?: readonly SealItem[];
  /** How the person who invited calls themselves; told to whoever accepts. */
  readonly from?: string;
}

/** A confirmed part, ready for the applicant's seal. */
export interface ConfirmedPart extends SealedPart {
  readonly items: readonly SealItem[];
}

export interface InvitationStore {
  get(id: string): Promise<Invitation | undefined>;
  byToken(hash: Sha256): Promise<Invitation | undefined>;
  ofDraft(draft: string): Promise<readonly Invitation[]>;
  /** Writes `next` if the stored one still has the status `was` (undefined: is not there); tells whether it did. Atomic. */
  replace(next: Invitation, was: Invitation['status'] | undefined): Promise<boolean>;
}

export interface CoDeclarations {
  /** Makes an invitation; the token goes into the link and is not to be had again. */
  invite(
    asked: Pick<Invitation, 'draft' | 'form' | 'role' | 'parts' | 'meantFor' | 'from'>,
    by: CitizenSession,
  ): Promise<{ readonly invitation: Invitation; readonly token: string }>;
  /**
   * @throws {OnceFormError} ERR_NOT_FOUND for an unknown or used link, ERR_CONSENT_REQUIRED with `data.state` when it
   *   is over, ERR_UNAUTHENTICATED below identity level 2, ERR_SUBJECT_DENIED for the inviter and for anybody it is not
   *   meant for.
   */
  accept(token: string, session: CitizenSession): Promise<Invitation>;
  /** Their part of the draft's data and nothing else. */
  view(id: string, session: Pick<CitizenSession, 'subject'>, data: JsonObject): Promise<JsonObject>;
  /**
   * The draft's data with their answers in their own part.
   *
   * @throws {OnceFormError} ERR_FORBIDDEN with the pointer when the answers hold anything outside it.
   */
  answer(
    id: string,
    session: Pick<CitizenSession, 'subject'>,
    data: JsonObject,
    answers: JsonObject,
  ): Promise<JsonObject>;
  /** `items` are what goes into the applicant's seal, all within the part (`Gateway.sealPart`). */
  confirm(
    id: string,
    session: Pick<CitizenSession, 'subject'>,
    data: JsonObject,
    items?: readonly SealItem[],
  ): Promise<Invitation>;
  /** The parts of a draft that are confirmed now. */
  confirmed(draft: string): Promise<readonly ConfirmedPart[]>;
  refuse(id: string, session: Pick<CitizenSession, 'subject'>): Promise<Invitation>;
  /** Taken back by who invited; what was confirmed is forgotten. A part that was refused may be offered to another person then. */
  revoke(id: string, session: Pick<CitizenSession, 'subject'>): Promise<Invitation>;
  /**
   * Refuses filing while somebody's part is not confirmed as it stands.
   *
   * @param known the invitations of the draft, where they have just been read; absent: they are read.
   * @throws {OnceFormError} ERR_CONSENT_REQUIRED with `data.state` (`open`, `refused`, `changed`, …) and `data.role`.
   */
  assertConfirmed(draft: string, data: JsonObject, known?: readonly Invitation[]): Promise<void>;
}

export interface CoDeclarationOptions {
  readonly store: InvitationStore;
  readonly clock?: () => Date;
  /** Fresh unguessable ids and tokens. */
  readonly random?: () => string;
  /** Milliseconds an invitation is open. Default 14 days. */
  readonly lifetime?: number;
}

export function createCoDeclarations({
  store,
  clock = () => new Date(),
  random = () => crypto.randomUUID(),
  lifetime = 14 * 86_400_000,
}: CoDeclarationOptions): CoDeclarations {
  const move = async (invitation: Invitation, change: Partial<Invitation>): Promise<Invitation> => {
    const next = { ...invitation, ...change };
    if (!(await store.replace(next, invitation.status)))
      throw new OnceFormError('ERR_CONFLICT', 'The invitation was decided in the meantime.');
    return next;
  };
  const inTime = async (invitation: Invitation): Promise<Invitation> => {
    const waiting = invitation.status === 'open' || invitation.status === 'accepted';
    return waiting && Date.parse(invitation.expires) <= clock().getTime()
      ? move(invitation, { status: 'expired' })
      : invitation;
  };
  /** The invitation of the person who accepted it; to anybody else it does not exist. */
  const own = async (
    id: string,
    { subject }: Pick<CitizenSession, 'subject'>,
    ...allowed: readonly Invitation['status'][]
  ): Promise<Invitation> => {
    const found = await store.get(id);
    if (found?.person !== subject) throw new OnceFormError('ERR_NOT_FOUND', 'There is no such invitation.');
    const invitation = await inTime(found);
    if (!allowed.includes(invitation.status)) throw over(invitation.status);
    return invitation;
  };

  return {
    async invite(asked, by) {
      if (asked.parts.length === 0 || asked.parts.some(pointer => pointer === '' || pointer.startsWith('/$context')))
        throw new RangeError('An invitation names the parts of the form it is about.');
      // One person answers for a part: who invites anew takes the earlier invitation back first.
      for (const found of await store.ofDraft(asked.draft)) {
        if (found.role !== asked.role || found.status === 'revoked') continue;
        const before = await inTime(found);
        if (before.status !== 'expired' && before.status !== 'refused')
          throw new OnceFormError('ERR_CONFLICT', 'Somebody is invited for this part already.');
        // Asking again takes the place of what came to nothing.
        await store.replace({ ...before, status: 'revoked' }, before.status);
      }
      const token = random() + random();
      const invitation: Invitation = {
        ...asked,
        id: random(),
        invitedBy: by.subject,
        tokenHash: await sha256(token),
        status: 'open',
        expires: new Date(clock().getTime() + lifetime).toISOString(),
      };
      await store.replace(invitation, undefined);
      return { invitation, token };
    },
    async accept(token, session) {
      const found = await store.byToken(await sha256(token));
      if (found === undefined) throw new OnceFormError('ERR_NOT_FOUND', 'There is no such invitation.');
      if (session.identityLevel < 2)
        throw new OnceFormError('ERR_UNAUTHENTICATED', 'Sign in with a verified identity to answer an invitation.');
      const invitation = await inTime(found);
      if (invitation.person === session.subject && invitation.status === 'accepted') return invitation;
      if (invitation.status !== 'open')
        throw invitation.status === 'expired' || invitation.status === 'revoked'
          ? over(invitation.status)
          : new OnceFormError('ERR_NOT_FOUND', 'There is no such invitation.');
      if (
        session.subject === invitation.invitedBy
        || (invitation.meantFor !== undefined && invitation.meantFor !== session.person.key)
      ) {
        throw new OnceFormError('ERR_SUBJECT_DENIED', 'The invitation is meant for another person.');
      }
      return move(invitation, { status: 'accepted', person: session.subject });
    },
    async view(id, session, data) {
      const { parts } = await own(id, session, 'accepted', 'confirmed');
      return partOf(data, parts);
    },
    async answer(id, session, data, answers) {
      const { parts } = await own(id, session, 'accepted', 'confirmed');
      return withPart(data, parts, answers);
    },
    async confirm(id, session, data, items = []) {
      const invitation = await own(id, session, 'accepted', 'confirmed');
      const { parts, role } = invitation;
      if (items.some(({ pointer, by }) => by !== role || !parts.some(part => pointerContains(part, pointer))))
        throw new RangeError('What is sealed for a co-declarant lies in their own part.');
      return move(invitation, {
        status: 'confirmed',
        decidedAt: clock().toISOString(),
        digest: await digestJson(partOf(data, parts)),
        items,
      });
    },
    async confirmed(draft) {
      const invitations = await store.ofDraft(draft);
      return invitations.flatMap(({ status, role, person, parts, digest, decidedAt, items = [] }) =>
        status === 'confirmed'
          ? [{ role, sub: person!, pointers: parts, digest: digest!, confirmed: decidedAt!, items }]
          : [],
      );
    },
    async refuse(id, session) {
      return move(await own(id, session, 'accepted', 'confirmed'), {
        status: 'refused',
        decidedAt: clock().toISOString(),
      });
    },
    async revoke(id, { subject }) {
      const invitation = await store.get(id);
      if (invitation?.invitedBy !== subject) throw new OnceFormError('ERR_NOT_FOUND', 'There is no such invitation.');
      if (invitation.status === 'revoked') throw over(invitation.status);
      // What they had confirmed goes with it.
      const { items: _items, digest: _digest, ...rest } = invitation;
      if (!(await store.replace({ ...rest, status: 'revoked' }, invitation.status)))
        throw new OnceFormError('ERR_CONFLICT', 'The invitation was decided in the meantime.');
      return { ...rest, status: 'revoked' };
    },
    async assertConfirmed(draft, data, known) {
      for (const found of known ?? (await store.ofDraft(draft))) {
        const { status, digest, parts, role } = await inTime(found);
        if (status === 'revoked') continue;
        const state =
          status !== 'confirmed' ? status : digest === (await digestJson(partOf(data, parts))) ? null : 'changed';
        if (state !== null)
          throw new OnceFormError(
            'ERR_CONSENT_REQUIRED',
            'Somebody who declares in this form has not confirmed their part.',
            { data: { state, role } },
          );
      }
    },
  };
}

export function createMemoryInvitations(): InvitationStore {
  const all = new Map<string, Invitation>();
  return {
    get: async id => all.get(id),
    byToken: async hash => [...all.values()].find(({ tokenHash }) => tokenHash === hash),
    ofDraft: async draft => [...all.values()].filter(invitation => invitation.draft === draft),
    async replace(next, was) {
      if (all.get(next.id)?.status !== was) return false;
      all.set(next.id, next);
      return true;
    },
  };
}

function over(state: Invitation['status']): OnceFormError {
  return new OnceFormError('ERR_CONSENT_REQUIRED', 'The invitation is over.', { data: { state } });
}
