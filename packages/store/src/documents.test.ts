import { describe, expect, it } from 'vitest';
import {
  checkReference,
  createMemoryHoldings,
  findHeld,
  type DocumentHoldings,
  type WritableHoldings,
} from './documents.ts';
import { documentConformance } from './testing/document-conformance.ts';
import { FATHER, MOTHER, NOW } from './testing/birth-case.ts';

const TYPE = 'civil-status.birth-extract';
const paper = (id: string, change: object = {}) => ({
  id,
  kind: 'issued' as const,
  type: TYPE,
  title: 'Extract',
  issuer: 'Commune',
  issuedAt: '2026-01-02',
  ...change,
});
const pdf = (text: string): Blob => new Blob([text], { type: 'application/pdf' });

async function holdings() {
  const made = createMemoryHoldings({ id: 'civil-status', name: 'Civil status', kind: 'issued-document' });
  await made.put({ key: MOTHER }, paper('p1'), pdf('one'));
  await made.put({ key: MOTHER }, paper('p2', { validUntil: '2026-11-21' }), pdf('two'));
  await made.put({ key: MOTHER }, paper('p3', { type: 'tax.receipt' }), pdf('three'));
  await made.put({ key: FATHER }, paper('p4'), pdf('four'));
  return made;
}
const down: DocumentHoldings = {
  source: { id: 'down', name: 'Down', kind: 'issued-document' },
  of: async () => {
    throw new Error('down');
  },
  open: async () => {
    throw new Error('down');
  },
};

describe('holdings in memory conform', () => {
  const create = (): WritableHoldings =>
    createMemoryHoldings({ id: 'memory', name: 'Memory', kind: 'issued-document' });
  for (const { name, run } of documentConformance({ create })) it(name, run);
});

describe('papers the State holds', () => {
  it('are found by what they are, about the person, while they are good', async () => {
    const { offers } = await findHeld({ key: MOTHER }, [TYPE], [await holdings()], NOW);
    expect(offers.map(({ reference }) => [reference.source, reference.documentId])).toEqual([['civil-status', 'p1']]);
    expect(offers[0]!.reference.sha256).toBe('7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed');
  });

  it('are offered although one holder is down, and that is said', async () => {
    const { offers, unavailable } = await findHeld({ key: MOTHER }, [TYPE], [down, await holdings()], NOW);
    expect([offers.length, unavailable.map(({ id }) => id)]).toEqual([1, ['down']]);
  });

  it('are offered once: the issued paper before a copy of the same bytes', async () => {
    const copies = createMemoryHoldings({ id: 'copies', name: 'Copies', kind: 'issued-document' });
    await copies.put({ key: MOTHER }, paper('c1', { kind: 'certified-copy' }), pdf('one'));
    const { offers } = await findHeld({ key: MOTHER }, [TYPE], [copies, await holdings()], NOW);
    expect(offers.map(({ document }) => document.id)).toEqual(['p1']);
  });

  it('stay good by reference as long as they are', async () => {
    const made = await holdings();
    const {
      offers: [offer],
    } = await findHeld({ key: MOTHER }, [TYPE], [made], NOW);
    const check = (reference = offer!.reference, key = MOTHER, now = NOW) =>
      checkReference(reference, { key }, [made, down], now);
    expect(await check()).toBe('good');
    expect(await check(offer!.reference, FATHER)).toBe('not-found');
    expect(await check({ ...offer!.reference, sha256: 'f'.repeat(64) })).toBe('changed');
    expect(await check({ ...offer!.reference, source: 'down' })).toBe('unavailable');
    expect(await check({ ...offer!.reference, source: 'nobody' })).toBe('not-found');
    await made.revoke('p1');
    expect(await check()).toBe('revoked');
    expect((await findHeld({ key: MOTHER }, [TYPE], [made], NOW)).offers).toEqual([]);
  });

  it('are good to the end of their last day', async () => {
    const made = await holdings();
    const at = async (time: string) => (await findHeld({ key: MOTHER }, [TYPE], [made], new Date(time))).offers.length;
    expect([await at('2026-11-21T23:00:00Z'), await at('2026-11-22T00:00:00Z')]).toEqual([2, 1]);
  });
});
