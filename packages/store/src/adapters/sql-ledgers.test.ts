import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sqlEngines, type SqlEngine } from '../../sql-engines.ts';
import { createCoDeclarations } from '../co-declaration.ts';
import type { Complaint } from '../complaints.ts';
import { createConsentLedger } from '../consent.ts';
import { createDisputeDesk } from '../disputes.ts';
import {
  BINDING,
  BIRTH_FORM,
  birthCase,
  citizen,
  FATHER,
  health,
  MOTHER,
  NOW,
  population,
  requestFor,
  settle,
  STRANGER,
} from '../testing/birth-case.ts';
import type { BodyBox } from '../body-box.ts';
import { createSqlLedgers, LEDGER_TABLES } from './sql-ledgers.ts';

/** Not encryption: only so that a test sees what stands in clear. */
const box: BodyBox = {
  seal: async (row, text) => btoa(encodeURIComponent(JSON.stringify([row, text]))),
  async open(row, text) {
    const [own, body] = JSON.parse(decodeURIComponent(atob(text))) as [string, string];
    if (own !== row) throw new Error('The row was exchanged.');
    return body;
  },
};
const engines = sqlEngines('sql-ledgers.test.ts');
let db: SqlEngine;
const ledgers = () => createSqlLedgers(db.query, box);

describe.each(Object.keys(engines))('the ledgers on %s', name => {
  beforeAll(async () => {
    db = await engines[name]!();
    for (const table of LEDGER_TABLES) await db.query(table, []);
  });
  afterAll(() => db.close());
  beforeEach(async () => void (await db.query('TRUNCATE once_ledger', [])));

  it('carry a case through: consent, dispute, withdrawal, and the seal is void', async () => {
    let now = NOW.getTime();
    const clock = () => new Date(now);
    const sources = [population(), health()];
    const consents = createConsentLedger(ledgers().consents, { clock });
    const disputes = createDisputeDesk({ store: ledgers().disputes, sources, clock });
    const { gateway } = await birthCase(sources, { consents, disputes, clock });
    const { offers } = await settle(gateway.prefill(requestFor(['/child']), citizen(MOTHER), BIRTH_FORM));
    const decisions = [
      {
        item: '/child',
        action: 'dispute',
        offer: offers[0]!.id,
        pointer: '/child/gender',
        reason: 'My own words',
        value: 'male',
      } as const,
    ];
    const { tickets } = await gateway.seal({ draft: 'draft-1', decisions }, citizen(MOTHER), BIRTH_FORM, BINDING);
    expect(tickets).toEqual([{ pointer: '/child/gender', ticket: 'health-1' }]);
    expect(await disputes.settle('health-1', 'corrected')).toBe(true);
    expect((await disputes.of('pairwise-1')).map(({ status, discrepancy }) => [status, discrepancy.reason])).toEqual([
      ['corrected', 'My own words'],
    ]);
    const payload = { draft: 'draft-1', sub: 'pairwise-1', iat: Math.floor(now / 1000) };
    await consents.assertStanding(payload);
    now += 1000;
    expect(await gateway.withdraw('draft-1', citizen(MOTHER))).toBe(true);
    await expect(consents.assertStanding(payload)).rejects.toMatchObject({ code: 'ERR_SEAL_VOID' });
    expect((await consents.of('pairwise-1')).map(({ state }) => state)).toEqual(['withdrawn']);
    expect(await consents.of('pairwise-2')).toEqual([]);
  });

  it('keep complaints, newest first, and their words encrypted', async () => {
    const { complaints } = ledgers();
    const event = {} as Complaint['event'];
    const made = (id: string, opened: string): Complaint => ({
      id,
      subject: 's',
      entry: 1,
      event,
      text: 'Why was I asked about?',
      status: 'open',
      opened,
    });
    await complaints.set(made('a', '2026-11-01T00:00:00Z'));
    await complaints.set(made('b', '2026-11-02T00:00:00Z'));
    await complaints.set({ ...made('a', '2026-11-01T00:00:00Z'), status: 'answered', answer: 'By law.' });
    expect((await complaints.of('s')).map(({ id, status }) => [id, status])).toEqual([
      ['b', 'open'],
      ['a', 'answered'],
    ]);
    expect(await complaints.byStatus('open')).toEqual([made('b', '2026-11-02T00:00:00Z')]);
    expect([await complaints.of('t'), await complaints.get('c')]).toEqual([[], undefined]);
    expect(JSON.stringify((await db.query('SELECT * FROM once_ledger', [])).rows)).not.toMatch(/asked|By law/);
  });

  it('find what is overdue', async () => {
    let now = NOW.getTime();
    const ledger = createConsentLedger(ledgers().consents, { clock: () => new Date(now) });
    const asked = { subject: 's', draft: 'd', form: 'f', concepts: ['c'], time: NOW.toISOString() };
    await ledger.enter(await ledger.admit({ ...asked, purpose: { code: 'p', text: 'p', legalBasis: 'consent' } }));
    expect(await ledger.expire()).toEqual([]);
    now += 31 * 86_400_000;
    expect((await ledger.expire()).map(({ draft }) => draft)).toEqual(['d']);
    expect(await ledger.expire()).toEqual([]);
  });

  it('let one of two answers to an invitation through', async () => {
    const desk = createCoDeclarations({ store: ledgers().invitations, clock: () => NOW });
    const { invitation, token } = await desk.invite(
      { draft: 'd', form: 'f', role: 'spouse', parts: ['/bride'] },
      citizen(FATHER),
    );
    const outcomes = await Promise.allSettled([
      desk.accept(token, citizen(MOTHER)),
      desk.accept(token, citizen(STRANGER)),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const winner = outcomes[0]!.status === 'fulfilled' ? MOTHER : STRANGER;
    await desk.confirm(invitation.id, citizen(winner), { bride: { a: 1 } });
    await desk.assertConfirmed('d', { bride: { a: 1 } });
    await expect(desk.assertConfirmed('d', { bride: { a: 2 } })).rejects.toMatchObject({ data: { state: 'changed' } });
  });

  it('have no words, keys or concepts in clear', async () => {
    const consents = createConsentLedger(ledgers().consents, { clock: () => NOW });
    const desk = createDisputeDesk({ store: ledgers().disputes, sources: [], clock: () => NOW });
    const asked = { subject: 's', draft: 'd', form: 'f', concepts: ['person.religion'], time: NOW.toISOString() };
    await consents.enter(await consents.admit({ ...asked, purpose: { code: 'p', text: 'p', legalBasis: 'consent' } }));
    const { offers } = await settle(
      (await birthCase()).gateway.prefill(requestFor(['/child']), citizen(MOTHER), BIRTH_FORM),
    );
    await desk.open({
      draft: 'd',
      subject: 's',
      person: { key: MOTHER },
      offers,
      decisions: [
        { item: '/child', action: 'dispute', offer: offers[0]!.id, pointer: '/child/gender', reason: 'My own words' },
      ],
    });
    const dump = JSON.stringify((await db.query('SELECT * FROM once_ledger', [])).rows);
    for (const secret of [MOTHER, 'My own words', 'person.religion', 'person.gender'])
      expect(dump).not.toContain(secret);
  });

  it('name nothing in an error', async () => {
    const broken = createSqlLedgers(async (_sql, parameters) => {
      throw new Error(parameters.join());
    }, box);
    const error = await broken.consents.get('draft-secret').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ERR_SOURCE_UNAVAILABLE' });
    expect(String(error)).not.toContain('draft-secret');
  });
});
