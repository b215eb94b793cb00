import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeys, publicKeyOf } from './keys.ts';
import { htmlCopy } from '@onceform/dossier/html';
import { checkReceipt } from '@onceform/dossier/receipt';
import { packageKey, receiptKey } from './dossier-index.ts';
import { reindex } from './reindex.ts';
import { emptyDatabase } from './testing/empty-database.ts';
import { openPostgres } from './database-postgres.ts';
import { migrate } from './migrations.ts';
import { startPostgresCluster } from './testing/postgres-cluster.ts';
import {
  citizen,
  file,
  prepare,
  startTestPortal,
  type Prepared,
  type TestBrowser,
  type TestPortal,
} from './testing/test-portal.ts';

const cluster = await startPostgresCluster();
if (typeof cluster === 'string') console.log(`Intake on PostgreSQL is not run: ${cluster}.`);
afterAll(() => (typeof cluster === 'string' ? undefined : cluster.stop()));
const databases = {
  PGlite: () => emptyDatabase(),
  ...(typeof cluster === 'string' ? {} : { PostgreSQL: async () => openPostgres({ url: await cluster.database() }) }),
};

describe.each(Object.entries(databases))('on %s', (_name, openDatabase) => {
  let portal: TestPortal, an: TestBrowser;
  beforeAll(async () => {
    portal = await startTestPortal({ database: await openDatabase() });
    an = await portal.browser(citizen('an'));
  }, 60_000);
  afterAll(() => portal.end());

  const rows = async (id: string) =>
    portal.db.query<{ status: string; counts: { origins: Record<string, number> }; nonce: string }>(
      'SELECT * FROM dossier WHERE id = $1',
      [id],
    );

  const ABOUT = {
    'what is written of a prefill': 'INTO once_ledger', // consent, offers, usage entry
    'who asks, and the case': 'co_draft',
    'who asks': 'FROM session',
    serial: 'INTO serial',
    index: 'INTO dossier',
    'what is counted': 'DELETE FROM offer', // and what was offered is forgotten
  };
  /** What each request asks the database meanwhile, in its order. */
  const questions = async (work: () => Promise<unknown>): Promise<string[][]> => {
    const { query } = portal.db;
    const requests: string[][] = [];
    const listening = portal.db as { query: typeof query };
    listening.query = (sql, parameters) => {
      const about = Object.entries(ABOUT).find(([, words]) => sql.includes(words))?.[0] ?? sql;
      if (about.startsWith('who asks')) requests.push([]);
      // Calls of sources are written a second later, together, in nobody's request.
      if (!about.includes('INTO reuse_event')) requests.at(-1)?.push(about);
      return query.call(portal.db, sql, parameters) as never;
    };
    try {
      await work();
    } finally {
      listening.query = query;
    }
    return requests;
  };

  describe('intake', () => {
    it('asks the database four questions for a filing, and two for a prefill', async () => {
      const isForgotten = async ({ draft }: Prepared): Promise<void> => {
        const offers = 'SELECT 1 FROM offer WHERE draft = $1';
        await expect
          .poll(() => portal.db.transaction(tx => tx.query(offers, [draft])), { timeout: 60_000 })
          .toEqual([]);
      };
      // What is asked now and then – forms, parameters – is known after the first.
      let prepared = await prepare(portal, an);
      expect((await file(an, prepared)).status).toBe(201);
      await isForgotten(prepared);
      const before = await questions(async () => (prepared = await prepare(portal, an)));
      expect(before.filter(([about]) => about === 'who asks, and the case')).toEqual([
        ['who asks, and the case', 'what is written of a prefill'],
      ]);
      const filing = await questions(async () => {
        expect((await file(an, prepared)).status).toBe(201);
        await isForgotten(prepared);
      });
      expect(filing).toEqual([['who asks, and the case', 'serial', 'index', 'what is counted']]);
    });

    it('acknowledges a dossier with a signed receipt that names code, digest and the latest notice time', async () => {
      const prepared = await prepare(portal, an);
      const { status, body } = await file(an, prepared);
      expect(status).toBe(201);
      expect(body).toMatchObject({
        format: 'https://onceform.dev/receipt/1',
        code: expect.stringMatching(/^X01-261123-\d{4}$/),
        dossier: { id: prepared.id, sha256: await prepared.dossier.sha256(), size: prepared.dossier.size },
        receivedAt: '2026-11-23T09:00:00+07:00',
        noticeBy: '2026-11-24T09:00:00+07:00',
        agency: 'X01',
        procedure: '1.000001',
      });
      const { dossier } = prepared;
      const check = async (change: object, key = portal.keys.receipt) =>
        (await checkReceipt({ ...body, ...change }, dossier.blob, dossier.manifest, { keys: [publicKeyOf(key)] }))[0]!
          .code;
      expect(await check({})).toBe('RECEIPT_VALID');
      expect(await check({ code: 'X01-261123-9999' })).toBe('RECEIPT_INVALID');
      expect(await check({}, (await createKeys()).receipt)).toBe('RECEIPT_INVALID');
      expect(await portal.objects.get(packageKey(body.dossier.sha256))).toEqual(
        Buffer.from(await prepared.dossier.bytes()),
      );
      expect((await rows(prepared.id))[0]).toMatchObject({
        status: 'received',
        counts: { origins: { auto: 2, manual: 1 } },
      });
      expect(await portal.db.query(`SELECT 1 FROM outbox WHERE subject = $1`, [prepared.id])).toHaveLength(1);
    });

    it('replays the same receipt for the same bytes and refuses other bytes under the same id', async () => {
      const prepared = await prepare(portal, an);
      const first = await file(an, prepared);
      expect(await file(an, prepared)).toEqual({ status: 200, body: first.body });
      const other = await prepare(portal, an, { id: prepared.id, reason: 'something else' });
      expect(await file(an, other)).toMatchObject({ status: 422, body: { code: 'ERR_CONFLICT' } });
      expect(await rows(prepared.id)).toHaveLength(1);
    });

    it('takes one of two filings that arrive at once, and gives both the same receipt', async () => {
      const prepared = await prepare(portal, an);
      const both = await Promise.all([file(an, prepared), file(an, prepared), file(an, prepared)]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
      expect(new Set(both.map(({ body }) => body.code)).size).toBe(1);
      expect(await rows(prepared.id)).toHaveLength(1);
    });

    it('gives codes in order, and none twice, also when filings race', async () => {
      const many = await Promise.all(Array.from({ length: 5 }, () => prepare(portal, an)));
      const filed = await Promise.all([...many, ...many].map(prepared => file(an, prepared)));
      const codes = new Map(filed.map(({ body }) => [body.dossier.id, body.code]));
      expect(new Set(filed.map(({ body }) => body.code)).size).toBe(5);
      const next = await file(an, await prepare(portal, an));
      expect([...codes.values(), next.body.code].sort().at(-1)).toBe(next.body.code);
    });

    it('makes one dossier of one draft: the same draft under another id is refused', async () => {
      const prepared = await prepare(portal, an);
      await file(an, prepared);
      const again = await prepared.again(`urn:uuid:${crypto.randomUUID()}`);
      expect(await file(an, again)).toMatchObject({ status: 422, body: { code: 'ERR_CONFLICT' } });
      expect(await rows(again.id)).toHaveLength(0);
    });

    it.each([
      ['cut short', (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, bytes.length - 100), 'ERR_PACKAGE_TRUNCATED'],
      ['cut in the middle', (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, 200), 'ERR_PACKAGE_TRUNCATED'],
      ['empty', () => new Uint8Array(0), 'ERR_PACKAGE_TRUNCATED'],
      ['no package at all', () => new Uint8Array(1000).fill(65), 'ERR_PACKAGE_INVALID'],
    ])('refuses a package that is %s and keeps nothing of it', async (_how, damage, code) => {
      const prepared = await prepare(portal, an);
      const { status, body } = await file(an, prepared, damage(await prepared.dossier.bytes()));
      expect(status).toBe(422);
      expect(body.code).toBe(code);
      expect(await rows(prepared.id)).toHaveLength(0);
      expect((await file(an, prepared)).status).toBe(201);
    });

    it('refuses a package in which one byte of the answers was changed', async () => {
      const prepared = await prepare(portal, an, { reason: 'MARKER' });
      const bytes = await prepared.dossier.bytes();
      bytes[Buffer.from(bytes).indexOf('MARKER')]! ^= 1;
      expect(await file(an, prepared, bytes)).toMatchObject({ status: 422, body: { code: 'ERR_DOSSIER_INVALID' } });
    });

    it('refuses a locked value that was changed before the package was built, and names the answer', async () => {
      const prepared = await prepare(portal, an, {
        tamper: data => ({ ...data, applicant: { ...(data['applicant'] as object), fullName: 'Someone Else' } }),
      });
      const { status, body } = await file(an, prepared);
      expect(status).toBe(422);
      expect(body.issues).toContainEqual(
        expect.objectContaining({
          pointer: '/applicant/fullName',
          params: expect.objectContaining({ code: 'LOCKED_VALUE_CHANGED' }),
        }),
      );
    });

    it('refuses a human copy that shows something else than the answers', async () => {
      const prepared = await prepare(portal, an);
      const forged: typeof htmlCopy = async about => {
        const copy = await htmlCopy(about);
        return { ...copy, content: new Blob([(await copy.content.text()).replaceAll('because', 'therefore')]) };
      };
      const codes = async (humanCopy: typeof htmlCopy) => {
        const { status, body } = await file(an, await prepared.again(prepared.id, { humanCopy }));
        return [status, body.issues?.map(({ params }) => params.code)];
      };
      expect(await codes(forged)).toEqual([422, ['HUMAN_COPY_MISMATCH']]);
      expect(await codes(htmlCopy)).toEqual([201, undefined]);
    });

    it('refuses answers that do not satisfy the schema', async () => {
      const prepared = await prepare(portal, an, { tamper: ({ reason: _gone, ...data }) => data });
      expect((await file(an, prepared)).body.issues).toContainEqual(
        expect.objectContaining({ params: expect.objectContaining({ code: 'SCHEMA_INVALID' }) }),
      );
    });

    it('judges date rules by the day of receipt, not by the day the form was opened', async () => {
      const prepared = await prepare(portal, an, { reason: 'in time' });
      const before = portal.clock;
      try {
        portal.clock = new Date('2026-11-24T02:00:00Z');
        const an = await portal.browser(citizen('an'));
        expect((await file(an, prepared)).body.issues).toContainEqual(
          expect.objectContaining({ pointer: '/reason', params: expect.objectContaining({ code: 'RULE_BROKEN' }) }),
        );
      } finally {
        portal.clock = before;
      }
      expect((await file(an, prepared)).status).toBe(201);
    });

    it('refuses a package made for another audience', async () => {
      const prepared = await prepare(portal, an, { audience: 'https://elsewhere.test' });
      expect(await file(an, prepared)).toMatchObject({ status: 422, body: { code: 'ERR_DOSSIER_INVALID' } });
    });

    it('refuses what another person made, and says nothing about a dossier of somebody else', async () => {
      const binh = await portal.browser(citizen('binh'));
      const prepared = await prepare(portal, an);
      expect((await file(binh, prepared)).status).toBe(422);
      await file(an, prepared);
      expect(await file(binh, prepared)).toMatchObject({ status: 422, body: { code: 'ERR_CONFLICT' } });
      for (const path of ['', '/package']) {
        expect((await binh.send('GET', `/api/dossiers/${prepared.id.slice(9)}${path}`)).status).toBe(404);
        expect((await an.send('GET', `/api/dossiers/${prepared.id.slice(9)}${path}`)).status).toBe(200);
      }
    });

    it('refuses a package sent to the address of another id', async () => {
      const prepared = await prepare(portal, an);
      expect((await file(an, { ...prepared, id: `urn:uuid:${crypto.randomUUID()}` })).status).toBe(422);
    });

    it('refuses a package of another media type or size', async () => {
      const prepared = await prepare(portal, an);
      const wrong = await an.send('PUT', `/api/dossiers/${prepared.id}`, 'x', { 'content-type': 'text/plain' });
      expect([wrong.status, ((await wrong.json()) as { code: string }).code]).toEqual([415, 'ERR_UPLOAD_TYPE']);
      const huge = await an.send('PUT', `/api/dossiers/${prepared.id}`, new Uint8Array((64 << 20) + 1), {
        'content-type': prepared.dossier.blob.type,
      });
      expect([huge.status, ((await huge.json()) as { code: string }).code]).toEqual([413, 'ERR_UPLOAD_SIZE']);
    });

    it('takes a dossier of a citizen whom no register knows: everything is manual', async () => {
      const nobody = await portal.browser(citizen('nobody'));
      const prepared = await prepare(portal, nobody);
      expect((await file(nobody, prepared)).status).toBe(201);
      expect((await rows(prepared.id))[0]!.counts.origins).toEqual({ manual: 2 });
    });

    it('lists to a citizen what is theirs', async () => {
      const chi = await portal.browser(citizen('chi'));
      expect(await (await chi.send('GET', '/api/dossiers')).json()).toEqual([]);
      const { body } = await file(chi, await prepare(portal, chi));
      expect(await (await chi.send('GET', '/api/dossiers')).json()).toMatchObject([
        { status: 'received', title: { en: 'Notice' }, receipt: body },
      ]);
    });
  });

  describe('the index', () => {
    it('is rebuilt from packages and receipts: same codes, same owners, and the next code is new', async () => {
      const prepared = await prepare(portal, an);
      const { body } = await file(an, prepared);
      // A PostgreSQL keeps the receipt itself; the copy follows with the outbox, whoever dies in between.
      expect(await portal.objects.size(receiptKey(body))).toEqual(
        portal.db.kind === 'pglite' ? expect.any(Number) : null,
      );
      await portal.outbox.run();
      const fresh = await openDatabase();
      await migrate(fresh);
      const report = await reindex(fresh, portal.objects);
      expect(report.broken).toEqual([]);
      const columns = 'id, sha256, owner, code, receipt, received, counts, channel, nonce';
      expect(await fresh.query(`SELECT ${columns} FROM dossier ORDER BY id`)).toEqual(
        await portal.db.query(`SELECT ${columns} FROM dossier ORDER BY id`),
      );
      expect(await fresh.query('SELECT * FROM serial')).toEqual(await portal.db.query('SELECT * FROM serial'));
      expect(await reindex(fresh, portal.objects)).toMatchObject({ restored: 0 });
      expect(body.code).toBeDefined();
      await fresh.close();
    });

    it('takes a receipt that lies there twice, alone and among others, for one', async () => {
      const { body } = await file(an, await prepare(portal, an));
      const other = (await file(an, await prepare(portal, an))).body;
      await portal.outbox.run();
      const shelf = new TextEncoder().encode(JSON.stringify([body, other]));
      await portal.objects.put(`receipts/${body.receivedAt.slice(0, 10)}/twice.json`, shelf);
      const fresh = await openDatabase();
      await migrate(fresh);
      expect((await reindex(fresh, portal.objects)).broken).toEqual([]);
      const [row] = await fresh.query<{ count: string }>('SELECT count(*) AS count FROM dossier WHERE code = $1', [
        body.code,
      ]);
      expect(Number(row!.count)).toBe(1);
      await fresh.close();
    });

    it('is asked once about many receipts: an embedded portal looks at all of them at every start', async () => {
      for (let i = 0; i < 3; i++) await file(an, await prepare(portal, an));
      await portal.outbox.run();
      const asked: string[] = [];
      const counting = {
        ...portal.db,
        query: ((sql, values) => (asked.push(sql), portal.db.query(sql, values))) as typeof portal.db.query,
      };
      expect(await reindex(counting, portal.objects)).toMatchObject({ restored: 0, broken: [] });
      expect(asked).toHaveLength(1);
    });

    it('has a dossier again whose row was lost after it was acknowledged, and replays its receipt', async () => {
      const prepared = await prepare(portal, an);
      const { body } = await file(an, prepared);
      await portal.outbox.run();
      await portal.db.query('DELETE FROM dossier WHERE id = $1', [prepared.id]);
      await reindex(portal.db, portal.objects);
      expect(await file(an, prepared)).toEqual({ status: 200, body });
    });

    it('names a receipt whose package is gone instead of passing over it', async () => {
      await portal.outbox.run(); // receipts that are copied together share an object
      const { body } = await file(an, await prepare(portal, an));
      await portal.outbox.run();
      await portal.db.query('DELETE FROM dossier WHERE code = $1', [body.code]);
      await portal.objects.delete(packageKey(body.dossier.sha256));
      expect((await reindex(portal.db, portal.objects)).broken).toEqual([receiptKey(body)]);
    });
  });
});
