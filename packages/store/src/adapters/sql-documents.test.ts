import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlEngines, type SqlEngine } from '../../sql-engines.ts';
import { documentConformance } from '../testing/index.ts';
import { testBox } from '../testing/test-box.ts';
import { createSqlHoldings, DOCUMENT_TABLES, type DocumentBytes, type SqlHoldings } from './sql-documents.ts';
import type { SqlQuery } from './sql.ts';

const engines = sqlEngines('sql-documents.test.ts');

describe.each(Object.keys(engines))('holdings on %s', name => {
  let db: SqlEngine;
  let objects: Map<string, Uint8Array<ArrayBuffer>>;
  const bytes: DocumentBytes = {
    put: async (key, content) => void objects.set(key, content),
    get: async key => objects.get(key) ?? null,
    delete: async key => void objects.delete(key),
  };
  const create = async (query: SqlQuery = db.query): Promise<SqlHoldings> => {
    await db.query('TRUNCATE once_documents', []);
    objects = new Map();
    return createSqlHoldings({
      source: { id: 'papers', name: 'Papers', kind: 'issued-document' },
      query,
      bytes,
      pepper: new Uint8Array(32).fill(3),
      box: testBox,
    });
  };
  const pdf = new Blob(['body'], { type: 'application/pdf' });
  const paper = (id: string) => ({
    id,
    kind: 'result' as const,
    type: 'civil-status.birth-certificate',
    title: 'Gi\u1ea5y khai sinh',
    issuer: 'X\u00e3 M\u1eabu',
    issuedAt: '2026-11-01',
  });
  const ann = { key: '001190000001' };

  beforeAll(async () => {
    db = await engines[name]!();
    for (const table of DOCUMENT_TABLES) await db.query(table, []);
  });
  afterAll(() => db.close());

  describe('conform', () => {
    for (const { name: sentence, run } of documentConformance({ create: () => create() })) it(sentence, run);
  });

  it('survive the process: what one wrote another reads', async () => {
    await (await create()).put(ann, paper('r1'), pdf);
    const again = createSqlHoldings({
      source: { id: 'papers', name: 'Papers', kind: 'issued-document' },
      query: db.query,
      bytes,
      pepper: new Uint8Array(32).fill(3),
      box: testBox,
    });
    expect((await again.of(ann)).map(({ id }) => id)).toEqual(['r1']);
    expect(await (await again.open(ann, 'r1')).text()).toBe('body');
  });

  it('name nobody and show no text in the table, and object keys lead to nobody', async () => {
    await (await create()).put(ann, paper('r1'), pdf);
    const { rows } = await db.query('SELECT * FROM once_documents', []);
    const table = JSON.stringify(rows) + [...objects.keys()].join();
    for (const secret of [ann.key, 'Gi\u1ea5y', 'M\u1eabu']) expect(table).not.toContain(secret);
  });

  it('do not open what was moved to another row', async () => {
    const holdings = await create();
    await holdings.put(ann, paper('r1'), pdf);
    await holdings.put(ann, paper('r2'), pdf);
    await db.query(
      `UPDATE once_documents SET body = (SELECT body FROM once_documents WHERE id = 'r1') WHERE id = 'r2'`,
      [],
    );
    await expect(holdings.of(ann)).rejects.toThrow();
  });

  it('say that bytes are gone instead of giving an empty paper', async () => {
    const holdings = await create();
    await holdings.put(ann, paper('r1'), pdf);
    objects.clear();
    await expect(holdings.open(ann, 'r1')).rejects.toMatchObject({ code: 'ERR_SOURCE_UNAVAILABLE' });
  });

  it('forget a person with the bytes, on their demand', async () => {
    const holdings = await create();
    await holdings.put(ann, paper('r1'), pdf);
    await holdings.put({ key: 'ben' }, paper('r2'), pdf);
    expect(await holdings.forget(ann)).toBe(1);
    expect([(await holdings.of(ann)).length, (await holdings.of({ key: 'ben' })).length, objects.size]).toEqual([
      0, 1, 1,
    ]);
  });

  it('list what ends in a span of time, and not what was revoked or ends never', async () => {
    const holdings = await create();
    await holdings.put(ann, { ...paper('r1'), validUntil: '2026-12-20' }, pdf);
    await holdings.put(ann, { ...paper('r2'), validUntil: '2026-12-21' }, pdf);
    await holdings.put(ann, paper('r3'), pdf);
    await holdings.revoke('r2');
    const ending = await holdings.expiring('2026-12-01', '2026-12-22');
    expect(ending).toEqual([
      {
        person: expect.not.stringContaining(ann.key),
        concept: 'civil-status.birth-certificate',
        recordRef: 'r1',
        validUntil: '2026-12-20',
      },
    ]);
    expect(await holdings.expiring('2026-12-01', '2026-12-20')).toEqual([]);
  });

  it('keep what the driver says about a failed query to themselves', async () => {
    const holdings = await create(async () => {
      throw new Error(`value ${ann.key} is bad`);
    });
    const error: unknown = await holdings.of(ann).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ERR_SOURCE_UNAVAILABLE' });
    expect(String(error)).not.toContain(ann.key);
  });
});
