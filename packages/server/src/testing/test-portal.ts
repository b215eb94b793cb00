// A whole portal in memory with two citizens, a register and a browser that keeps its cookies. For tests.

import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import {
  substitute,
  type CompiledForm,
  type ComponentAnswer,
  type CountryPack,
  type JsonObject,
  type Offer,
  type OpenedSeal,
  type Receipt,
} from '@onceform/core';
import { buildDossier, type BuiltDossier, type DossierInput } from '@onceform/dossier';
import { readSeal, type CitizenDataSource } from '@onceform/store';
import { createPortalClient, type PortalClient } from '@onceform/store/client';
import { createMemorySource } from '@onceform/store/memory';
import type { Role } from '../authorization.ts';
import type { Database } from '../database.ts';
import { emptyDatabase } from './empty-database.ts';
import { createKeys, type PortalKeys } from '../keys.ts';
import { directoryStore, type ObjectStore } from '../object-store.ts';
import { createPortal, type Portal, type PortalOptions } from '../portal.ts';
import { createSessions, type Person, type PortalEnv } from '../session.ts';
import { noticeCompiler } from './notice-form.ts';
import { openApiCheck } from './openapi-check.ts';

export const ORIGIN = 'http://localhost:8080';
export const NOW = new Date('2026-11-23T02:00:00Z'); // a Monday, 09:00 where the agency is

/** The little of a country that the server needs; invented. */
export const testPack: CountryPack = {
  id: 'xx',
  version: '1',
  locales: ['en'],
  timeZone: 'Asia/Ho_Chi_Minh',
  formats: {},
  functions: {},
  schemas: {},
  concepts: {
    'person.fullName': { id: 'person.fullName', label: 'Name', sensitivity: 'B', sources: ['register'] },
    'person.birthDate': { id: 'person.birthDate', label: 'Birth date', sensitivity: 'B', sources: ['register'] },
  },
  codeLists: {
    colours: {
      id: 'colours',
      title: 'Colours',
      count: 2,
      digest: 'c'.repeat(64),
      load: async within =>
        [
          { code: 'r', label: 'Red' },
          { code: 'g', label: 'Green', within: 'leaf' },
        ].filter(entry => within === undefined || entry.within === within),
    },
  },
  calendar: {
    isWorkingDay: () => true,
    addWorkingDays: (date, days) =>
      new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10),
  },
  dossierCode: {
    format: (agency, date, serial) =>
      `${agency}-${date.slice(2).replaceAll('-', '')}-${String(serial).padStart(4, '0')}`,
    pattern: '.*',
  },
};

export function testRegister(): CitizenDataSource {
  return createMemorySource({
    id: 'register',
    name: 'Register',
    clock: () => NOW,
    records: [
      {
        person: 'key-an',
        recordRef: 'r-1',
        lastUpdated: '2026-01-01',
        values: { 'person.fullName': 'An Official', 'person.birthDate': '1990-01-02' },
      },
    ],
  });
}

export const citizen = (who: string, change: Partial<Person> = {}): Person => ({
  id: `pairwise-${who}`,
  key: `key-${who}`,
  name: who,
  identityLevel: 2,
  roles: ['citizen'] as readonly Role[],
  claims: {},
  ...change,
});

export interface TestPortal extends Portal {
  readonly db: Database;
  readonly objects: ObjectStore;
  readonly keys: PortalKeys;
  readonly folder: string;
  clock: Date;
  /** @param jar the cookies of a machine that somebody used before; the sign-in takes the place of theirs. */
  browser(person?: Person, jar?: Map<string, string>): Promise<TestBrowser>;
  /** Closes the portal and deletes its folder. */
  end(): Promise<void>;
}

export interface TestBrowser {
  readonly jar: Map<string, string>;
  readonly client: PortalClient;
  readonly fetch: typeof globalThis.fetch;
  /** Sends with the CSRF token of the session. */
  send(method: string, path: string, body?: BodyInit, headers?: Record<string, string>): Promise<Response>;
}

/** @param definition what the notice form says of itself: see notice-form.ts. */
export async function startTestPortal(
  change: Partial<PortalOptions> = {},
  folder?: string,
  definition: JsonObject = { version: '1.0.0' },
): Promise<TestPortal> {
  const root = folder ?? (await mkdtemp(join(tmpdir(), 'onceform-server-')));
  const definitions = join(root, 'definitions');
  await mkdir(definitions, { recursive: true });
  await writeFile(join(definitions, 'notice.form.json'), JSON.stringify(definition));
  const db = change.database ?? (await emptyDatabase());
  const keys = change.keys ?? (await createKeys());
  const objects = change.objectStore ?? directoryStore(join(root, 'objects'));
  const time = { clock: NOW };
  const clock = (): Date => time.clock;
  const portal = await createPortal({
    pack: testPack,
    origin: ORIGIN,
    agency: 'X01',
    sources: [testRegister()],
    forms: { definitions, folder: join(root, 'forms'), compile: noticeCompiler, toolchain: 'test' },
    oidc: {
      issuer: new URL('http://localhost:1'),
      clientId: 'c',
      clientSecret: 's',
      personOf: () => {
        throw new Error('not used');
      },
    },
    clock,
    onError: error => {
      throw error;
    },
    uploads: { staging: join(root, 'staging'), maxSize: 1 << 20 },
    ...change,
    database: db,
    objectStore: objects,
    keys,
  });
  const sessions = createSessions({ db, secret: keys.secret, secure: false, clock });
  const check = openApiCheck(async () => portal.openApi as never);
  return Object.assign(time, portal, {
    db,
    objects,
    keys,
    folder: root,
    async browser(person?: Person, jar = new Map<string, string>()) {
      const keep = (headers: Headers): void => {
        for (const line of headers.getSetCookie()) {
          const [name, value] = line.split(';')[0]!.split('=') as [string, string];
          if (value === '') jar.delete(name);
          else jar.set(name, value);
        }
      };
      if (person !== undefined) {
        const signIn = new Hono<PortalEnv>().get('/', async c => {
          await sessions.begin(c, person);
          return c.body(null);
        });
        keep((await signIn.request('/')).headers);
      }
      const fetch: typeof globalThis.fetch = async (input, init) => {
        const request = new Request(new URL(String(input), ORIGIN), init);
        if (jar.size > 0) request.headers.set('cookie', [...jar].map(pair => pair.join('=')).join('; '));
        const length = lengthOf(init?.body);
        if (length !== null && !request.headers.has('content-length'))
          request.headers.set('content-length', String(length));
        const response = await portal.app.fetch(request);
        keep(response.headers);
        await check(request.method, new URL(request.url).pathname, response);
        return response;
      };
      const { csrf } = (await (await fetch('/api/session')).json()) as { csrf: string };
      return {
        jar,
        fetch,
        client: createPortalClient({ baseUrl: ORIGIN, fetch }),
        send: (method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}) =>
          fetch(path, {
            method,
            ...(body === undefined ? {} : { body }),
            headers: { 'x-onceform-csrf': csrf, ...headers },
          }),
      };
    },
    async end() {
      await portal.close();
      await rm(root, { recursive: true, force: true });
    },
  });
}

/** What a browser announces of a body; null where it does not know either. */
function lengthOf(body: BodyInit | null | undefined): number | null {
  if (typeof body === 'string') return Buffer.byteLength(body);
  if (body instanceof Blob) return body.size;
  return body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? body.byteLength : null;
}

export interface Prepared {
  readonly id: string;
  readonly dossier: BuiltDossier;
  readonly draft: string;
  /** The same answers of the same draft as another dossier. */
  again(
    id: string,
    change?: Partial<Pick<DossierInput, 'bundle' | 'files' | 'humanCopy' | 'previous'>> & {
      components?: readonly ComponentAnswer[];
    },
  ): Promise<Prepared>;
}

/** What is offered in the end: an offer is told again once more is known of its rivals, and the last word counts. */
export async function lastOffers(results: AsyncIterable<{ readonly offers: readonly Offer[] }>): Promise<Offer[]> {
  const offers = new Map<string, Offer>();
  for await (const result of results) for (const offer of result.offers) offers.set(offer.id, offer);
  return [...offers.values()];
}

/** The dossiers of one declaration, `count` of them. */
export async function prepareBundle(
  portal: TestPortal,
  browser: TestBrowser,
  count: number,
  id = `urn:uuid:${crypto.randomUUID()}`,
): Promise<{ readonly id: string; readonly parts: readonly Prepared[] }> {
  const first = await prepare(portal, browser);
  const parts = Array.from({ length: count }, (_, i) =>
    first.again(`urn:uuid:${crypto.randomUUID()}`, { bundle: { id, no: i + 1, of: count } }),
  );
  return { id, parts: await Promise.all(parts) };
}

/** Sends a bundle; the parts in the order given. */
export async function fileBundle(
  browser: TestBrowser,
  { id, parts }: { readonly id: string; readonly parts: readonly Pick<Prepared, 'id' | 'dossier'>[] },
): Promise<{
  status: number;
  body: {
    bundle: string;
    receipts: readonly Receipt[];
    code?: string;
    detail?: string;
    issues?: { params: { code: string } }[];
  };
}> {
  const form = new FormData();
  for (const part of parts)
    form.append(part.id, new Blob([await part.dossier.bytes()], { type: part.dossier.blob.type }));
  const whole = new Response(form);
  const response = await browser.send('PUT', `/api/bundles/${encodeURIComponent(id)}`, await whole.arrayBuffer(), {
    'content-type': whole.headers.get('content-type')!,
  });
  return { status: response.status, body: (await response.json()) as never };
}

/** What a page does up to pressing "file": open a draft, prefill, seal, build the package. */
export async function prepare(
  portal: TestPortal,
  browser: TestBrowser,
  change: {
    readonly reason?: string;
    /** Answers beside the reason. */
    readonly typed?: JsonObject;
    readonly audience?: string;
    readonly tamper?: (data: JsonObject) => JsonObject;
    readonly id?: string;
    readonly submitter?: string;
    readonly previous?: { readonly id: string; readonly sha256: string };
    /** Who it is addressed to; nobody in particular when absent. */
    readonly agency?: string | null;
    /** Nothing was taken from a source, and nothing sealed. */
    readonly unsealed?: boolean;
    /** Answers that a desk copied. */
    readonly officerEntered?: readonly string[];
  } = {},
): Promise<Prepared> {
  const info = await browser.client.form('notice');
  const form = portal.registry.byDigest(info.digest)!.compiled as CompiledForm;
  const { person } = await browser.client.session();
  const opened = await browser.client.openDraft({ form: { id: info.id, digest: info.digest } });
  const item = form.reuse[0]!;
  const offers = [];
  for await (const result of browser.client.prefill({
    draft: opened.draft,
    form: { id: info.id, digest: info.digest },
    items: [
      {
        item: item.pointer,
        concept: item.concept,
        subject: item.subject,
        members: item.members.map(({ pointer, concept }) => ({ pointer, concept })),
      },
    ],
    consent: { purpose: 'notice', given: true, time: portal.clock.toISOString() },
  }))
    offers.push(...result.offers);
  const decisions =
    offers.length === 0 ? [] : [{ item: item.pointer, action: 'use' as const, offer: offers.at(-1)!.id }];
  const { unsealed = false } = change;
  const seal: OpenedSeal | null = unsealed
    ? null
    : { ...readSeal((await browser.client.seal({ draft: opened.draft, decisions })).seal), verified: true };
  const typed: JsonObject = {
    applicant: offers.length === 0 || unsealed ? { fullName: 'Typed' } : {},
    reason: change.reason ?? 'because',
    ...change.typed,
  };
  const answers = (seal?.payload.items ?? []).reduce<JsonObject>((data, { pointer, value }) => {
    const [group, key] = pointer.slice(1).split('/') as [string, string];
    return { ...data, [group]: { ...(data[group] as JsonObject), [key]: value! } };
  }, typed);
  let submission = substitute({
    form,
    answers,
    seal,
    components: [],
    decisions: unsealed ? [] : decisions,
    officerEntered: change.officerEntered ?? [],
  });
  if (change.tamper !== undefined) submission = { ...submission, data: change.tamper(submission.data) };
  const documents = await form.documents();
  const build: Prepared['again'] = async (id, { components, ...other } = {}) => ({
    id,
    draft: opened.draft,
    again: build,
    dossier: await buildDossier({
      submission: components === undefined ? submission : { ...submission, components },
      form,
      documents,
      files: new Map(),
      ...other,
      id,
      created: portal.clock.toISOString(),
      recipient: { audience: change.audience ?? opened.audience, agency: change.agency ?? null, nonce: opened.nonce },
      submitter: { id: change.submitter ?? person!.id, identityLevel: person!.identityLevel },
      language: 'en',
      ...(change.previous === undefined ? {} : { previous: change.previous }),
    }),
  });
  return build(change.id ?? `urn:uuid:${crypto.randomUUID()}`);
}

export async function file(
  browser: TestBrowser,
  { id, dossier }: Pick<Prepared, 'id' | 'dossier'>,
  bytes?: Uint8Array<ArrayBuffer>,
): Promise<{
  status: number;
  body: Receipt & { code: string; detail?: string; issues?: { params: { code: string } }[] };
}> {
  const response = await browser.send(
    'PUT',
    `/api/dossiers/${encodeURIComponent(id)}`,
    new Blob([bytes ?? (await dossier.bytes())]),
    { 'content-type': dossier.blob.type },
  );
  return { status: response.status, body: (await response.json()) as never };
}
