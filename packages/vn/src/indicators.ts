// The indicators the provinces are measured by: formula, target, and whether a portal can count them itself.

import data from './data/indicators.json' with { type: 'json' };

/** `own-events`: a portal counts it from what it did; `imported-counts`: from another system; `not-ours`: never shown as measured. */
export type IndicatorBasis = 'own-events' | 'imported-counts' | 'not-ours';

export interface Indicator {
  readonly id: string;
  readonly name: { readonly vi: string; readonly en: string };
  readonly formula: string;
  readonly target: string;
  /** Absent for a rank. Years have targets of their own in `byYear`. */
  readonly threshold?: {
    readonly op: string;
    readonly value?: number;
    readonly unit?: string;
    readonly byYear?: { readonly [year: string]: number };
  };
  /** Which plans ask for it. */
  readonly seeds: readonly string[];
  readonly basis: IndicatorBasis;
  /** Why not from own events. */
  readonly why?: string;
}

export const indicators: readonly Indicator[] = data.items.map(({ name, nameEn, threshold, basis, ...item }) => ({
  ...item,
  name: { vi: name, en: nameEn },
  basis: basis as IndicatorBasis,
  ...(threshold === null ? {} : { threshold: threshold as NonNullable<Indicator['threshold']> }),
}));

/** The groups of Quyết định 766/QĐ-TTg and their weights; they add up to 100. */
export const index766: readonly { readonly label: string; readonly weight: number }[] = data.index766.groups;
