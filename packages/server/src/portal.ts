// A portal: registry, sign-in, prefill gateway, drafts and intake as one Hono application.

import type { Hono } from 'hono';
import { OnceFormError, type CountryPack, type JsonObject, type LocalizedText } from '@onceform/core';
import {
  createGateway,
  createSigner,
  type CitizenDataSource,
  type Gateway,
  sayUsage,
  type GatewayOptions,
  type UsageNames,
  type UsageLog,
} from '@onceform/store';
import type { CostModel } from '@onceform/store/metrics';
import { createReceiptSigner } from '@onceform/dossier/receipt';
import { createAfterFiling } from './after-filing.ts';
import { createCaseFiles } from './case-files.ts';
import { createCitizenDirectory } from './citizen-directory.ts';
import { createCitizenRecords, type CitizenRecords } from './citizen-records.ts';
import { createCompetentAgencies } from './competent-agencies.ts';
import { createCoDeclarants, type CoDeclarantSpec } from './co-declarants.ts';
import type { Database } from './database.ts';
import { createDesks } from './desk.ts';
import { createEndingNotices, type EndingNotices } from './ending-notices.ts';
import { createDrafts, type Drafts } from './drafts.ts';
import { checkedBy, verifyAndCheck, type CheckedFiling } from './filing-checks.ts';
import { openFormRegistry, type FormRegistry, type RegistryOptions } from './form-registry.ts';
import { createEntryChecks } from './entry-checks.ts';
import { createFrame } from './frame.ts';
import { databaseOfferStore, databaseUsageLog, offerBox } from './gateway-stores.ts';
import { createPages, databaseJournal, INTERRUPTED } from './prefill-journal.ts';
import { createIntake } from './intake.ts';
import { publicKeyOf, type PortalKeys } from './keys.ts';
import { migrate } from './migrations.ts';
import type { ObjectStore } from './object-store.ts';
import { openApiDocument } from './openapi.ts';
import { createApi } from './operation.ts';
import { createReceiptFacts } from './receipt-facts.ts';
import { createReceiptShelf } from './receipt-shelf.ts';
import { createPublications, type Publications } from './publications.ts';
import { limited, rateLimit, type RateLimitOptions } from './rate-limit.ts';
import { reindex } from './reindex.ts';
import type { RequestLine } from './request-log.ts';
import { securityEvent, type SecurityLog } from './security-log.ts';
import { createHandlings } from './handling.ts';
import { createHeldPapers, type HeldPapersOptions } from './held-papers.ts';
import { createKeptAnswers, type CitizenStoreOptions } from './kept-answers.ts';
import type { IndicatorSpec } from './indicators.ts';
import { addCounts, createMeasurement, type Measurement } from './measurement.ts';
import { createOutbox, type Outbox, type Receiver } from './outbox.ts';
import { createPassingOn } from './passing-on.ts';
import { agencyRoutes } from './routes/agency-routes.ts';
import { citizenRoutes } from './routes/citizen-routes.ts';
import { complaintRoutes } from './routes/complaint-routes.ts';
import { dossierRoutes } from './routes/dossier-routes.ts';
import { entryCheckRoutes } from './routes/entry-check-routes.ts';
import { handlingRoutes } from './routes/handling-routes.ts';
import { heldPaperRoutes } from './routes/held-paper-routes.ts';
import { keptAnswerRoutes } from './routes/kept-answer-routes.ts';
import { indicatorPageRoutes } from './routes/indicator-page-routes.ts';
import { measurementRoutes } from './routes/measurement-routes.ts';
import { deskRoutes } from './routes/desk-routes.ts';
import { formRoutes } from './routes/form-routes.ts';
import { gatewayRoutes } from './routes/gateway-routes.ts';
import { parameterRoutes } from './routes/parameter-routes.ts';
import { paymentRoutes } from './routes/payment-routes.ts';
import { invitationRoutes } from './routes/invitation-routes.ts';
import { publishingRoutes } from './routes/publishing-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { uploadRoutes } from './routes/upload-routes.ts';
import { createPayments, type PaymentProvider, type Payments } from './payments.ts';
import { createAudit } from './audit.ts';
import { createParameters, type Parameters } from './parameters.ts';
import { createReuseMeasurement } from './reuse-measurement.ts';
import { createResults } from './results.ts';
import { createSessions, type Person, type PortalEnv, type SessionOptions, type Sessions } from './session.ts';
import { createSignIn, type SignInOptions } from './sign-in.ts';
import { createUploads, type UploadOptions } from './uploads.ts';
import { webPages, type WebPages } from './web-pages.ts';
import { createFilingVerifier, type Filing } from './verify-filing.ts';
import { dateIn, type WorkingHours } from './working-time.ts';

export interface PortalOptions {
  readonly pack: CountryPack;
  /** What citizens know the portal as; their log says it. The origin when absent. */
  readonly name?: LocalizedText;
  /** Where browsers reach the portal: `https://dvc.example.gov`. */
  readonly origin: string;
  /** Who receives the dossiers; the origin when absent. */
  readonly audience?: string;
  /** The agency that gives codes. */
  readonly agency: string;
  readonly forms: RegistryOptions;
  readonly sources: readonly CitizenDataSource[];
  readonly gateway?: Pick<GatewayOptions, 'relations' | 'priority' | 'accepts' | 'deadline' | 'lifetime'>;
  /** Keeps answers that citizens want the next form to offer; absent: none are kept. */
  readonly citizenStore?: CitizenStoreOptions;
  /** Keeps papers about citizens: results that officers deliver, and what other holders have; absent: there are none. */
  readonly papers?: HeldPapersOptions;
  /** Parts of forms that somebody else may declare, by the form's `$id`; absent: nobody is invited here. */
  readonly coDeclarants?: { readonly [form: string]: readonly CoDeclarantSpec[] };
  /** What the standard cost model needs for R21; absent: no money is counted. */
  readonly costs?: CostModel;
  /** Absent: the host answers `/auth/sign-in` itself, and signs people in with `sessions.begin`. */
  readonly oidc?: SignInOptions;
  readonly database: Database;
  readonly objectStore: ObjectStore;
  readonly keys: PortalKeys;
  readonly clock?: () => Date;
  /** How long a sign-in lasts, and how often it may be renewed. */
  readonly session?: Pick<SessionOptions, 'lifetime' | 'longest'>;
  readonly web?: WebPages;
  /** Trusted Types policies of the pages beside `onceform`. */
  readonly trustedTypes?: readonly string[];
  readonly workingHours?: WorkingHours;
  /** Resumable uploads; absent: files come in the package only. */
  readonly uploads?: Pick<UploadOptions, 'staging' | 'maxSize' | 'accept' | 'scan' | 'retentionHours'>;
  /** Who takes the fees; absent: receipts say what is to be paid, and nothing can be paid here. */
  readonly payments?: PaymentProvider;
  /** The page of one's own dossiers, where a payment ends; `{id}` is the dossier's UUID. `/` when absent. */
  readonly dossierPage?: string;
  /** What a province is measured by. */
  readonly indicators?: readonly IndicatorSpec[];
  /** Who is told of what happens to dossiers. */
  readonly receivers?: readonly Receiver[];
  /** Bytes of a whole dossier package; 64 MiB when absent. */
  readonly maxDossier?: number;
  /** Absent: none, as when a proxy in front limits. */
  readonly rateLimit?: Pick<RateLimitOptions, 'perMinute' | 'addressOf'>;
  /** Told of every request, without anything personal. */
  readonly onRequest?: (line: RequestLine) => void;
  /** Told of sign-ins and of what was refused: for a log that the portal cannot change. */
  readonly onSecurity?: SecurityLog;
  /** Tells OpenTelemetry of every request; its SDK has to be set up by whoever starts the process. */
  readonly telemetry?: boolean;
  /** Told of every fault of ours; never of a citizen's value. */
  readonly onError?: (error: unknown, request: { readonly method: string; readonly path: string }) => void;
}

export interface Portal {
  readonly app: Hono<PortalEnv>;
  /** What is served at `/api/openapi.json`. */
  readonly openApi: JsonObject;
  /** For a host with a sign-in of its own: who it is has been proven there. */
  readonly sessions: Pick<Sessions, 'begin'>;
  readonly registry: FormRegistry;
  readonly gateway: Gateway;
  readonly drafts: Drafts;
  readonly usageLog: UsageLog;
  readonly records: CitizenRecords;
  readonly measurement: Measurement;
  readonly parameters: Parameters;
  readonly publications: Publications;
  /** The date where the agency is. */
  today(): string;
  /** Null where nobody takes fees. `settle()` has to be run now and then. */
  readonly payments: Payments | null;
  /** Has to be run now and then: counts what was filed, and tells receivers. */
  readonly outbox: Outbox;
  /** Has to be run once a day or more: tells citizens of facts and papers that end soon, by the outbox (`dossier.ending`). */
  remind(): Promise<number>;
  /** Ends overdue consents, sends disputes that wait, deletes expired sessions, drafts and uploads; `left` counts what should be gone and is not. */
  purge(): Promise<{
    readonly sessions: number;
    readonly drafts: number;
    readonly uploads: number;
    readonly left: number;
  }>;
  /** Stops taking requests and closes the database. */
  close(): Promise<void>;
}

/**
 * Brings a portal up: migrates the database, finds dossiers again that the index lost, compiles forms.
 *
 * The serving process never turns a string into code, so it runs under `--disallow-code-generation-from-strings`.
 *
 * @throws {OnceFormError} ERR_MIGRATION, and what the compiler says about a definition.
 */
export async function createPortal(options: PortalOptions): Promise<Portal> {
  const {
    pack,
    origin,
    audience = origin,
    agency,
    database: db,
    objectStore: objects,
    keys,
    clock = () => new Date(),
    maxDossier = 64 << 20,
  } = options;
  const secure = origin.startsWith('https:');
  const today = (): string => dateIn(pack.timeZone, clock());

  await migrate(db);
  // PGlite has no fsync: after a power cut its last rows may be missing, while the packages are on the disk.
  if (db.kind === 'pglite') {
    const { broken } = await reindex(db, objects);
    if (broken.length > 0) {
      options.onError?.(
        new OnceFormError(
          'ERR_DOSSIER_INVALID',
          `The packages of ${broken.length} receipts are missing or unreadable: ${broken.join(', ')}`,
          { data: { broken } },
        ),
        { method: 'START', path: '' },
      );
    }
  }
  const registry = await openFormRegistry(options.forms);
  const publications = createPublications({
    db,
    objects,
    registry,
    forms: options.forms,
    clock,
    today,
    onError: error => options.onError?.(error, { method: 'FORMS', path: '' }),
  });
  await publications.fresh();
  const pages = createPages(db);
  const usageLog = databaseUsageLog(db, pages);
  const journal = databaseJournal(db, keys.secret, pages, offerBox(keys.secret));
  const drafts = createDrafts({ db, secret: keys.secret, clock });
  const reuse = createReuseMeasurement(db, {
    ...(options.costs === undefined ? {} : { costs: options.costs }),
    onError: error => options.onError?.(error, { method: 'MEASURE', path: '' }),
  });
  const kept =
    options.citizenStore === undefined
      ? null
      : createKeptAnswers({
          ...options.citizenStore,
          db,
          objects,
          registry,
          log: usageLog,
          secret: keys.secret,
          requester: origin,
          today,
          clock,
          measure: reuse.note,
        });
  const sources = kept === null ? options.sources : [...options.sources, kept.source, kept.decisions];
  const directory = createCitizenDirectory(db, keys.secret);
  const titleOf = (form: string): LocalizedText =>
    registry.offered(today()).find(({ info }) => info.id === form)?.info.title ?? form;
  const standing: EndingNotices['standing'] = about => endings.standing(about);
  const papers =
    options.papers === undefined
      ? null
      : createHeldPapers({ ...options.papers, db, objects, secret: keys.secret, titleOf, standing, clock });
  const endings = createEndingNotices({
    db,
    facts: [...(kept === null ? [] : [kept.source, kept.decisions]), ...(papers === null ? [] : [papers.own])],
    today,
    clock,
  });
  const records = createCitizenRecords({
    db,
    secret: keys.secret,
    sources,
    log: usageLog,
    clock,
    measure: reuse.note,
  });
  const offerStore = databaseOfferStore(db, keys.secret, pages);
  const files = createCaseFiles({ db, ledger: records.rows, offers: offerBox(keys.secret), clock });
  const usageNames: UsageNames = {
    concepts: Object.fromEntries(Object.values(pack.concepts).map(({ id, label }) => [id, label])),
    sources: Object.fromEntries(sources.map(source => source.describe()).map(({ id, name }) => [id, name])),
    ...(options.name === undefined ? {} : { requesters: { [origin]: options.name } }),
  };
  const coDeclarants = createCoDeclarants({
    db,
    store: records.invitations,
    drafts,
    registry,
    specs: options.coDeclarants ?? {},
    gateway: () => gateway,
    clock,
  });
  const gateway: Gateway = createGateway({
    issuer: origin,
    sources,
    pack,
    signer: await createSigner(keys.seal),
    log: usageLog,
    offerStore,
    journal,
    clock,
    measure: reuse.note,
    parts: draft => coDeclarants.declarations.confirmed(draft),
    subjectOf: ({ key }) => directory.idOf(key),
    personOf: async id => {
      const key = await directory.keyOf(id);
      return key === null ? null : { key };
    },
    ...options.gateway,
    consents: records.consents,
    disputes: records.disputes,
    onPurge: async (draft, { subject }) => void (await drafts.remove(draft, subject)),
  });
  const plain = createSessions({ db, secret: keys.secret, secure, clock, ...options.session });
  const countSignIn = ({ roles, identityLevel }: Person): Promise<void> =>
    roles.includes('citizen')
      ? addCounts(db, [
          [
            { day: today(), procedure: null, agency: null, channel: 'online' },
            { 'signed-in': 1, ...(identityLevel >= 2 ? { 'signed-in:identified': 1 } : {}) },
          ],
        ])
      : Promise.resolve();
  const sessions: Sessions = {
    ...plain,
    async begin(c, person) {
      await directory.remember(person);
      await countSignIn(person);
      await plain.begin(c, person);
      options.onSecurity?.(securityEvent(c, clock, 'signed-in'));
    },
    async end(c) {
      options.onSecurity?.(securityEvent(c, clock, 'signed-out'));
      await plain.end(c);
    },
  };
  const publicKeys = { keys: [...gateway.keys().keys, publicKeyOf(keys.receipt)] };
  const parameters = createParameters({ db, clock, today });
  const agencies = createCompetentAgencies({ administration: pack.administration, parameters, own: agency });
  const audit = createAudit(db, clock);
  const passingOn = createPassingOn({ db, objects, agencies, audit, clock, today });
  const afterFiling = createAfterFiling({
    db,
    objects,
    registry,
    measurement: reuse,
    clock,
    today,
  });
  const verify = createFilingVerifier({
    db,
    files,
    registry,
    pack,
    audience,
    maxSize: maxDossier,
    sealKeys: gateway.keys() as never,
    consents: records.consents,
  });
  const following = new Set<Promise<void>>();
  const checked = new WeakMap<Filing['bytes'], CheckedFiling>();
  const intake = createIntake({
    db,
    objects,
    pack,
    clock,
    verify: verifyAndCheck(verify, checkedBy({ gateway, papers, coDeclarants }), {
      passed: filing => void checked.set(filing.filing.bytes, filing),
      tampered: () => reuse.note({ kind: 'tamper', time: clock().toISOString(), form: 'unknown', outcome: 'rejected' }),
    }),
    // Nobody waits for it: the dossier is in. What fails here is our fault and not the citizen's.
    filed: ({ bytes }) => {
      const filing = checked.get(bytes);
      if (filing === undefined) return;
      const done = afterFiling
        .filed(filing)
        .catch((error: unknown) => options.onError?.(error, { method: 'FILED', path: '' }))
        .finally(() => void following.delete(done));
      following.add(done);
    },
    factsOf: createReceiptFacts({
      pack,
      parameters,
      agencies,
      ...(options.workingHours === undefined ? {} : { workingHours: options.workingHours }),
    }),
    signReceipt: await createReceiptSigner(keys.receipt),
    ...(options.payments === undefined ? {} : { payee: { id: options.payments.id, name: options.payments.name } }),
  });

  const { app, stop } = createFrame({
    db,
    secure,
    clock,
    ...(options.trustedTypes === undefined ? {} : { trustedTypes: options.trustedTypes }),
    ...(options.onRequest === undefined ? {} : { onRequest: options.onRequest }),
    ...(options.onError === undefined ? {} : { onError: options.onError }),
    ...(options.onSecurity === undefined ? {} : { onSecurity: options.onSecurity }),
    ...(options.telemetry === undefined ? {} : { telemetry: options.telemetry }),
  });
  const desks = createDesks({ secret: keys.secret, secure, clock });
  const limit = options.rateLimit === undefined ? () => undefined : rateLimit({ ...options.rateLimit, clock });
  // The two that many citizens do at once ask who it is together with the case.
  const claims = ({ method, path }: { method: string; path: string }): boolean =>
    (method === 'POST' && path === '/api/prefill') || (method === 'PUT' && /^\/api\/dossiers\/[^/]+$/.test(path));
  for (const path of ['/api/*', '/auth/*', '/indicators/*']) {
    app.use(path, (c, next) => (claims(c.req) ? sessions.claim : sessions.load)(c, next));
    app.use(path, desks.load);
    app.use(path, limited(limit));
    app.use(path, sessions.guard);
  }
  for (const path of ['/api/*', '/forms/*']) {
    app.use(path, async (_c, next) => {
      await publications.fresh();
      await next();
    });
  }
  const api = createApi(app, { ...sessions, limit });
  sessionRoutes(app, api, {
    sessions,
    signIn:
      options.oidc === undefined ? null : createSignIn(options.oidc, { origin, secret: keys.secret, sessions, clock }),
    drafts,
  });
  deskRoutes(api, { desks, audit });
  formRoutes(app, api, { registry, pack, today });
  gatewayRoutes(api, {
    gateway,
    drafts,
    registry,
    directory,
    files,
    journal,
    sayUsage: event => sayUsage(event, usageNames),
    viewed: () => reuse.note({ kind: 'log-view', time: clock().toISOString(), complaint: false }),
    log: usageLog,
    audience,
    agency,
    today,
    keys: publicKeys,
  });
  agencyRoutes(api, { agencies, drafts, registry, today });
  citizenRoutes(api, {
    records,
    gateway,
    db,
    pack,
    titleOf,
    log: usageLog,
    sources,
    usageNames,
    system: origin,
  });
  dossierRoutes(api, { intake, db, objects, registry, passingOn, maxSize: maxDossier });
  if (kept !== null) keptAnswerRoutes(api, { kept, db, pack, standing });
  if (papers !== null) heldPaperRoutes(api, { papers });
  if (options.coDeclarants !== undefined)
    invitationRoutes(api, {
      coDeclarants,
      drafts,
      registry,
      openedOf: (draft, session) => ({
        draft: draft.id,
        nonce: draft.nonce,
        audience,
        context: {
          today: today(),
          identityLevel: session.person?.identityLevel ?? 0,
          channel: 'online',
          agency: draft.agency ?? agency,
          retrieved: {},
        },
      }),
    });
  complaintRoutes(api, { complaints: records.complaints, sayUsage: event => sayUsage(event, usageNames), audit });
  parameterRoutes(api, { parameters, audit });
  publishingRoutes(api, { publications, audit, today });
  const payments =
    options.payments === undefined ? null : createPayments({ db, provider: options.payments, audit, clock, today });
  if (payments !== null) paymentRoutes(api, { payments, db, origin, returnTo: options.dossierPage ?? '/' });
  const measurement = createMeasurement({
    db,
    indicators: options.indicators ?? [],
    offered: () => registry.offered(today()).flatMap(({ info }) => info.procedureCode ?? []),
  });
  const outbox = createOutbox({
    db,
    receivers: options.receivers ?? [],
    clock,
    ...(db.kind === 'postgresql' ? { shelve: createReceiptShelf(objects) } : {}),
  });
  const entryChecks = createEntryChecks({ db, objects, registry, pack, secret: keys.secret, audit, clock });
  entryCheckRoutes(api, { entryChecks });
  handlingRoutes(api, {
    entryChecks,
    handlings: createHandlings({ db, audit, clock, today }),
    passingOn,
    results: createResults({ papers, kept, directory, log: usageLog, requester: origin, clock }),
    after: afterFiling,
    db,
    objects,
  });
  measurementRoutes(api, { measurement, reuse, parameters, audit, today, clock });
  await indicatorPageRoutes(app, { measurement, registry, parameters, today });
  const uploads = options.uploads === undefined ? null : createUploads({ ...options.uploads, db, objects, clock });
  if (uploads !== null) uploadRoutes(app, api, { uploads, intake, maxSize: maxDossier });
  const document = openApiDocument(api.operations, origin);
  app.get('/api/openapi.json', c => c.json(document));
  if (options.web !== undefined) await webPages(app, options.web);

  return {
    app,
    openApi: document,
    sessions,
    registry,
    gateway,
    drafts,
    usageLog,
    records,
    measurement,
    parameters,
    publications,
    today,
    payments,
    outbox,
    remind: () => endings.run(),
    async purge() {
      await gateway.expire();
      await journal.recover(new Date(clock().getTime() - INTERRUPTED));
      await records.disputes.forward();
      await reuse.fold();
      const { removed, left } = await drafts.purge();
      return { sessions: await sessions.purge(), drafts: removed, uploads: (await uploads?.purge()) ?? 0, left };
    },
    async close() {
      await reuse.flush().catch(() => undefined);
      await Promise.all(following);
      await reuse.flush().catch(() => undefined);
      stop();
      await db.close();
    },
  };
}
