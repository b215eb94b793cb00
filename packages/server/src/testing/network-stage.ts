// A portal on a stage that stays: one node after the other comes up over the same database, and calls everything outside over
// wires that can break. For tests.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Administration } from '@onceform/core';
import { createClientCredentials, createHttpSource } from '@onceform/store/http';
import { createStatusLists, withCredentialStatus } from '@onceform/store/status-list';
import { createUserinfoSource } from '@onceform/store/userinfo';
import type { Database } from '../database.ts';
import { createGatewayService, type GatewayService } from '../gateway-service.ts';
import { createKeys, type PortalKeys } from '../keys.ts';
import { clamdScanner } from '../malware-scanner.ts';
import { notifierReceiver, smtpNotifier, webhookNotifier } from '../notifier.ts';
import type { ObjectStore } from '../object-store.ts';
import { webhookReceiver, wordedReceiver } from '../outbox.ts';
import type { PaymentProvider } from '../payments.ts';
import { s3Store } from '../s3-store.ts';
import { emptyDatabase } from './empty-database.ts';
import { noticeCompiler } from './notice-form.ts';
import { createOutsideWorld, type OutsideWorld } from './outside-world.ts';
import { citizen, NOW, startTestPortal, testPack, type TestPortal } from './test-portal.ts';

/** Milliseconds that an answer may take where the portal lets us say so: also on a machine that is busy with other things. */
const PATIENCE = 10_000;

/** What stays while one node after the other comes up and goes through a journey. */
export interface Stage {
  readonly world: OutsideWorld;
  readonly db: Database;
  readonly objects: ObjectStore;
  /** The same objects, past the wire. */
  readonly objectsThere: ObjectStore;
  readonly keys: PortalKeys;
  readonly folder: string;
  end(): Promise<void>;
}

export async function createStage(): Promise<Stage> {
  const [world, database, keys] = [await createOutsideWorld(), await emptyDatabase(), await createKeys()];
  const folder = await mkdtemp(join(tmpdir(), 'onceform-network-'));
  const s3 = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', timeout: PATIENCE };
  return {
    world,
    // Nodes come and go over one database, as they do over PostgreSQL: what is for PGlite alone is not done.
    db: { ...database, kind: 'postgresql', close: async () => undefined },
    objects: s3Store({ url: world.objectStore, ...s3 }),
    objectsThere: s3Store({ url: world.objectStoreItself, ...s3 }),
    keys,
    folder,
    async end() {
      await database.close();
      await world.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A node that has just started: it knows no key, no token and no address of anybody. */
export async function startNode(stage: Stage): Promise<TestPortal> {
  const { world, keys } = stage;
  const { origin } = world;
  const host = new URL(origin).host;
  const allowedHosts = [host];
  const clock = (): Date => NOW;
  const lists = createStatusLists({ allowedHosts, keys: world.statusKeys, clock, deadline: PATIENCE });
  const register = createHttpSource({
    id: 'register',
    name: 'Register',
    baseUrl: `${origin}/register/`,
    allowedHosts,
    deadline: PATIENCE,
    clock,
    authorize: createClientCredentials({
      tokenUrl: `${origin}/exchange/token`,
      allowedHosts,
      clientId: 'portal',
      clientSecret: 'secret',
      clock,
    }),
    mapping: {
      lookups: {
        self: {
          path: 'person',
          body: { key: '/person/key' },
          records: '/record',
          recordRef: '/ref',
          subject: '/key',
          status: '/status',
          values: { 'person.fullName': { at: '/name' }, 'person.birthDate': { at: '/born' } },
        },
      },
      report: { path: 'report', ticket: '/ticket' },
      usage: { path: 'usage' },
    },
  });
  const userinfo = createUserinfoSource({
    id: 'userinfo',
    name: 'Identity provider',
    url: `${origin}/idp/userinfo`,
    allowedHosts,
    deadline: PATIENCE,
    claims: { 'person.fullName': { at: '/name' } },
    clock,
  });
  const texts = { 'dossier.received': { subject: 'Received', text: '{code}' } };
  const notice = {
    texts,
    link: 'https://portal.example',
    addressOf: async () => ({ to: 'a@b.example', language: 'en' }),
  };
  return startTestPortal(
    {
      database: stage.db,
      objectStore: stage.objects,
      keys,
      pack: { ...testPack, administration },
      sources: [userinfo, withCredentialStatus(register, lists)],
      oidc: {
        issuer: new URL(`${origin}/idp`),
        clientId: 'portal',
        clientSecret: 'secret',
        personOf: ({ sub }) => ({ ...citizen(String(sub)), id: undefined as never }),
      },
      payments: httpPayments(origin),
      papers: { id: 'papers', name: 'Papers', types: [{ id: 'notice.certificate', components: ['proof'] }] },
      uploads: {
        staging: join(stage.folder, 'staging'),
        scan: clamdScanner({ port: world.scannerPort, timeout: PATIENCE }),
      },
      receivers: [
        webhookReceiver({ id: 'agency', url: `${origin}/agency/events`, allowedHosts, key: keys.receipt }),
        wordedReceiver(
          webhookReceiver({
            id: 'national-portal',
            url: `${origin}/national-portal/messages`,
            allowedHosts,
            key: keys.receipt,
          }),
          ({ kind, subject }) => ({ kind, subject }),
        ),
        notifierReceiver({
          ...notice,
          notifier: webhookNotifier({ id: 'notices', url: `${origin}/notices/send`, allowedHosts }),
        }),
        notifierReceiver({
          ...notice,
          notifier: smtpNotifier({
            url: `smtp://localhost:${world.mailPort}`,
            from: 'portal@example.test',
            plain: true,
          }),
        }),
      ],
      onError: () => undefined,
    },
    stage.folder,
  );
}

/** The prefill gateway alone, behind a portal that signs people in. */
export function startGateway(stage: Stage): Promise<GatewayService> {
  return createGatewayService({
    pack: testPack,
    origin: 'https://gateway.example',
    audience: 'https://foreign.example',
    agency: 'X01',
    forms: {
      definitions: join(stage.folder, 'definitions'),
      folder: join(stage.folder, 'forms'),
      compile: noticeCompiler,
      toolchain: 'test',
    },
    sources: [],
    database: stage.db,
    keys: stage.keys,
    subjectTokens: {
      issuer: 'https://foreign.example',
      audience: 'https://gateway.example',
      jwks: new URL(`${stage.world.origin}/foreign-portal/keys`),
    },
    clock: () => NOW,
  });
}

/** An invented country in which everything costs 100. */
const administration: Administration = {
  currency: 'XTS',
  agencies: async () => [{ kind: 'office', area: '7', name: 'Office of 7', because: '/reason' }],
  due: async () => ({ by: '2026-11-25T17:00', workingDays: 2, counterWorkingDays: 4 }),
  fee: async () => ({
    total: 100,
    saved: 0,
    lines: [{ charge: 'base', label: { en: 'Fee' }, amount: 100, quantity: 1, basis: 'Rule 1' }],
  }),
};

function httpPayments(origin: string): PaymentProvider {
  return {
    id: 'till',
    name: 'Till',
    async begin(order, signal) {
      const body = JSON.stringify(order);
      return (await (await fetch(`${origin}/payments/orders`, { method: 'POST', body, signal })).json()) as never;
    },
    async status(reference, signal) {
      const response = await fetch(`${origin}/payments/state/${reference}`, { signal });
      return ((await response.json()) as { status: 'unknown' | 'begun' | 'paid' }).status;
    },
  };
}
