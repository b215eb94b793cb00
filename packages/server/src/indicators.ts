// Indicators: what a pack describes, which of our counts make it, and its value. Nothing counted is null, never zero.

import type { LocalizedText } from '@onceform/core';

/** How counts become a value. Metrics are those of daily_count. */
export type Counting =
  /** Sum over sum, 0 to 1. */
  | { readonly kind: 'share'; readonly of: readonly string[]; readonly among: readonly string[] }
  /** How much one case takes on average, in the unit of the metric. */
  | { readonly kind: 'mean'; readonly total: readonly string[]; readonly of: readonly string[] }
  /** How much less one sum is than the other: 1 − of ÷ against. */
  | { readonly kind: 'reduction'; readonly of: readonly string[]; readonly against: readonly string[] }
  /** Procedures with a filed dossier, among those that were offered, or among those with one. */
  | { readonly kind: 'procedures'; readonly among: 'offered' | 'filed' }
  /** Of the procedures with a dossier, the fewest that any had; for whole years only. `of` counts those that reach `atLeast`. */
  | { readonly kind: 'fewest'; readonly atLeast: number };

/** An indicator as the pack describes it, and how we count it, where we do. */
export interface IndicatorSpec {
  readonly id: string;
  readonly name: LocalizedText;
  readonly basis: 'own-events' | 'imported-counts' | 'not-ours';
  readonly formula: string;
  readonly target: string;
  readonly threshold?: {
    readonly op: string;
    readonly value?: number;
    readonly unit?: string;
    readonly byYear?: { readonly [year: string]: number };
  };
  readonly why?: string;
  /** Absent: nothing of ours counts it. */
  readonly counted?: Counting;
}

export interface IndicatorValue extends IndicatorSpec {
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly value: number | null;
  /** Whether the target of the period's year is reached. */
  readonly reached: boolean | null;
}

/** What was counted in a period. */
export interface PeriodCounts {
  readonly period: string;
  readonly sums: ReadonlyMap<string, number>;
  /** Filed dossiers by procedure. */
  readonly filed: ReadonlyMap<string, number>;
  /** Codes of the procedures on offer when the report was made. */
  readonly offered: readonly string[];
  readonly imported: ReadonlyMap<string, { readonly numerator: number; readonly denominator: number }>;
}

export function indicatorValue(spec: IndicatorSpec, counts: PeriodCounts): IndicatorValue {
  const { numerator, denominator, value } = valueOf(spec, counts);
  return {
    ...spec,
    numerator,
    denominator,
    value,
    reached: value === null ? null : isReached(value, spec.threshold, counts.period.slice(0, 4)),
  };
}

interface Counted {
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly value: number | null;
}

const NOTHING: Counted = { numerator: null, denominator: null, value: null };

function valueOf({ id, basis, counted }: IndicatorSpec, counts: PeriodCounts): Counted {
  if (basis === 'not-ours') return NOTHING;
  if (basis === 'imported-counts') {
    const given = counts.imported.get(id);
    return given === undefined ? NOTHING : share(given.numerator, given.denominator);
  }
  if (counted === undefined) return NOTHING;
  const sum = (metrics: readonly string[]): number =>
    metrics.reduce((total, metric) => total + (counts.sums.get(metric) ?? 0), 0);
  switch (counted.kind) {
    case 'share':
      return share(sum(counted.of), sum(counted.among));
    case 'mean':
      return share(sum(counted.total), sum(counted.of));
    case 'reduction': {
      const { numerator, denominator, value } = share(sum(counted.of), sum(counted.against));
      return { numerator, denominator, value: value === null ? null : 1 - value };
    }
    case 'procedures': {
      const among = counted.among === 'offered' ? counts.offered : [...counts.filed.keys()];
      return share(among.filter(code => (counts.filed.get(code) ?? 0) > 0).length, among.length);
    }
    case 'fewest': {
      const all = [...counts.filed.values()];
      if (counts.period.length > 4 || all.length === 0) return NOTHING;
      return {
        numerator: all.filter(count => count >= counted.atLeast).length,
        denominator: all.length,
        value: Math.min(...all),
      };
    }
  }
}

function share(numerator: number, denominator: number): Counted {
  return { numerator, denominator, value: denominator === 0 ? null : numerator / denominator };
}

function isReached(value: number, threshold: IndicatorSpec['threshold'], year: string): boolean | null {
  const { op, byYear } = threshold ?? {};
  const limit = byYear === undefined ? threshold?.value : byYear[year];
  if (limit === undefined) return null;
  switch (op) {
    case '>=':
      return value >= limit;
    case '>':
      return value > limit;
    case '<=':
      return value <= limit;
    case '<':
      return value < limit;
    case '=':
      return value === limit;
    default:
      return null;
  }
}
