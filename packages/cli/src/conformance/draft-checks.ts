// Drafts: opened for one form, saved over the revision one has, seen by nobody else.

import type { DraftOpened, JsonObject } from '@onceform/core';
import { draftOpened, savedDraft } from '@onceform/server/api-schemas';
import { answered, expectStatus, must, refused, type Visitor } from './back-end.ts';
import type { Check, Findings } from './conformance.ts';

async function openDraft(visitor: Visitor, { info }: Findings): Promise<DraftOpened> {
  const body = { form: { id: info!.id, digest: info!.digest } };
  return answered<DraftOpened>(await visitor.call('POST', '/api/drafts', { body }), 201, draftOpened);
}

export const draftChecks: readonly Check[] = [
  {
    id: 'drafts.open',
    rule: 'POST /api/drafts opens a session of the form: each with an id and a nonce of its own',
    needs: ['citizen', 'info'],
    async run(found) {
      const first = await openDraft(found.citizen!, found);
      found.opened = await openDraft(found.citizen!, found);
      must(first.draft !== found.opened.draft, 'Two drafts have one id.');
      must(first.nonce !== found.opened.nonce && first.nonce.length >= 16, 'Nonces can be guessed, or come twice.');
      must(
        found.opened.context.identityLevel === found.citizen!.person?.identityLevel,
        'The context names another identity level than the session.',
      );
    },
  },
  {
    id: 'drafts.unknown-form',
    rule: 'a draft of a form that is not on offer is refused',
    needs: ['citizen', 'info'],
    async run({ citizen, info }) {
      const body = { form: { id: info!.id, digest: '0'.repeat(64) } };
      refused(await citizen!.call('POST', '/api/drafts', { body }), [404, 409], 'ERR_FORM_UNKNOWN', 'ERR_NOT_FOUND');
    },
  },
  {
    id: 'drafts.shape',
    rule: 'a body that has not the shape of the protocol is refused, and so is one that is no JSON',
    needs: ['citizen', 'info'],
    async run({ citizen, info }) {
      const form = { id: info!.id, digest: info!.digest };
      refused(await citizen!.call('POST', '/api/drafts', { body: { form, more: true } }), 400, 'ERR_REQUEST_INVALID');
      const json = { headers: { 'content-type': 'application/json' } };
      refused(await citizen!.call('POST', '/api/drafts', { body: '{', ...json }), 400);
      refused(
        await citizen!.call('POST', '/api/drafts', { body: 'x', headers: { 'content-type': 'text/plain' } }),
        415,
      );
    },
  },
  {
    id: 'drafts.save',
    rule: 'PUT /api/drafts/{id} saves over the revision that If-Match names, and GET gives it back with its ETag',
    needs: ['citizen', 'opened'],
    async run({ citizen, opened }) {
      const path = `/api/drafts/${opened!.draft}`;
      const body = { note: 'kept' };
      const saved = await citizen!.call('PUT', path, { body, headers: { 'if-match': '"0"' } });
      expectStatus(saved, 204);
      const etag = saved.headers.get('etag');
      must(etag !== null, 'There is no ETag to save over the next time.');
      const read = await citizen!.call('GET', path);
      const draft = answered<JsonObject>(read, 200, savedDraft);
      must(JSON.stringify(draft['body']) === JSON.stringify(body), 'It gave back something else than was saved.');
      must(read.headers.get('etag') === etag, 'Reading gives another ETag than saving.');
    },
  },
  {
    id: 'drafts.stale-revision',
    rule: 'saving over a revision that another device has replaced is refused, and changes nothing',
    needs: ['citizen', 'opened'],
    async run({ citizen, opened }) {
      const path = `/api/drafts/${opened!.draft}`;
      const body = { note: 'of another device' };
      refused(await citizen!.call('PUT', path, { body, headers: { 'if-match': '"0"' } }), 412, 'ERR_PRECONDITION');
      refused(await citizen!.call('PUT', path, { body }), [400, 428]);
      const { body: kept } = (await citizen!.call('GET', path)).json<{ body: JsonObject }>();
      must(kept?.['note'] === 'kept', 'A refused save has changed the draft.');
    },
  },
  {
    id: 'drafts.private',
    rule: "somebody else's draft cannot be read, saved or deleted, and looks like none at all",
    needs: ['citizen', 'other', 'opened'],
    async run({ citizen, other, opened }) {
      const path = `/api/drafts/${opened!.draft}`;
      refused(await other!.call('GET', path), 404);
      refused(await other!.call('PUT', path, { body: {}, headers: { 'if-match': '"1"' } }), 404);
      refused(await other!.call('DELETE', path), 404);
      expectStatus(await citizen!.call('GET', path), 200);
    },
  },
  {
    id: 'drafts.delete',
    rule: 'DELETE /api/drafts/{id} leaves nothing of a draft',
    needs: ['citizen', 'info'],
    async run(found) {
      const { draft } = await openDraft(found.citizen!, found);
      expectStatus(await found.citizen!.call('DELETE', `/api/drafts/${draft}`), 204);
      refused(await found.citizen!.call('GET', `/api/drafts/${draft}`), 404);
    },
  },
];
