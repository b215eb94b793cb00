// The acceptance suite of holdings: what everything that keeps papers about people has to do. Framework-free.
//
//   for (const { name, run } of documentConformance({ create })) it(name, run);

import { isOnceFormError } from '@onceform/core';
import type { HeldDocument, WritableHoldings } from '../documents.ts';
import type { ConformanceCase } from './conformance.ts';

type Paper = Omit<HeldDocument, 'source' | 'sha256' | 'size' | 'mediaType'>;

const ANN = { key: 'holdings-ann' },
  BEN = { key: 'holdings-ben' };
const TEXT = 'Gi\u1ea5y ch\u1ee9ng nh\u1eadn';

/** `create` makes empty holdings. */
export function documentConformance({
  create,
}: {
  create(): WritableHoldings | Promise<WritableHoldings>;
}): ConformanceCase[] {
  const cases: ConformanceCase[] = [];
  const add = (name: string, run: (holdings: WritableHoldings) => Promise<void>): void => {
    cases.push({ name, run: async () => run(await create()) });
  };

  add('holds nothing about somebody it does not know', async holdings => {
    check((await holdings.of(ANN)).length === 0, 'an empty list');
  });

  add('gives back what it was given, with digest, size and type of the bytes', async holdings => {
    const given = await holdings.put(ANN, paper('p1', { validUntil: '2030-01-01' }), pdf(TEXT));
    check(given.sha256 === (await digestOf(TEXT)), 'the digest of the bytes');
    check(given.size === new TextEncoder().encode(TEXT).length, 'the size in bytes');
    const [held, ...rest] = await holdings.of(ANN);
    check(rest.length === 0 && JSON.stringify(sorted(held!)) === JSON.stringify(sorted(given)), 'the same paper');
    check(held!.source.id === holdings.source.id, 'its own source');
    const bytes = await holdings.open(ANN, 'p1');
    check((await bytes.text()) === TEXT && bytes.type === 'application/pdf', 'the same bytes and type');
  });

  add('lists the newest first', async holdings => {
    await holdings.put(ANN, paper('old', { issuedAt: '2019-05-01' }), pdf('a'));
    await holdings.put(ANN, paper('new', { issuedAt: '2026-05-01' }), pdf('b'));
    await holdings.put(ANN, paper('middle', { issuedAt: '2023-05-01' }), pdf('c'));
    check((await holdings.of(ANN)).map(({ id }) => id).join() === 'new,middle,old', 'the order');
  });

  add("keeps one person's papers from another", async holdings => {
    await holdings.put(ANN, paper('p1'), pdf('a'));
    check((await holdings.of(BEN)).length === 0, 'nothing about the other');
    await refuses(holdings.open(BEN, 'p1'), 'ERR_NOT_FOUND');
    await refuses(holdings.open(ANN, 'p2'), 'ERR_NOT_FOUND');
  });

  add('never changes a paper', async holdings => {
    await holdings.put(ANN, paper('p1'), pdf('a'));
    await refuses(holdings.put(ANN, paper('p1'), pdf('b')), 'ERR_CONFLICT');
    await refuses(holdings.put(BEN, paper('p1'), pdf('b')), 'ERR_CONFLICT');
    check((await (await holdings.open(ANN, 'p1')).text()) === 'a', 'the first bytes');
    check((await holdings.of(BEN)).length === 0, 'nothing about the other');
  });

  add('says of a revoked paper that it is revoked, and keeps it', async holdings => {
    await holdings.put(ANN, paper('p1'), pdf('a'));
    check(await holdings.revoke('p1'), 'that it was there');
    check(!(await holdings.revoke('p2')), 'that the other was not');
    check((await holdings.of(ANN))[0]?.revoked === true, 'the mark');
    check((await (await holdings.open(ANN, 'p1')).text()) === 'a', 'the bytes');
  });

  add('takes ids and texts as they are', async holdings => {
    const id = `a'b"c/..%00\u1ed9`;
    await holdings.put(ANN, paper(id, { title: { vi: '<b>\u1ed9</b>', en: "'); --" } }), pdf(''));
    const [held] = await holdings.of(ANN);
    check(held?.id === id && JSON.stringify(held.title).includes('<b>\u1ed9</b>'), 'the same texts');
    check((await holdings.open(ANN, id)).size === 0, 'no bytes at all');
  });

  return cases;
}

function paper(id: string, change: Partial<Paper> = {}): Paper {
  return {
    id,
    kind: 'issued',
    type: 'test.paper',
    title: { en: 'A paper', vi: 'Gi\u1ea5y t\u1edd' },
    issuer: 'Office',
    issuedAt: '2026-01-02',
    ...change,
  };
}

function pdf(text: string): Blob {
  return new Blob([text], { type: 'application/pdf' });
}

function sorted(document: HeldDocument): unknown {
  return Object.entries(document).sort(([a], [b]) => (a < b ? -1 : 1));
}

async function digestOf(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}

async function refuses(promise: Promise<unknown>, code: 'ERR_NOT_FOUND' | 'ERR_CONFLICT'): Promise<void> {
  const error = await promise.then(
    () => null,
    (refusal: unknown) => refusal,
  );
  check(isOnceFormError(error, code), code);
}

function check(holds: boolean, expected: string): void {
  if (!holds) throw new Error(`Expected ${expected}.`);
}
