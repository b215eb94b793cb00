import { describe, expect, it } from 'vitest';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';
import { brokenLink, createMemoryUsageLog, type UsageEntry, type UsageEvent } from './usage-log.ts';
import { describeUsage, findUsage } from './usage-words.ts';

const event = (change: Partial<UsageEvent> = {}): UsageEvent => ({
  time: '2026-11-22T08:00:00Z',
  subject: 'pairwise-1',
  requester: 'https://portal.example',
  action: 'prefill',
  purpose: { code: 'birth', text: { en: 'to register a birth', vi: 'dang ky' }, legalBasis: 'explicit-request' },
  issue: 'draft-1',
  form: 'f',
  asked: ['person.fullName', 'person.phone'],
  used: ['person.fullName'],
  declined: [],
  sources: ['npd'],
  outcome: 'partial',
  ...change,
});

describe('the usage log', () => {
  async function filled() {
    const log = createMemoryUsageLog();
    await Promise.all(
      [1, 2, 3, 4].map(minute =>
        log.append(
          event({ time: `2026-11-22T08:0${minute}:00Z`, subject: minute === 2 ? 'pairwise-2' : 'pairwise-1' }),
        ),
      ),
    );
    const entries: UsageEntry[] = [];
    for await (const entry of log.entries()) entries.push(entry);
    return { log, entries };
  }

  it('is one chain, whoever writes at the same time', async () => {
    const { entries } = await filled();
    expect(entries.map(({ no }) => no)).toEqual([1, 2, 3, 4]);
    expect(await brokenLink(entries)).toBeNull();
  });

  it.each<[string, number, (entries: UsageEntry[]) => UsageEntry[]]>([
    [
      'an entry that was changed',
      2,
      entries => entries.map((entry, i) => (i === 1 ? { ...entry, event: { ...entry.event, used: [] } } : entry)),
    ],
    ['an entry that was taken out', 2, entries => entries.filter((_, i) => i !== 1)],
    ['entries that changed places', 1, entries => [entries[1]!, entries[0]!, ...entries.slice(2)]],
    ['an entry that was put in', 3, entries => [...entries.slice(0, 2), entries[1]!, ...entries.slice(2)]],
    [
      'a hash that was changed',
      4,
      entries => entries.map((entry, i) => (i === 3 ? { ...entry, hash: 'f'.repeat(64) } : entry)),
    ],
  ])('finds %s', async (_name, at, change) => {
    expect(await brokenLink(change((await filled()).entries))).toBe(at);
  });

  it('shows each person their own entries only, newest first', async () => {
    const { log } = await filled();
    expect((await log.of('pairwise-1')).map(({ event: { time } }) => time.slice(14, 16))).toEqual(['04', '03', '01']);
  });
});

describe('the log in words', () => {
  const names = {
    concepts: { 'person.fullName': 'your name', 'person.phone': 'your phone number' },
    sources: { npd: 'the population register' },
    requesters: { 'https://portal.example': 'Example portal' },
  };
  it('says who got what from whom, and why', () => {
    expect(describeUsage(event(), 'en', names)).toBe(
      'Example portal got your name from the population register, for: to register a birth. Something that was asked for could not be had.',
    );
  });
  it('P9: says what was refused, and what failed', () => {
    expect(
      describeUsage(event({ outcome: 'refused', used: [], sources: [], reason: 'ERR_OVER_ASK' }), 'en', names),
    ).toContain('That was refused: the form is not allowed to ask for it. Nothing was given.');
    expect(describeUsage(event({ outcome: 'failed', used: [] }), 'en', names)).toContain('got nothing');
    expect(describeUsage(event({ outcome: 'refused', reason: 'ERR_NEW' }), 'en', names)).toContain(en.reasons.other);
  });
  it('has a sentence for every outcome in every language, with the same parts', () => {
    const parts = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    for (const outcome of Object.keys(en) as (keyof typeof en)[]) {
      if (outcome === 'reasons' || outcome === 'relations')
        expect(Object.keys(vi[outcome]).sort()).toEqual(Object.keys(en[outcome]).sort());
      else expect(parts(vi[outcome])).toEqual(parts(en[outcome]));
    }
    expect(describeUsage(event(), 'vi-VN', names)).not.toContain('{');
  });
  it('speaks the findUsage shape, newest first', () => {
    const entry = (time: string): UsageEntry => ({ no: 1, previous: '', hash: '', event: event({ time }) });
    const rows = findUsage([entry('2026-11-01T00:00:00Z'), entry('2026-11-02T00:00:00Z')], names, 'onceform');
    expect(rows.map(({ logtime }) => logtime)).toEqual(['2026-11-02T00:00:00Z', '2026-11-01T00:00:00Z']);
    expect(rows[0]).toMatchObject({
      receiverCode: 'https://portal.example',
      receiverName: 'Example portal',
      receiverSystem: 'onceform',
    });
    expect(Object.keys(rows[0]!.action as object).sort()).toEqual(['en', 'vi']);
  });
});
