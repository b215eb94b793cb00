import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notifierReceiver, type Notice } from './notifier.ts';
import {
  citizen,
  file,
  NOW,
  prepare,
  startTestPortal,
  type TestBrowser,
  type TestPortal,
} from './testing/test-portal.ts';

const json = { 'content-type': 'application/json' };
const notices: Notice[] = [];
let portal: TestPortal, binh: TestBrowser, officer: TestBrowser;
beforeAll(async () => {
  portal = await startTestPortal({
    citizenStore: { id: 'kept', name: 'Your earlier answers', decisions: { id: 'decided', name: 'Results' } },
    papers: { id: 'papers', name: 'Papers held for you', types: [{ id: 'permit', components: ['proof'] }] },
    receivers: [
      notifierReceiver({
        notifier: { id: 'test', send: async notice => void notices.push(notice) },
        addressOf: async () => ({ to: 'binh@example.test', language: 'en' }),
        texts: { 'dossier.ending': { subject: '{code} ends', text: 'On {until}: {link}' } },
        link: 'https://portal.example/papers',
      }),
    ],
  });
  await signIn();
}, 60_000);
afterAll(() => portal.end());

const signIn = async (): Promise<void> => {
  binh = await portal.browser(citizen('binh'));
  officer = await portal.browser(citizen('officer', { roles: ['officer'], agency: 'X01' }));
};
/** A dossier whose result is good for a time. */
const decided = async (until: { readonly fact?: string; readonly paper?: string }): Promise<string> => {
  const prepared = await prepare(portal, binh);
  const { body } = await file(binh, prepared);
  const decide = (step: object) =>
    officer.send('POST', `/api/agency/dossiers/${prepared.id.slice(9)}/handling`, JSON.stringify(step), json);
  await decide({ action: 'accept' });
  const { status } = await decide({
    action: 'deliver',
    number: '1/2026',
    date: '2026-11-23',
    ...(until.fact === undefined
      ? {}
      : { facts: [{ concept: 'person.fullName', value: 'Secret Name', validUntil: until.fact }] }),
    ...(until.paper === undefined
      ? {}
      : {
          document: {
            type: 'permit',
            title: 'Permit',
            mediaType: 'application/pdf',
            content: Buffer.from('%PDF').toString('base64'),
            validUntil: until.paper,
          },
        }),
  });
  expect(status).toBe(200);
  return body.code;
};
const tell = async (): Promise<number> => {
  const told = await portal.remind();
  await portal.outbox.run();
  return told;
};
const get = async <T>(path: string): Promise<T> => (await (await binh.fetch(path)).json()) as T;

describe('what runs out', () => {
  it('is told once, thirty days before, the paper and the facts on it together, and to nobody again', async () => {
    const code = await decided({ fact: '2026-12-31', paper: '2026-12-31' });
    await decided({});
    expect(await tell()).toBe(0);
    portal.clock = new Date('2026-12-02T02:00:00Z');
    expect(await tell()).toBe(1);
    expect(notices).toEqual([
      {
        id: expect.any(String),
        to: 'binh@example.test',
        subject: `${code} ends`,
        text: 'On Dec 31, 2026: https://portal.example/papers',
      },
    ]);
    expect(JSON.stringify(notices)).not.toContain('Secret');
    expect([await tell(), await tell()]).toEqual([0, 0]);
  });

  it('is told by one of two nodes that look at once', async () => {
    portal.clock = NOW;
    await signIn();
    await decided({ fact: '2026-12-01' });
    expect((await Promise.all([portal.remind(), portal.remind()])).sort()).toEqual([0, 1]);
  });

  it('is told late when it was decided late, and again when another day was given', async () => {
    await decided({ paper: '2026-11-25' });
    expect(await tell()).toBe(1);
    await decided({ paper: '2026-11-26' });
    expect(await tell()).toBe(1);
  });

  it('stands where citizens read what is held of them: good, ending, over', async () => {
    const code = (held: { readonly validUntil?: string; readonly standing: string }) => [
      held.validUntil,
      held.standing,
    ];
    const { papers } = await get<{ papers: { validUntil?: string; standing: string; kind: string }[] }>(
      '/api/documents',
    );
    const results = papers.filter(({ kind }) => kind === 'result').map(code);
    expect(results.sort()).toEqual([
      ['2026-11-25', 'ending'],
      ['2026-11-26', 'ending'],
      ['2026-12-31', 'good'],
    ]);
    const answers = await get<{ validUntil: string; standing: string }[]>('/api/kept-answers');
    expect(answers.map(code)).toContainEqual(['2026-12-01', 'ending']);
    portal.clock = new Date('2027-01-01T02:00:00Z');
    await signIn();
    const later = await get<{ papers: { standing: string; kind: string }[] }>('/api/documents');
    expect(later.papers.filter(({ kind }) => kind === 'result').map(({ standing }) => standing)).toEqual([
      'expired',
      'expired',
      'expired',
    ]);
    // What is over is no news, and nothing of it is told any more, or remembered.
    expect(await tell()).toBe(0);
    expect(await portal.db.query('SELECT 1 FROM ending_notice')).toEqual([]);
  });

  it('of a record that no dossier stands behind is told to nobody', async () => {
    await portal.db.query(
      `INSERT INTO once_statements (id, person, about, concept, record_ref, kind, status, level, retrieved_at, valid_until)
       VALUES ('x', 'p', 'self', 'person.fullName', 'no-dossier', 'officer-entered', 'verified', 'high', '2027-01-01', '2027-01-05')`,
    );
    expect(await tell()).toBe(0);
  });
});
