// What goes wrong at a real counter, one test each: every case is met with a plain answer, none with a silent loss.

import {
  allIssues,
  isRelevant,
  migrateDraft,
  openForm,
  serializeDraft,
  valueAt,
  type JsonObject,
} from '@onceform/core';
import { celEvaluator } from '@onceform/core/cel';
import { compileForm } from '@onceform/compiler';
import { describe, expect, it } from 'vitest';
import { answer, definitionOf, errors, formOf, open, prefill, sentencesAt } from '../test/open.ts';
import { testsOf } from '../test/form-tests.ts';
import { administration } from './administration.ts';
import { vnPack } from './index.ts';
import { successorsOf } from './units.ts';

const BIRTH = 'birth-registration';

/** The answers of the first form test of this name. */
function typedIn(slug: string, name: RegExp): JsonObject {
  const test = testsOf(slug)!.tests.find(each => name.test(each.name))!;
  const steps = (test as { readonly steps?: readonly { readonly answer?: JsonObject }[] }).steps ?? [];
  const data = (test as { readonly data?: JsonObject }).data;
  return data ?? steps.find(step => step.answer !== undefined && Object.keys(step.answer).length > 3)!.answer!;
}
const full = typedIn(BIRTH, /papers in place of numbers/);

describe('bad input at a real counter', () => {
  it('a repealed procedure: its form names its last day, and nothing is offered after it', async () => {
    const { validFrom, validUntil, endReason } = (await formOf(BIRTH)).procedure!;
    expect(endReason).toMatchObject({
      vi: expect.stringContaining('Luật Hộ tịch'),
      en: expect.stringContaining('Law'),
    });
    expect([validFrom, validUntil]).toEqual(['2025-07-01', '2027-02-28']); // the new Law on Civil Status is in force the day after
    expect((await formOf('marriage-registration')).procedure!.validUntil).toBe(validUntil);
    // What the portal says then, to who looks for it, to a draft and to who files: packages/server/src/publications.test.ts.
  });

  it('a draft of an older version: answers that still have a place go along, the others are shown, never lost unseen', async () => {
    const older = definitionOf(BIRTH) as unknown as {
      properties: { copies: { properties: Record<string, object>; additionalProperties?: boolean } };
      form: { version: string };
    };
    older.form.version = '0.9.0';
    older.properties.copies.properties['language'] = { type: 'string', title: 'Ngôn ngữ của bản sao' };
    const before = await compileForm(older as unknown as JsonObject, { pack: vnPack });
    const session = openForm(before, {
      clock: () => new Date('2026-11-22T08:00:00+07:00'),
      pack: vnPack,
      rules: celEvaluator({ functions: vnPack.functions }),
      context: { today: '2026-11-22', channel: 'online', identityLevel: 2 },
    });
    answer(session, { child: { fullName: 'Lê Minh Mẫu' }, copies: { requested: true, count: 2, language: 'en' } });
    const { draft, report } = migrateDraft(serializeDraft(session.state), await formOf(BIRTH));
    expect(report.versions).toEqual(['0.9.0', '1.0.0']);
    expect(report.lost).toEqual([{ pointer: '/copies/language', value: 'en' }]);
    expect(valueAt(draft.answers.values, '/child/fullName')).toBe('Lê Minh Mẫu');
    expect(valueAt(draft.answers.values, '/copies/count')).toBe(2);
  });

  it('a person without any number: an identity paper is asked for instead, and no register is made up', async () => {
    const session = await open(BIRTH);
    await prefill(session, 'chua-co-so');
    expect(valueAt(session.state.data, '/requester/personalId')).toBeUndefined();
    expect(isRelevant(session.state, '/requester/idDocument')).toBe(true);
    expect(errors(session).filter(issue => issue.startsWith('/requester/idDocument'))).not.toEqual([]);
  });

  it('a foreigner: a passport and an address abroad are enough; a number is never asked for', async () => {
    const session = await open(BIRTH, full);
    expect(errors(session)).toEqual([]);
    expect(valueAt(session.state.data, '/mother/idDocument/type')).toBe('passport');
    expect(valueAt(session.state.data, '/child/homeTown/scheme')).toBe('foreign');
  });

  it('an orphan: a child that was found has no parents to declare, and saying otherwise is refused', async () => {
    const session = await open(BIRTH, full);
    answer(session, { situation: { childCase: 'abandoned', parents: 'married' } });
    expect(errors(session)).toContain('/situation/parents abandoned-parents');
    answer(session, { situation: { parents: 'unknown' } });
    expect(errors(session)).not.toContain('/situation/parents abandoned-parents');
    for (const group of ['/mother', '/father', '/marriage']) expect(isRelevant(session.state, group)).toBe(false);
    expect(valueAt(session.state.data, '/mother')).toBeUndefined();
  });

  it('an unknown father: nothing about him or a marriage is asked, and what was typed before is not filed', async () => {
    const session = await open(BIRTH, full);
    answer(session, { situation: { childCase: 'birthNotice', parents: 'motherOnly' } });
    expect(isRelevant(session.state, '/father')).toBe(false);
    expect(isRelevant(session.state, '/marriage')).toBe(false);
    expect(valueAt(session.state.data, '/father')).toBeUndefined();
  });

  it('31 February is no day, in the year of a leap day either', async () => {
    for (const birthDate of ['2026-02-31', '2024-02-30', '2023-02-29']) {
      const session = await open(BIRTH, full);
      answer(session, { mother: { birthDate } });
      expect([birthDate, errors(session).filter(issue => issue.startsWith('/mother/birthDate')).length]).toEqual([
        birthDate,
        1,
      ]);
      expect(sentencesAt(session, '/mother/birthDate', 'vi').join(' ')).not.toMatch(/undefined|pattern|\^/);
    }
  });

  it('a name with a digit is refused in words, and one with an apostrophe or a hyphen is not', async () => {
    const session = await open(BIRTH, full);
    answer(session, { child: { fullName: 'Lê Minh 2' } });
    expect(errors(session)).toEqual(['/child/fullName pattern']);
    expect(sentencesAt(session, '/child/fullName', 'vi').join(' ')).toMatch(/chữ/);
    answer(session, { child: { fullName: "Lê K'Đam-Minh" } });
    expect(errors(session)).toEqual([]);
  });

  it('a commune that no longer exists is refused under its old code, and its successors are offered', async () => {
    const session = await open(BIRTH, full);
    // A code of before July 2025 that means nothing now.
    const gone = '18079';
    answer(session, {
      child: { homeTown: { scheme: '2-tier-2025', provinceCode: '42', communeCode: gone } as unknown as string },
    });
    expect(errors(session).some(issue => issue.startsWith('/child/homeTown/communeCode'))).toBe(true);
    expect((await successorsOf(gone)).map(({ provinceCode }) => provinceCode)).toContain('42');
  });

  it('a late registration across a fee change: the fee of the day of receipt counts, not of the day it was begun', async () => {
    const rule = (charge: string, amount: number, from: string, until?: string): JsonObject => ({
      procedure: '1.001193',
      charge,
      amount,
      from,
      ...(until === undefined ? {} : { until }),
      basis: 'NQ mẫu',
      confidence: 'likely',
    });
    const rows = [
      rule('inTime', 0, '2025-07-01'),
      rule('late', 5000, '2025-07-01', '2026-12-31'),
      rule('late', 8000, '2027-01-01'),
    ];
    const fee = async (received: string): Promise<unknown> =>
      (
        await administration.fee(
          {
            procedure: '1.001193',
            received,
            channel: 'online',
            agency: { kind: 'commune', name: 'UBND', area: '18073', because: '' } as never,
            data: { child: { birthDate: '2026-11-10' } },
          },
          rows as never,
        )
      )?.lines.map(({ charge, amount }) => [charge, amount]);
    expect(await fee('2026-12-31T16:00:00+07:00')).toEqual([['inTime', 0]]);
    expect(await fee('2027-01-09T09:00:00+07:00')).toEqual([['inTime', 0]]); // the sixtieth day
    expect(await fee('2027-01-10T09:00:00+07:00')).toEqual([['late', 8000]]);
  });

  it('all at once: each is found, none hides another', async () => {
    const session = await open(BIRTH, full);
    answer(session, { child: { fullName: 'B0' }, mother: { birthDate: '2026-02-31' } });
    expect(
      allIssues(session.state)
        .filter(({ severity }) => severity === 'error')
        .map(({ pointer }) => pointer),
    ).toEqual(expect.arrayContaining(['/child/fullName', '/mother/birthDate']));
  });
});
