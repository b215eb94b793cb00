// The prefill gateway over HTTP: sources, drafts, offers (streamed), seals, and the citizen's view of the usage log.

import { randomUUID } from 'node:crypto';
import type {
  DraftForm,
  DraftOpened,
  FormContext,
  LocalizedText,
  PrefillRequest,
  SealRequest,
  SubjectRole,
} from '@onceform/core';
import type { CitizenSession, Gateway, PrefillJournal, UsageEvent, UsageLog } from '@onceform/store';
import * as schemas from '../api-schemas.ts';
import { requireOwn } from '../authorization.ts';
import type { CaseFiles } from '../case-files.ts';
import type { CitizenDirectory } from '../citizen-directory.ts';
import type { Desk } from '../desk.ts';
import type { DraftRow, Drafts } from '../drafts.ts';
import type { FormRegistry, RegisteredForm } from '../form-registry.ts';
import type { Api } from '../operation.ts';
import { problemOf, refuse } from '../problem.ts';
import { repealNotice, requireStanding } from '../repeal-notice.ts';
import { knownAs, type Person, type Session } from '../session.ts';

export interface GatewayRoutesOptions {
  readonly gateway: Gateway;
  readonly drafts: Drafts;
  readonly files: Pick<CaseFiles, 'ofPrefill'>;
  readonly journal: Pick<PrefillJournal, 'write'>;
  readonly registry: FormRegistry;
  readonly directory: Pick<CitizenDirectory, 'remember'>;
  /** An entry of the log in words, in each language. */
  readonly sayUsage: (event: UsageEvent) => LocalizedText;
  /** Somebody read their own log. */
  readonly viewed: () => void;
  readonly log: UsageLog;
  readonly audience: string;
  readonly agency: string;
  readonly today: () => string;
  /** Public keys, published. */
  readonly keys: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
}

const JSON_BODY = { types: ['application/json'] };

export function gatewayRoutes(api: Api, portal: GatewayRoutesOptions): void {
  const { gateway, drafts, files, journal, registry, directory, sayUsage, viewed, log, audience, agency, today } =
    portal;

  const contextOf = (
    session: Session,
    desk: Desk | null | undefined,
    draft: Pick<DraftRow, 'agency'>,
  ): Omit<FormContext, 'retrieved'> => ({
    today: today(),
    identityLevel: session.person?.identityLevel ?? 0,
    channel: desk?.channel ?? 'online',
    agency: draft.agency ?? agency,
    ...(desk?.agency === undefined ? {} : { receivingAgency: desk.agency }),
    ...(desk ? { assistedBy: desk.assistedBy } : {}),
    ...(session.person?.actingFor === undefined ? {} : { onBehalfOf: session.person.actingFor.organisation }),
  });
  const ownDraft = async (session: Session | null, id: string): Promise<DraftRow> => {
    const draft = session === null ? null : await drafts.find(id, session.owner);
    requireOwn(session, draft?.owner);
    return draft!;
  };
  const standingForm = ({ formDigest }: DraftRow): RegisteredForm => {
    const form = registry.byDigest(formDigest);
    if (form === undefined) throw refuse('ERR_FORM_UNKNOWN', 'The form of this draft is not known here any more.');
    requireStanding(form, registry, today());
    return form;
  };
  /** Which form a draft is of, and whether that version can still be filed: a newer one takes its answers over. */
  const formOf = ({ formId: id, formVersion: version, formDigest: digest }: DraftRow): DraftForm => {
    const form = registry.byDigest(digest);
    const standing = form === undefined ? null : registry.standing(form, today());
    return {
      id,
      version,
      digest,
      state: standing?.state ?? 'superseded',
      ...(standing?.state === 'repealed'
        ? { message: repealNotice(standing.repeal, registry), replacedBy: standing.repeal.replacedBy }
        : {}),
    };
  };

  api.on(
    {
      method: 'get',
      path: '/api/sources',
      act: 'source.read',
      summary: 'Lists the sources the gateway may ask, with their health',
      responses: { 200: { description: 'The sources', schema: schemas.arrayOf(schemas.sourceInfo) } },
    },
    async c => {
      c.header('cache-control', 'no-store');
      return c.json(await gateway.discover());
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/drafts',
      act: 'draft.open',
      summary: 'Opens a session of one form',
      body: { ...JSON_BODY, schema: schemas.draftRequest, limit: 4096 },
      responses: { 201: { description: 'The draft, its nonce and context', schema: schemas.draftOpened } },
    },
    async (c, { body }) => {
      const {
        form: { id, digest },
      } = body as unknown as { form: { id: string; digest: string } };
      const form = registry.byDigest(digest);
      if (form !== undefined) requireStanding(form, registry, today());
      if (
        form === undefined
        || form.info.id !== id
        || registry.bySlug(form.info.slug, today())?.info.digest !== digest
      ) {
        throw refuse('ERR_FORM_UNKNOWN', 'This is not a version of the form that is offered today.');
      }
      const session = c.get('session')!;
      // A session may be older than the directory.
      if (session.person !== null) await directory.remember(session.person);
      const draft = await drafts.open(session.owner, form.compiled);
      const opened: DraftOpened = {
        draft: draft.id,
        nonce: draft.nonce,
        audience,
        context: { ...contextOf(session, c.get('desk'), draft), retrieved: {} },
      };
      return c.json(opened, 201);
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/drafts',
      act: 'draft.read',
      summary: 'Lists the drafts of the asker that hold something',
      responses: { 200: { description: 'Newest first', schema: schemas.arrayOf(schemas.draftSummary) } },
    },
    async c => {
      const rows = c.get('session') === null ? [] : await drafts.list(c.get('session')!.owner);
      c.header('cache-control', 'no-store');
      return c.json(
        rows.map(row => ({
          draft: row.id,
          form: formOf(row),
          changed: row.changed.toISOString(),
          expires: row.expires.toISOString(),
        })),
      );
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/drafts/{id}',
      act: 'draft.read',
      summary: 'Gives a saved draft; its ETag is the revision',
      responses: { 200: { description: 'The draft', schema: schemas.savedDraft } },
    },
    async c => {
      const draft = await ownDraft(c.get('session'), c.req.param('id')!);
      const saved = await drafts.load(draft.id, draft.owner);
      c.header('etag', `"${saved!.revision}"`);
      c.header('cache-control', 'no-store');
      return c.json({
        draft: draft.id,
        nonce: draft.nonce,
        audience,
        context: { ...contextOf(c.get('session')!, c.get('desk'), draft), retrieved: {} },
        form: formOf(draft),
        body: saved!.body,
      });
    },
  );

  api.on(
    {
      method: 'put',
      path: '/api/drafts/{id}',
      act: 'draft.write',
      summary: 'Saves a draft over the revision that If-Match names',
      body: { ...JSON_BODY, schema: { type: 'object' }, limit: 1 << 20 },
      responses: { 204: { description: 'Saved; the ETag is the new revision' } },
    },
    async (c, { body }) => {
      const expected = /^"(\d+)"$/.exec(c.req.header('if-match') ?? '')?.[1];
      if (expected === undefined)
        throw refuse(
          'ERR_REQUEST_INVALID',
          'Saving a draft needs If-Match with the revision it grew from, "0" at first.',
        );
      const session = c.get('session');
      if (session === null) throw refuse('ERR_NOT_FOUND', 'There is no such draft.');
      const revision = await drafts.save(c.req.param('id')!, session.owner, Number(expected), body);
      c.header('etag', `"${revision}"`);
      return c.body(null, 204);
    },
  );

  api.on(
    {
      method: 'delete',
      path: '/api/drafts/{id}',
      act: 'draft.write',
      summary: 'Deletes a draft and everything offered for it',
      responses: { 204: { description: 'Nothing of it is left' } },
    },
    async c => {
      const session = c.get('session');
      if (session === null || !(await drafts.remove(c.req.param('id')!, session.owner)))
        throw refuse('ERR_NOT_FOUND', 'There is no such draft.');
      return c.body(null, 204);
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/prefill',
      act: 'prefill.request',
      summary: 'Asks the sources; streams offers and misses as they come',
      admits: true,
      body: { ...JSON_BODY, schema: schemas.prefillRequest, limit: 1 << 18 },
      responses: { 200: { description: 'PrefillResult objects, one per line', type: 'application/x-ndjson' } },
    },
    async (c, { body, claim }) => {
      const request = body as unknown as PrefillRequest;
      const asked = registry.byDigest(request.form.digest);
      const begun =
        asked === undefined ? null : { name: randomUUID(), event: gateway.beginning(request, asked.compiled) };
      const by = claim === null ? { owner: c.get('session')!.owner } : { session: claim.id };
      const { session: row, file } = await files.ofPrefill({ draft: request.draft, by, begun });
      let form: RegisteredForm;
      try {
        claim?.admit(row);
        requireOwn(c.get('session'), file?.draft.owner);
        form = standingForm(file!.draft);
        if (c.get('session')!.person!.identityLevel < 2)
          throw refuse(
            'ERR_IDENTITY_LEVEL',
            'Sources are asked only about a person whom an identity provider verified.',
          );
      } catch (error) {
        // Nobody will be asked.
        if (file !== null && begun !== null) await journal.write({ over: begun.name });
        throw error;
      }
      const { role, consent, offered } = file!;
      const abort = new AbortController();
      const results = await gateway.prefill(
        request,
        citizenOf(c.get('session')!.person!, role),
        form.compiled,
        abort.signal,
        { consent, offered, ...(begun === null ? {} : { begun: begun.name }) },
      );
      c.header('content-type', 'application/x-ndjson');
      c.header('cache-control', 'no-store');
      c.header('x-accel-buffering', 'no'); // a proxy in between must not hold the lines back
      return c.body(await ndjson(results, () => abort.abort()));
    },
  );

  api.on(
    {
      method: 'post',
      path: '/api/seals',
      act: 'seal.request',
      summary: 'Seals what the citizen decided to use',
      body: { ...JSON_BODY, schema: schemas.sealRequest, limit: 1 << 18 },
      responses: { 200: { description: 'The seal and the keys to check it with', schema: schemas.sealResponse } },
    },
    async (c, { body }) => {
      const request = body as unknown as SealRequest;
      const session = c.get('session');
      const draft = await ownDraft(session, request.draft);
      const form = standingForm(draft);
      return c.json(
        await gateway.seal(request, citizenOf(session!.person!), form.compiled, {
          audience,
          nonce: draft.nonce,
          context: contextOf(session!, c.get('desk'), draft),
        }),
      );
    },
  );

  api.on(
    {
      method: 'get',
      path: '/api/keys',
      act: null,
      summary: 'The public keys of seals and receipts, as a JWK Set',
      responses: {
        200: { description: 'JWK Set', schema: schemas.openObject({ keys: schemas.arrayOf({ type: 'object' }) }) },
      },
    },
    c => c.json(portal.keys),
  );

  api.on(
    {
      method: 'get',
      path: '/api/usage',
      act: 'usage.read',
      summary: 'Who used which of my data, when and why; never a value',
      responses: { 200: { description: 'Newest first', schema: schemas.arrayOf({ type: 'object' }) } },
    },
    async c => {
      const entries = await log.of(c.get('session')!.owner);
      viewed();
      c.header('cache-control', 'no-store');
      return c.json(entries.map(entry => ({ ...entry, said: sayUsage(entry.event) })));
    },
  );
}

function citizenOf(person: Person, role?: SubjectRole): CitizenSession {
  return {
    subject: person.id,
    identityLevel: person.identityLevel,
    person: knownAs(person),
    ...(role === undefined ? {} : { role }),
  };
}

/** Milliseconds in which an answer is whole, or begins to stream. */
const MOMENT = 20;

/**
 * Lines of JSON: at once where all of them come within a moment, else as they come; when the reader goes away, `onCancel`
 * stops the source. A fault in mid-stream, when the status has long been sent, is a problem on a line of its own.
 */
async function ndjson(
  results: AsyncIterable<unknown>,
  onCancel: () => void,
): Promise<string | ReadableStream<Uint8Array<ArrayBuffer>>> {
  const iterator = results[Symbol.asyncIterator]();
  /** The next line; null where there is none. */
  const next = (): Promise<string | null> =>
    iterator.next().then(
      ({ done, value }) => (done === true ? null : `${JSON.stringify(value)}\n`),
      (error: unknown) => {
        failed = true;
        return `${JSON.stringify(problemOf(error))}\n`;
      },
    );
  let failed = false;
  let coming = next();
  let text = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<'over'>(resolve => (timer = setTimeout(resolve, MOMENT, 'over')));
  for (let line; (line = await Promise.race([coming, over])) !== 'over'; coming = next()) {
    text += line ?? '';
    if (line !== null && !failed) continue;
    clearTimeout(timer);
    return text;
  }
  const encoder = new TextEncoder();
  return new ReadableStream({
    start: controller => {
      if (text !== '') controller.enqueue(encoder.encode(text));
    },
    async pull(controller) {
      const line = await coming;
      if (line !== null) controller.enqueue(encoder.encode(line));
      if (line === null || failed) controller.close();
      else coming = next();
    },
    async cancel() {
      onCancel();
      await iterator.return?.();
    },
  });
}
