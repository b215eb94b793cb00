import { describe, expect, it } from 'vitest';
import { indicatorValue, type Counting, type IndicatorSpec, type PeriodCounts } from './indicators.ts';

const spec = (counted: Counting | undefined, change: Partial<IndicatorSpec> = {}): IndicatorSpec => ({
  id: 'K',
  name: 'Name',
  basis: 'own-events',
  formula: 'a / b',
  target: 't',
  threshold: { op: '>=', value: 0.5 },
  ...(counted === undefined ? {} : { counted }),
  ...change,
});
const counts = (sums: Record<string, number>, change: Partial<PeriodCounts> = {}): PeriodCounts => ({
  period: '2026',
  sums: new Map(Object.entries(sums)),
  filed: new Map([
    ['1', 1500],
    ['2', 900],
  ]),
  offered: ['1', '2', '3', '4'],
  imported: new Map([['K', { numerator: 3, denominator: 4 }]]),
  ...change,
});
const share: Counting = { kind: 'share', of: ['a'], among: ['b'] };

describe('an indicator', () => {
  it('is a share, a mean, or how much less one thing takes than another', () => {
    expect(indicatorValue(spec(share), counts({ a: 1, b: 4 }))).toMatchObject({
      numerator: 1,
      denominator: 4,
      value: 0.25,
      reached: false,
    });
    const mean: Counting = { kind: 'mean', total: ['minutes'], of: ['n'] };
    expect(
      indicatorValue(spec(mean, { threshold: { op: '<=', value: 30 } }), counts({ minutes: 50, n: 2 })),
    ).toMatchObject({ value: 25, reached: true });
    const reduction: Counting = { kind: 'reduction', of: ['a'], against: ['b'] };
    expect(indicatorValue(spec(reduction), counts({ a: 9, b: 14 })).value).toBeCloseTo(5 / 14);
  });

  it('counts procedures, and the one with the fewest dossiers in whole years only', () => {
    expect(indicatorValue(spec({ kind: 'procedures', among: 'offered' }), counts({}))).toMatchObject({
      numerator: 2,
      denominator: 4,
      value: 0.5,
    });
    expect(indicatorValue(spec({ kind: 'procedures', among: 'filed' }), counts({}))).toMatchObject({ value: 1 });
    const fewest = spec({ kind: 'fewest', atLeast: 1000 }, { threshold: { op: '>=', value: 1000 } });
    expect(indicatorValue(fewest, counts({}))).toMatchObject({
      numerator: 1,
      denominator: 2,
      value: 900,
      reached: false,
    });
    expect(indicatorValue(fewest, counts({}, { period: '2026-Q4' }))).toMatchObject({
      numerator: null,
      value: null,
      reached: null,
    });
  });

  it('is nothing, and not zero, where nothing was counted, nobody imported, or it is not ours', () => {
    const nothing = { numerator: null, value: null, reached: null };
    expect(indicatorValue(spec(undefined), counts({}))).toMatchObject(nothing);
    expect(indicatorValue(spec(share), counts({}))).toMatchObject({
      numerator: 0,
      denominator: 0,
      value: null,
      reached: null,
    });
    const imported = spec(share, { basis: 'imported-counts' });
    expect(indicatorValue(imported, counts({ a: 1, b: 1 }))).toMatchObject({
      numerator: 3,
      denominator: 4,
      value: 0.75,
    });
    expect(indicatorValue(imported, counts({ a: 1, b: 1 }, { imported: new Map() }))).toMatchObject(nothing);
    expect(indicatorValue(spec(share, { basis: 'not-ours' }), counts({ a: 1, b: 1 }))).toMatchObject(nothing);
  });

  it('is held against the target of its year, and against none where the year has none', () => {
    const byYear = spec(share, { threshold: { op: '>=', byYear: { '2025': 0.2, '2026': 0.3 } } });
    const at = (period: string) => indicatorValue(byYear, counts({ a: 1, b: 4 }, { period })).reached;
    expect([at('2025-H1'), at('2026-Q1'), at('2024')]).toEqual([true, false, null]);
    expect(indicatorValue(spec(share, { threshold: { op: '=', value: 1 } }), counts({ a: 2, b: 2 })).reached).toBe(
      true,
    );
  });
});
