// Several people in one declaration: the applicant invites, the other signs in, answers in a draft of their own, and
// confirms or refuses. What is confirmed goes into the applicant's next seal; before that nobody sees it.

import type { Decision, JsonObject, LocalizedText, Pointer, SubjectRole } from '@onceform/core';
import {
  createCoDeclarations,
  type CitizenSession,
  type CoDeclarations,
  type Gateway,
  type Invitation,
  type InvitationStore,
} from '@onceform/store';
import type { Database } from './database.ts';
import type { DraftRow, Drafts } from './drafts.ts';
import type { FormRegistry, RegisteredForm } from './form-registry.ts';
import { refuse } from './problem.ts';
import { knownAs, type Person } from './session.ts';

/** A part of a form that somebody else may declare; a country pack lists them by the form's `$id`. */
export interface CoDeclarantSpec {
  readonly role: SubjectRole;
  readonly title: LocalizedText;
  /** Whole members of the form's root. */
  readonly pointers: readonly Pointer[];
}

/** What the applicant may know of an invitation: that it stands, never what is in it. */
export interface InvitationState {
  readonly id: string;
  readonly status: Invitation['status'];
  readonly expires: string;
  readonly decidedAt: string | null;
}

/** What somebody who was invited gets: the form, a draft of their own, and their part of it. */
export interface InvitedPart {
  readonly id: string;
  readonly status: Invitation['status'];
  readonly expires: string;
  readonly from: string | null;
  readonly role: SubjectRole;
  readonly title: LocalizedText;
  readonly pointers: readonly Pointer[];
  readonly form: string;
  readonly draft: DraftRow;
}

export interface CoDeclarants {
  readonly declarations: CoDeclarations;
  /** The parts of the draft's form that may be declared by others, with the invitation that stands for each. */
  of(
    draft: DraftRow,
    form: RegisteredForm,
  ): Promise<readonly (CoDeclarantSpec & { readonly invitation: InvitationState | null })[]>;
  invite(
    draft: DraftRow,
    form: RegisteredForm,
    asked: { readonly role: SubjectRole; readonly meantFor?: string },
    by: Person,
  ): Promise<{ readonly invitation: InvitationState; readonly token: string }>;
  accept(token: string, person: Person): Promise<InvitedPart>;
  confirm(
    id: string,
    person: Person,
    said: { readonly data: JsonObject; readonly decisions: readonly Decision[] },
  ): Promise<InvitationState>;
  refuse(id: string, person: Person): Promise<InvitationState>;
  revoke(id: string, person: Person): Promise<InvitationState>;
  /** @throws {OnceFormError} ERR_CONSENT_REQUIRED while somebody's part is not confirmed as it stands. */
  assertConfirmed(draft: string, data: JsonObject, known?: readonly Invitation[]): Promise<void>;
}

export function createCoDeclarants(options: {
  readonly db: Database;
  readonly store: InvitationStore;
  readonly drafts: Drafts;
  readonly registry: FormRegistry;
  readonly specs: { readonly [form: string]: readonly CoDeclarantSpec[] };
  readonly gateway: () => Gateway;
  readonly clock: () => Date;
}): CoDeclarants {
  const { db, store, drafts, registry, specs, clock } = options;
  const declarations = createCoDeclarations({ store, clock });
  const specsOf = (form: RegisteredForm): readonly CoDeclarantSpec[] => specs[form.info.id] ?? [];

  /** The draft of who accepted; made once, found again on another device. */
  async function ownDraft({ id, role }: Invitation, form: RegisteredForm, person: Person): Promise<DraftRow> {
    const [before] = await db.query<{ draft: string }>('SELECT draft FROM co_draft WHERE invitation = $1', [id]);
    const found = before === undefined ? null : await drafts.find(before.draft, person.id);
    if (found !== null) return found;
    const draft = await drafts.open(person.id, form.compiled);
    await db.query(
      `INSERT INTO co_draft (draft, invitation, role) VALUES ($1, $2, $3)
       ON CONFLICT (invitation) DO UPDATE SET draft = excluded.draft`,
      [draft.id, id, role],
    );
    return draft;
  }

  /** The invitation of who accepted it, with the form; to anybody else it does not exist. */
  async function accepted(id: string, person: Person): Promise<{ invitation: Invitation; form: RegisteredForm }> {
    const invitation = await store.get(id);
    if (invitation?.person !== person.id) throw refuse('ERR_NOT_FOUND', 'There is no such invitation.');
    return { invitation, form: await formOf(invitation) };
  }

  async function formOf({ draft, invitedBy }: Invitation): Promise<RegisteredForm> {
    const main = await drafts.find(draft, invitedBy);
    const form = main === null ? undefined : registry.byDigest(main.formDigest);
    if (form === undefined) throw refuse('ERR_NOT_FOUND', 'The declaration that this was about is not there any more.');
    return form;
  }

  return {
    declarations,
    async of(draft, form) {
      const invitations = await store.ofDraft(draft.id);
      return specsOf(form).map(spec => {
        const standing = invitations.find(({ role, status }) => role === spec.role && status !== 'revoked');
        return { ...spec, invitation: standing === undefined ? null : stateOf(standing, clock()) };
      });
    },
    async invite(draft, form, { role, meantFor }, by) {
      const spec = specsOf(form).find(one => one.role === role);
      if (spec === undefined) throw refuse('ERR_NOT_FOUND', 'This form has no such part for somebody else.');
      const { invitation, token } = await declarations.invite(
        {
          draft: draft.id,
          form: form.info.id,
          role,
          parts: spec.pointers,
          from: by.name,
          ...(meantFor === undefined ? {} : { meantFor }),
        },
        citizenOf(by),
      );
      return { invitation: stateOf(invitation, clock()), token };
    },
    async accept(token, person) {
      const invitation = await declarations.accept(token, citizenOf(person));
      const form = await formOf(invitation);
      const { id, status, expires, from, role, parts } = invitation;
      const title = specsOf(form).find(spec => spec.role === role)?.title ?? role;
      const draft = await ownDraft(invitation, form, person);
      return { id, status, expires, from: from ?? null, role, title, pointers: parts, form: form.info.slug, draft };
    },
    async confirm(id, person, { data, decisions }) {
      const { invitation, form } = await accepted(id, person);
      const { role, parts } = invitation;
      const draft = await ownDraft(invitation, form, person);
      const items = await options
        .gateway()
        .sealPart({ draft: draft.id, decisions }, { ...citizenOf(person), role }, form.compiled, {
          pointers: parts,
          data,
        });
      return stateOf(await declarations.confirm(id, citizenOf(person), data, items), clock());
    },
    refuse: async (id, person) => stateOf(await declarations.refuse(id, citizenOf(person)), clock()),
    revoke: async (id, person) => stateOf(await declarations.revoke(id, citizenOf(person)), clock()),
    assertConfirmed: (draft, data, known) => declarations.assertConfirmed(draft, data, known),
  };
}

function stateOf({ id, status, expires, decidedAt }: Invitation, now: Date): InvitationState {
  const over = (status === 'open' || status === 'accepted') && Date.parse(expires) <= now.getTime();
  return { id, status: over ? 'expired' : status, expires, decidedAt: decidedAt ?? null };
}

function citizenOf(person: Person): CitizenSession {
  return { subject: person.id, person: knownAs(person), identityLevel: person.identityLevel };
}
