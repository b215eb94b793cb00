import { describe, expect, it } from 'vitest';
import { createComplaintDesk, createMemoryComplaints } from './complaints.ts';
import { createMemoryUsageLog, type UsageEvent } from './usage-log.ts';

const NOW = new Date('2026-11-22T08:00:00Z');
const event = (subject: string): UsageEvent => ({
  time: NOW.toISOString(),
  subject,
  requester: 'portal',
  action: 'prefill',
  purpose: { code: 'x', text: 'X', legalBasis: 'explicit-request' },
  issue: 'draft-1',
  form: 'form',
  asked: ['person.fullName'],
  used: [],
  declined: [],
  sources: ['register'],
  outcome: 'refused',
});

async function desk() {
  const log = createMemoryUsageLog();
  await log.append(event('an'));
  await log.append(event('binh'));
  const counted: unknown[] = [];
  return {
    counted,
    desk: createComplaintDesk({
      store: createMemoryComplaints(),
      log,
      clock: () => NOW,
      measure: one => counted.push(one),
    }),
  };
}

describe('a complaint about a use of data', () => {
  it('names the entry, is counted once without words, and is followed to its answer', async () => {
    const { desk: complaints, counted } = await desk();
    const made = await complaints.open({ subject: 'an', entry: 1, text: 'I never asked for this.' });
    expect(made).toMatchObject({ status: 'open', entry: 1, event: { action: 'prefill' } });
    expect(await complaints.open({ subject: 'an', entry: 1, text: 'I never asked for this.' })).toEqual(made);
    expect(counted).toEqual([{ kind: 'log-view', time: NOW.toISOString(), complaint: true }]);
    expect(await complaints.waiting()).toEqual([made]);

    await complaints.answer(made.id, 'It was a mistake of ours.');
    expect(await complaints.of('an')).toMatchObject([{ status: 'answered', answer: 'It was a mistake of ours.' }]);
    expect(await complaints.waiting()).toEqual([]);
    await expect(complaints.answer(made.id, 'Again.')).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
  });

  it('is about an entry of the own log only', async () => {
    const { desk: complaints, counted } = await desk();
    for (const entry of [2, 99, 0])
      await expect(complaints.open({ subject: 'an', entry, text: 'Mine?' })).rejects.toMatchObject({
        code: 'ERR_NOT_FOUND',
      });
    expect([await complaints.of('an'), await complaints.of('binh'), counted]).toEqual([[], [], []]);
  });
});
