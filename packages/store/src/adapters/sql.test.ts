import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Json, Statement } from '@onceform/core';
import { sqlEngines, type SqlEngine } from '../../sql-engines.ts';
import { queryFor, sourceConformance } from '../testing/index.ts';
import { testBox } from '../testing/test-box.ts';
import { createSqlSource, STATEMENT_TABLES, type SqlSource, type SqlSourceOptions } from './sql.ts';

const CONCEPTS = ['person.fullName', 'person.phone', 'person.drivingLicence.expiryDate'];
const pepper = new Uint8Array(32).fill(7);
const engines = sqlEngines('sql.test.ts');

let db: SqlEngine;
const create = (change: Partial<SqlSourceOptions> = {}): SqlSource =>
  createSqlSource({
    id: 'store',
    name: 'Data store',
    query: (sql, parameters) => db.query(sql, parameters),
    pepper,
    concepts: CONCEPTS,
    ...change,
  });
const statement = (key: string, concept: string, value: Json, change: Partial<Statement> = {}): Statement => ({
  id: `${key}:${concept}`,
  concept,
  value,
  subject: { id: key, role: 'self' },
  source: { id: 'store', name: 'Data store', kind: 'prior-submission', recordRef: `D-${key}` },
  verification: { status: 'unverified', assuranceLevel: 'low' },
  lastUpdated: '2026-03-12',
  retrievedAt: '2026-03-12T08:00:00Z',
  ...change,
});

const told = async (source: SqlSource, key: string, concepts = CONCEPTS): Promise<readonly Statement[]> => {
  for await (const result of source.query(queryFor({ key }, 'self', [concepts]), new AbortController().signal))
    return result.statements;
  return [];
};

describe.each(Object.keys(engines))('on %s', engine => {
  beforeAll(async () => {
    db = await engines[engine]!();
    for (const table of STATEMENT_TABLES) await db.query(table, []);
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await db.query('TRUNCATE once_statements, once_people, once_tickets', []);
    await create().put({ key: 'key-a' }, [
      statement('key-a', 'person.fullName', 'Mai Anh'),
      statement('key-a', 'person.phone', '0901'),
    ]);
    await create().put({ key: 'key-b' }, [statement('key-b', 'person.fullName', 'Nam Binh')]);
  });

  describe('with a box', () => {
    const sealed = (): SqlSource => create({ box: testBox });
    const cell = async (column: string): Promise<string> =>
      JSON.stringify(
        (
          await db.query(`SELECT ${column} FROM once_statements WHERE person = $1`, [
            await sealed().pseudonym({ key: 'key-c' }),
          ])
        ).rows,
      );
    beforeEach(() =>
      sealed().put({ key: 'key-c' }, [
        statement('key-c', 'person.phone', '0912345678', { proof: { type: 'jws', value: 'proof-of-0912345678' } }),
      ]),
    );

    it('values and proofs stand encrypted in the table and are read back whole', async () => {
      expect(await cell('*')).not.toContain('0912345678');
      expect(await told(sealed(), 'key-c')).toMatchObject([
        { value: '0912345678', proof: { type: 'jws', value: 'proof-of-0912345678' } },
      ]);
    });

    it('rows from before it are still read, and are marked as clear', async () => {
      expect((await told(sealed(), 'key-a')).map(({ value }) => value).sort()).toEqual(['0901', 'Mai Anh']);
    });

    it("a value moved into another person's row does not open", async () => {
      await db.query(`UPDATE once_statements SET person = $1 WHERE person = $2`, [
        await sealed().pseudonym({ key: 'key-d' }),
        await sealed().pseudonym({ key: 'key-c' }),
      ]);
      await expect(told(sealed(), 'key-d')).rejects.toThrow();
    });

    it('what a dispute says stands encrypted too', async () => {
      await sealed().report({
        id: 'd-1',
        person: { key: 'key-c' },
        concept: 'person.phone',
        recordRef: 'D-key-c',
        reason: 'It is 0987654321',
        value: '0987654321',
      });
      expect(JSON.stringify((await db.query('SELECT * FROM once_tickets', [])).rows)).not.toContain('0987654321');
    });
  });

  describe('the SQL source conforms', () => {
    for (const { name, run } of sourceConformance({
      create: () => create(),
      unknown: { key: 'key-z' },
      has: ['put', 'report'],
      known: { person: { key: 'key-a' }, values: { 'person.fullName': 'Mai Anh', 'person.phone': '0901' } },
      other: { person: { key: 'key-b' }, values: { 'person.fullName': 'Nam Binh' } },
      broken: () =>
        createSqlSource({
          id: 'store',
          name: 'Data store',
          pepper,
          concepts: CONCEPTS,
          query: async (_sql, parameters) => {
            throw new Error(`could not read ${parameters.join()} (Mai Anh)`);
          },
        }),
    }))
      it(name, run);
  });

  describe('the SQL source', () => {
    it('gives back any JSON unchanged, NUL and numbers included', async () => {
      const value = { text: 'a\u0000b \u1ed9', number: 1e21, list: [null, true, 0.1] };
      await create().put({ key: 'key-c' }, [statement('key-c', 'person.phone', value)]);
      expect((await told(create(), 'key-c'))[0]!.value).toEqual(value);
    });

    it('has no key of a person in its tables', async () => {
      const dump =
        JSON.stringify((await db.query('SELECT * FROM once_statements', [])).rows)
        + JSON.stringify((await db.query('SELECT * FROM once_people', [])).rows);
      expect(dump).not.toContain('"key-a"');
      expect(await create().pseudonym({ key: 'key-a' })).not.toBe(
        await createSqlSource({
          id: 'store',
          name: 'x',
          query: async () => ({ rows: [] }),
          pepper: new Uint8Array(32).fill(8),
          concepts: [],
        }).pseudonym({ key: 'key-a' }),
      );
    });

    it('W4: of two writers who saw the same revision one wins, and the other is told', async () => {
      const seen = await create().revision({ key: 'key-a' });
      const outcomes = await Promise.allSettled(
        ['0902', '0903'].map((phone, i) =>
          create().put(
            { key: 'key-a' },
            [statement('key-a', 'person.phone', phone, { id: `w${i}`, wasRevisionOf: 'key-a:person.phone' })],
            seen,
          ),
        ),
      );
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await told(create(), 'key-a', ['person.phone'])).toHaveLength(1);
    });

    it('W4: refuses an expected revision of a person it does not know', async () => {
      await expect(create().put({ key: 'key-new' }, [], 4)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      expect(await create().put({ key: 'key-new' }, [], 0)).toEqual({ revision: 1 });
    });

    it('W3: an update leaves alone what it does not name', async () => {
      await create().put({ key: 'key-a' }, [
        statement('key-a', 'person.phone', '0909', { id: 'p2', wasRevisionOf: 'key-a:person.phone' }),
      ]);
      expect((await told(create(), 'key-a')).map(({ value }) => value)).toEqual(['Mai Anh', '0909']);
      expect(
        (
          (await db.query('SELECT count(*)::int AS n FROM once_statements WHERE superseded', [])).rows[0] as {
            n: number;
          }
        ).n,
      ).toBe(1);
    });

    it('does not let one person\u2019s revision take another\u2019s statement away', async () => {
      await create().put({ key: 'key-b' }, [
        statement('key-b', 'person.phone', '1', { wasRevisionOf: 'key-a:person.phone' }),
      ]);
      expect((await told(create(), 'key-a', ['person.phone'])).map(({ value }) => value)).toEqual(['0901']);
    });

    it('refuses a concept it was not made to keep, and a statement about someone else', async () => {
      await expect(create().put({ key: 'key-a' }, [statement('key-a', 'person.religion', 'x')])).rejects.toThrow(
        RangeError,
      );
      await expect(
        create().put({ key: 'key-a' }, [statement('key-b', 'person.phone', 'x', { id: 'n' })]),
      ).rejects.toThrow(RangeError);
    });

    it('W5: does not offer what was withdrawn with its dossier any more, and keeps it', async () => {
      expect(await create().withdrawRecord({ key: 'key-a' }, 'D-key-a')).toBe(2);
      expect(await told(create(), 'key-a')).toEqual([]);
      expect(((await db.query('SELECT count(*)::int AS n FROM once_statements', [])).rows[0] as { n: number }).n).toBe(
        3,
      );
    });

    it('P7: forgets a person to the last row', async () => {
      await create().report({
        id: 'r',
        person: { key: 'key-a' },
        concept: 'person.phone',
        recordRef: 'x',
        reason: 'wrong',
      });
      expect(await create().forget({ key: 'key-a' })).toBe(2);
      const pseudonym = await create().pseudonym({ key: 'key-a' });
      for (const table of ['once_statements', 'once_people', 'once_tickets']) {
        expect((await db.query(`SELECT 1 FROM ${table} WHERE person = $1`, [pseudonym])).rows).toEqual([]);
      }
    });

    it('tells what expires in a span of time', async () => {
      await create().put({ key: 'key-a' }, [
        statement('key-a', 'person.drivingLicence.expiryDate', '2027-01-10', { validUntil: '2027-01-10' }),
      ]);
      expect(
        (await create().expiring('2027-01-01', '2027-02-01')).map(({ concept, validUntil }) => [concept, validUntil]),
      ).toEqual([['person.drivingLicence.expiryDate', '2027-01-10']]);
      expect(await create().expiring('2027-02-01', '2027-03-01')).toEqual([]);
      // Two sources over the same tables do not tell of the same fact twice.
      expect(await create({ only: ['officer-entered'] }).expiring('2027-01-01', '2027-02-01')).toEqual([]);
    });

    it('lets the citizen\u2019s own word fade, and official facts not', async () => {
      const later = { clock: () => new Date('2029-01-01T00:00:00Z') };
      const official = { kind: 'officer-entered', recordRef: 'D-9', id: 'store', name: 'x' } as const;
      await create().put({ key: 'key-a' }, [
        statement('key-a', 'person.phone', '0909', {
          id: 'o1',
          source: official,
          verification: { status: 'verified', assuranceLevel: 'high' },
        }),
      ]);
      const values = async (source: SqlSource) =>
        (await told(source, 'key-a', ['person.phone'])).map(({ value }) => value).sort();
      expect(await values(create())).toEqual(['0901', '0909']);
      expect(await values(create(later))).toEqual(['0909']);
      expect(await values(create({ ...later, decay: 'P9Y' }))).toEqual(['0901', '0909']);
    });

    it('follows a ticket to its end', async () => {
      const { ticket, status } = await create().report({
        id: 'r',
        person: { key: 'key-a' },
        concept: 'person.phone',
        recordRef: 'x',
        reason: 'wrong',
        value: '1',
      });
      expect(status).toBe('open');
      await create().setTicketStatus(ticket, 'corrected');
      expect(await create().ticketStatus(ticket)).toBe('corrected');
      expect(await create().ticketStatus('store-999')).toBeUndefined();
    });
  });
});
