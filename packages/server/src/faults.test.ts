import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject, Receipt } from '@onceform/core';
import type { Database, Queryable } from './database.ts';
import { emptyDatabase } from './testing/empty-database.ts';
import { packageKey } from './dossier-index.ts';
import { directoryStore, type ObjectStore } from './object-store.ts';
import {
  citizen,
  file,
  fileBundle,
  prepare,
  prepareBundle,
  startTestPortal,
  type TestBrowser,
  type TestPortal,
} from './testing/test-portal.ts';

/** Writes calls to database and object store down, and makes one of them fail: before it took effect, or after. */
class Fault {
  calls: string[] = [];
  at = 0;
  after = false;

  /** @param what it is called here: `write serial`, `put packages`. */
  async call<T>(what: string, work: () => Promise<T>): Promise<T> {
    const hit = this.calls.push(what) === this.at;
    if (hit && !this.after) throw new Error('injected before');
    const result = await work();
    if (hit) throw new Error('injected after');
    return result;
  }

  arm(at: number, after: boolean): void {
    Object.assign(this, { calls: [], at, after });
  }
}

function faultyDatabase(db: Database, fault: Fault): Database {
  const wrap = (target: Queryable): Queryable => ({
    // What is counted is written a second later, for many cases at once and in nobody's request.
    query: (sql, params) =>
      (sql.includes('INTO reuse_event')
        ? target.query(sql, params)
        : fault.call(kindOf(sql), () => target.query(sql, params))) as Promise<never>,
    script: sql => target.script(sql),
  });
  return {
    kind: db.kind,
    ...wrap(db),
    close: () => db.close(),
    // The commit is a call too: it may fail, or succeed without us hearing of it.
    transaction: async work => fault.call('transaction', () => db.transaction(tx => work(wrap(tx)))),
  };
}

function faultyStore(store: ObjectStore, fault: Fault): ObjectStore {
  return {
    ...store,
    put: (key, bytes) => fault.call(`put ${folderOf(key)}`, () => store.put(key, bytes)),
    get: key => fault.call(`get ${folderOf(key)}`, () => store.get(key)),
    size: key => fault.call(`size ${folderOf(key)}`, () => store.size(key)),
  };
}

/** A statement by the tables that it writes. */
function kindOf(sql: string): string {
  const written = [...sql.matchAll(/\b(?:INSERT INTO|UPDATE|DELETE FROM) ([a-z_]+)/g)].map(([, table]) => table);
  return written.length === 0 ? 'ask' : `write ${[...new Set(written)].sort().join(', ')}`;
}

const folderOf = (key: string): string => key.split('/')[0]!;

/** A portal whose database and object store fail as `fault` says. */
async function startFaulty(
  fault: Fault,
  definition?: JsonObject,
): Promise<{ portal: TestPortal; store: ObjectStore; end(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'onceform-faults-'));
  const store = directoryStore(folder);
  const portal = await startTestPortal(
    {
      database: faultyDatabase(await emptyDatabase(), fault),
      objectStore: faultyStore(store, fault),
      onError: () => undefined,
    },
    undefined,
    definition,
  );
  return {
    portal,
    store,
    async end() {
      fault.arm(0, false);
      await portal.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Who asks and the case; package; on PGlite the copy of the receipt; index; serial. */
const kindsOfFiling = ({ kind }: Database): readonly string[] => [
  'ask',
  'put packages',
  ...(kind === 'pglite' ? ['put receipts'] : []),
  'write dossier, outbox, payment',
  'write serial',
];

describe('filing when the n-th call to database or object store fails', () => {
  const fault = new Fault();
  let portal: TestPortal, an: TestBrowser, store: ObjectStore, end: () => Promise<void>;
  beforeAll(async () => {
    ({ portal, store, end } = await startFaulty(fault));
    an = await portal.browser(citizen('an'));
  }, 60_000);
  afterAll(() => end());

  it.each([
    ['before it took effect', false],
    ['after it took effect', true],
  ])(
    '%s: one dossier, one code, and the retry is acknowledged',
    async (_when, after) => {
      const codes = new Set<string>();
      let failures = 0;
      for (let n = 1; ; n++) {
        const prepared = await prepare(portal, an);
        fault.arm(n, after);
        const first = await file(an, prepared);
        const { calls } = fault;
        const reached = calls.length >= n;
        fault.arm(0, false);
        if (first.status !== 201) {
          failures++;
          expect([500, 503]).toContain(first.status);
        }
        const second = await file(an, prepared);
        expect([200, 201]).toContain(second.status);
        const { code, dossier } = second.body as Receipt;
        expect(codes).not.toContain(code);
        codes.add(code);
        if (first.status === 201) expect(first.body.code).toBe(code);
        expect(await portal.db.query('SELECT 1 FROM dossier WHERE id = $1', [prepared.id])).toHaveLength(1);
        expect(await portal.db.query('SELECT 1 FROM outbox WHERE subject = $1', [prepared.id])).toHaveLength(1);
        expect(await store.size(packageKey(dossier.sha256))).toBe(prepared.dossier.size);
        if (!reached) {
          expect([...new Set(calls)].sort()).toEqual(kindsOfFiling(portal.db));
          expect(failures).toBe(calls.length);
          break;
        }
      }
      expect(await portal.db.query('SELECT code FROM dossier GROUP BY code HAVING count(*) > 1')).toEqual([]);
    },
    60_000,
  );
});

describe('filing a bundle when the n-th call to database or object store fails', () => {
  const fault = new Fault();
  let portal: TestPortal, an: TestBrowser, end: () => Promise<void>;
  beforeAll(async () => {
    const part = (code: string) => ({ code, name: { en: code }, components: [] });
    ({ portal, end } = await startFaulty(fault, { version: '1.0.0', procedure: { parts: ['1', '2', '3'].map(part) } }));
    an = await portal.browser(citizen('an'));
  }, 60_000);
  afterAll(() => end());

  it.each([
    ['before it took effect', false],
    ['after it took effect', true],
  ])(
    '%s: all dossiers or none, and the retry is acknowledged',
    async (_when, after) => {
      const there = async (id: string): Promise<number> =>
        (await portal.db.query('SELECT 1 FROM dossier WHERE bundle = $1', [id])).length;
      let failures = 0;
      for (let n = 1; ; n++) {
        const bundle = await prepareBundle(portal, an, 3);
        fault.arm(n, after);
        const first = await fileBundle(an, bundle);
        const { calls } = fault;
        const reached = calls.length >= n;
        fault.arm(0, false);
        if (first.status !== 201) {
          failures++;
          expect([500, 503]).toContain(first.status);
          expect([0, 3]).toContain(await there(bundle.id));
        }
        const second = await fileBundle(an, bundle);
        expect([200, 201]).toContain(second.status);
        expect(second.body.receipts).toHaveLength(3);
        expect(await there(bundle.id)).toBe(3);
        if (!reached) {
          expect([...new Set(calls)].sort()).toEqual([...kindsOfFiling(portal.db), 'transaction'].sort());
          expect(failures).toBe(calls.length);
          break;
        }
      }
      expect(await portal.db.query('SELECT code FROM dossier GROUP BY code HAVING count(*) > 1')).toEqual([]);
    },
    60_000,
  );
});
