// Co-declarants over HTTP: inviting, accepting, confirming, refusing. The token of an invitation is never in an address
// that a log could keep: it travels in the link's fragment and then in a body.

import type { Decision, JsonObject } from '@onceform/core';
import * as schemas from '../api-schemas.ts';
import { requireOwn } from '../authorization.ts';
import type { CoDeclarants } from '../co-declarants.ts';
import type { DraftRow, Drafts } from '../drafts.ts';
import type { FormRegistry, RegisteredForm } from '../form-registry.ts';
import type { Api } from '../operation.ts';
import { refuse } from '../problem.ts';
import type { Person, Session } from '../session.ts';

export function invitationRoutes(
  api: Api,
  {
    coDeclarants,
    drafts,
    registry,
    openedOf,
  }: {
    readonly coDeclarants: CoDeclarants;
    readonly drafts: Drafts;
    readonly registry: FormRegistry;
    /** What a page is told of a draft it works on. */
    readonly openedOf: (draft: DraftRow, session: Session) => JsonObject;
  },
): void {
  const known = (session: Session | null): Person => {
    const person = session!.person!;
    if (person.identityLevel < 2)
      throw refuse('ERR_IDENTITY_LEVEL', 'Declaring together needs a person whom an identity provider verified.');
    return person;
  };
  const draftOf = async (session: Session | null, id: string): Promise<{ draft: DraftRow; form: RegisteredForm }> => {
    const draft = session === null ? null : await drafts.find(id, session.owner);
    requireOwn(session, draft?.owner);
    const form = registry.byDigest(draft!.formDigest);
    if (form === undefined) throw refuse('ERR_FORM_UNKNOWN', 'The form of this draft is not known here any more.');
    return { draft: draft!, form };
  };
  const json = (schema: JsonObject, limit: number) => ({ types: ['application/json'], schema, limit });

  api.on(
    {
      method: 'get',
      path: '/api/drafts/{id}/co-declarants',
      act: 'part.invite',
      summary: 'Lists the parts of a draft that somebody else may declare, and how far that is',
      responses: {
        200: { description: 'Parts and invitations, without answers', schema: schemas.arrayOf({ type: 'object' }) },
      },
    },
    async c => {
      const { draft, form } = await draftOf(c.get('session'), c.req.param('id')!);
      c.header('cache-control', 'no-store');
      return c.json(await coDeclarants.of(draft, form));
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/drafts/{id}/invitations',
      act: 'part.invite',
      summary: 'Invites somebody to declare their part; the token is given once',
      body: json(schemas.invite, 4096),
      responses: {
        201: { description: 'The invitation and its token', schema: schemas.openObject({ token: { type: 'string' } }) },
      },
    },
    async (c, { body }) => {
      const { draft, form } = await draftOf(c.get('session'), c.req.param('id')!);
      const asked = body as unknown as { role: string; meantFor?: string };
      c.header('cache-control', 'no-store');
      return c.json(await coDeclarants.invite(draft, form, asked, known(c.get('session'))), 201);
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/invitations/accept',
      act: 'part.declare',
      summary: 'Accepts an invitation: gives the form, a draft of one’s own, and which part of it is meant',
      body: json(schemas.acceptInvitation, 4096),
      responses: { 200: { description: 'The part', schema: schemas.openObject({ id: { type: 'string' } }) } },
    },
    async (c, { body }) => {
      const session = c.get('session')!;
      const { draft, ...part } = await coDeclarants.accept((body as { token: string }).token, known(session));
      c.header('cache-control', 'no-store');
      return c.json({ ...part, opened: openedOf(draft, session) });
    },
  );

  api.on(
    {
      method: 'put',
      path: '/api/invitations/{id}/part',
      act: 'part.declare',
      summary: 'Confirms one’s part as it is sent',
      body: json(schemas.confirmPart, 1 << 20),
      responses: { 200: { description: 'The state of the invitation', schema: { type: 'object' } } },
    },
    async (c, { body }) =>
      c.json(
        await coDeclarants.confirm(
          c.req.param('id')!,
          known(c.get('session')),
          body as unknown as { data: JsonObject; decisions: readonly Decision[] },
        ),
      ),
  );

  api.on(
    {
      method: 'post',
      path: '/api/invitations/{id}/refuse',
      act: 'part.declare',
      summary: 'Refuses to declare',
      responses: { 200: { description: 'The state of the invitation', schema: { type: 'object' } } },
    },
    async c => c.json(await coDeclarants.refuse(c.req.param('id')!, known(c.get('session')))),
  );

  api.on(
    {
      method: 'delete',
      path: '/api/invitations/{id}',
      act: 'part.invite',
      summary: 'Takes an invitation back; what was confirmed is forgotten',
      responses: { 200: { description: 'The state of the invitation', schema: { type: 'object' } } },
    },
    async c => c.json(await coDeclarants.revoke(c.req.param('id')!, known(c.get('session')))),
  );
}
