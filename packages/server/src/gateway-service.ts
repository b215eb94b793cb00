// The prefill gateway alone, behind a portal of any make: that portal signs people in, takes dossiers in and keeps them;
// this asks the sources, keeps consents and usage log, and seals. The portal passes requests on with its subject token.

import type { Hono } from 'hono';
import type { CountryPack, LocalizedText } from '@onceform/core';
import {
  createGateway,
  createSigner,
  sayUsage,
  type CitizenDataSource,
  type Gateway,
  type GatewayOptions,
  type UsageLog,
} from '@onceform/store';
import { createCaseFiles } from './case-files.ts';
import { createCitizenDirectory } from './citizen-directory.ts';
import { createCitizenRecords } from './citizen-records.ts';
import type { Database } from './database.ts';
import { createDrafts } from './drafts.ts';
import { openFormRegistry, type FormRegistry, type RegistryOptions } from './form-registry.ts';
import { createFrame, type FrameOptions } from './frame.ts';
import { databaseOfferStore, databaseUsageLog, offerBox } from './gateway-stores.ts';
import { createPages, databaseJournal, INTERRUPTED } from './prefill-journal.ts';
import type { PortalKeys } from './keys.ts';
import { migrate } from './migrations.ts';
import { openApiDocument } from './openapi.ts';
import { createApi } from './operation.ts';
import { limited, rateLimit, type RateLimitOptions } from './rate-limit.ts';
import { citizenRoutes } from './routes/citizen-routes.ts';
import { formRoutes } from './routes/form-routes.ts';
import { gatewayRoutes } from './routes/gateway-routes.ts';
import type { PortalEnv } from './session.ts';
import { subjectToken, type SubjectTokenOptions } from './subject-token.ts';
import { dateIn } from './working-time.ts';

export interface GatewayServiceOptions extends Pick<
  FrameOptions,
  'onRequest' | 'onError' | 'onSecurity' | 'telemetry'
> {
  readonly pack: CountryPack;
  /** Where the portal reaches the gateway, and `iss` of its seals. */
  readonly origin: string;
  /** The portal that takes the dossiers in: seals are addressed to it. */
  readonly audience: string;
  /** The agency that stands in the context where the portal names none. */
  readonly agency: string;
  readonly forms: RegistryOptions;
  readonly sources: readonly CitizenDataSource[];
  readonly gateway?: Pick<GatewayOptions, 'relations' | 'priority' | 'accepts' | 'deadline' | 'lifetime'>;
  readonly database: Database;
  readonly keys: Pick<PortalKeys, 'seal' | 'secret'>;
  readonly subjectTokens: SubjectTokenOptions;
  readonly rateLimit?: Pick<RateLimitOptions, 'perMinute' | 'addressOf'>;
  readonly clock?: () => Date;
}

export interface GatewayService {
  readonly app: Hono<PortalEnv>;
  readonly gateway: Gateway;
  readonly registry: FormRegistry;
  readonly usageLog: UsageLog;
  /** Ends overdue consents, sends disputes that wait, deletes expired drafts with all that was offered for them. */
  purge(): Promise<{ readonly drafts: number; readonly left: number }>;
  close(): Promise<void>;
}

/**
 * Brings the gateway up: migrates the database, compiles forms.
 *
 * @throws {OnceFormError} ERR_MIGRATION, and what the compiler says about a definition.
 */
export async function createGatewayService(options: GatewayServiceOptions): Promise<GatewayService> {
  const { pack, origin, audience, agency, sources, database: db, keys, clock = () => new Date() } = options;
  const today = (): string => dateIn(pack.timeZone, clock());
  await migrate(db);
  const registry = await openFormRegistry(options.forms);
  const pages = createPages(db);
  const usageLog = databaseUsageLog(db, pages);
  const journal = databaseJournal(db, keys.secret, pages, offerBox(keys.secret));
  const drafts = createDrafts({ db, secret: keys.secret, clock });
  const directory = createCitizenDirectory(db, keys.secret);
  const records = createCitizenRecords({ db, secret: keys.secret, sources, log: usageLog, clock });
  const gateway = createGateway({
    issuer: origin,
    sources,
    pack,
    signer: await createSigner(keys.seal),
    log: usageLog,
    offerStore: databaseOfferStore(db, keys.secret, pages),
    journal,
    clock,
    subjectOf: ({ key }) => directory.idOf(key),
    ...options.gateway,
    consents: records.consents,
    disputes: records.disputes,
    onPurge: async (draft, { subject }) => void (await drafts.remove(draft, subject)),
  });
  const { app, stop } = createFrame({
    db,
    secure: origin.startsWith('https:'),
    clock,
    ...(options.onRequest === undefined ? {} : { onRequest: options.onRequest }),
    ...(options.onError === undefined ? {} : { onError: options.onError }),
    ...(options.onSecurity === undefined ? {} : { onSecurity: options.onSecurity }),
    ...(options.telemetry === undefined ? {} : { telemetry: options.telemetry }),
  });
  app.use('/api/*', subjectToken(options.subjectTokens, clock));
  if (options.rateLimit !== undefined) app.use('/api/*', limited(rateLimit({ ...options.rateLimit, clock })));
  const api = createApi(app);
  const names = {
    concepts: Object.fromEntries(Object.values(pack.concepts).map(({ id, label }) => [id, label])),
    sources: Object.fromEntries(sources.map(source => source.describe()).map(({ id, name }) => [id, name])),
  };
  const titleOf = (form: string): LocalizedText =>
    registry.offered(today()).find(({ info }) => info.id === form)?.info.title ?? form;
  formRoutes(app, api, { registry, pack, today });
  gatewayRoutes(api, {
    gateway,
    drafts,
    registry,
    directory,
    journal,
    files: createCaseFiles({ db, ledger: records.rows, offers: offerBox(keys.secret), clock }),
    sayUsage: event => sayUsage(event, names),
    viewed: () => undefined,
    log: usageLog,
    audience,
    agency,
    today,
    keys: gateway.keys(),
  });
  citizenRoutes(api, {
    records,
    gateway,
    db,
    pack,
    titleOf,
    log: usageLog,
    sources,
    usageNames: names,
    system: origin,
  });
  const document = openApiDocument(api.operations, origin);
  app.get('/api/openapi.json', c => c.json(document));
  return {
    app,
    gateway,
    registry,
    usageLog,
    async purge() {
      await gateway.expire();
      await journal.recover(new Date(clock().getTime() - INTERRUPTED));
      await records.disputes.forward();
      const { removed, left } = await drafts.purge();
      return { drafts: removed, left };
    },
    async close() {
      stop();
      await db.close();
    },
  };
}
