// The reuse indices R1 to R21: how much citizens were spared, counted at the form. Every index is published with its
// denominator; a cell with fewer than ten cases is not published at all.

import type { ReuseEvent } from './events.ts';
import { casesOf, quantile, readTally, tallyReuse, type ReuseTally, type Spread } from './tally.ts';

/** One index, over everything or one part of it. */
export interface Cell {
  /** Null where there were no cases, or too few to publish. */
  readonly value: number | null;
  /** Cases it was counted over. Null where it is suppressed: the number itself would tell. */
  readonly of: number | null;
  readonly suppressed: boolean;
}

export interface Index {
  readonly id: string;
  readonly name: string;
  readonly unit: 'share' | 'count' | 'seconds' | 'days' | 'characters' | 'milliseconds' | 'money';
  readonly total: Cell;
  /** By form, source, component or reason, as `by` says. */
  readonly by?: 'form' | 'source' | 'component' | 'reason' | 'concept';
  readonly parts?: { readonly [part: string]: Cell };
}

export interface ReuseMetrics {
  readonly format: 'https://onceform.dev/reuse-metrics/1';
  /** `2026-11`. */
  readonly month: string;
  /** Forms that were filed; null below the limit. */
  readonly forms: number | null;
  /** Cells with fewer cases are suppressed. */
  readonly k: number;
  readonly indices: readonly Index[];
}

/** What the standard cost model needs. */
export interface CostModel {
  /** Money for an hour of a citizen's time. */
  readonly hour: number;
  /** Money that getting and handing in a paper costs. */
  readonly paper: number;
  /** Seconds to type one letter; from a field study, or 0.4. */
  readonly secondsPerCharacter: number;
}

export interface ReuseMetricsOptions {
  /** Cells with fewer cases are not published; 10 when absent. */
  readonly k?: number;
  /** Without one no money is counted. */
  readonly costs?: CostModel | null;
}

/** Counts the events of one month (`2026-11`, UTC). Everything outside it is ignored. */
export function reuseMetrics(
  events: readonly ReuseEvent[],
  month: string,
  options: ReuseMetricsOptions = {},
): ReuseMetrics {
  return reuseMetricsOf(tallyReuse(events.filter(({ time }) => time.startsWith(month))), month, options);
}

/** The indices of a month whose events were counted before, in whatever parts. */
export function reuseMetricsOf(
  tally: ReuseTally,
  month: string,
  { k = 10, costs = null }: ReuseMetricsOptions = {},
): ReuseMetrics {
  if (k < 1 || !/^\d{4}-\d{2}$/.test(month))
    throw new RangeError('Reuse is counted for a month such as 2026-11, with a k of at least 1.');
  const { count, parts, spread } = readTally(tally);

  const cell = (of: number, value: () => number): Cell =>
    of > 0 && of < k
      ? { value: null, of: null, suppressed: true }
      : { value: of === 0 ? null : value(), of, suppressed: false };
  const share = (of: string, hit: string) => (part?: string) =>
    cell(count(of, part), () => count(hit, part) / count(of, part));
  const number = (name: string) => (part?: string) =>
    count(name, part) === 0 ? { value: 0, of: 0, suppressed: false } : cell(count(name, part), () => count(name, part));
  const middle =
    (name: string, at = 0.5) =>
    (part?: string) => {
      const cases = spread(name, part);
      return cell(casesOf(cases), () => quantile(cases, at));
    };
  /** The index over everything, and over each part that `of` has. */
  const index = (
    id: string,
    name: string,
    unit: Index['unit'],
    make: (part?: string) => Cell,
    by?: { readonly by: NonNullable<Index['by']>; readonly of: string },
  ): Index => ({
    id,
    name,
    unit,
    total: make(),
    ...(by === undefined ? {} : { by: by.by, parts: Object.fromEntries(parts(by.of).map(part => [part, make(part)])) }),
  });
  const shareOfForms = (id: string, name: string, of: string, hit: string): Index =>
    index(id, name, 'share', share(of, hit), { by: 'form', of });

  const forms = count('forms');
  const faster = (part?: string): Cell => {
    const [helped, alone] = [spread('duration with prefill', part), spread('duration without', part)] as [
      Spread,
      Spread,
    ];
    return cell(Math.min(casesOf(helped), casesOf(alone)), () => quantile(alone) - quantile(helped));
  };
  const fallback = (part?: string): Cell =>
    part === undefined
      ? share('replaceable', 'fallback')()
      : cell(count('fallback', part), () => count('fallback', part) / count('replaceable'));
  const [first, later] = [count('first forms'), count('later forms')];
  const typed = (which: string): number => count(`typed in ${which} forms`) / count(`${which} forms`);
  const saved = (): number =>
    costs === null
      ? 0
      : ((count('characters') * costs.secondsPerCharacter) / 3600) * costs.hour + count('papers by data') * costs.paper;

  const indices: Index[] = [
    shareOfForms('R1', 'Prefill coverage', 'asked', 'filled'),
    shareOfForms('R2', 'Acceptance', 'filled', 'filled, kept'),
    shareOfForms('R3', 'Reusable but asked', 'asked', 'asked, reusable'),
    shareOfForms('R4', 'Verified share', 'asked', 'asked, verified'),
    index('R5', 'Characters not typed', 'characters', () => cell(forms, () => count('characters'))),
    index('R6', 'Time saved by prefill', 'seconds', faster, { by: 'form', of: 'forms' }),
    index('R7', 'Papers replaced by data', 'share', share('papers', 'papers by data'), {
      by: 'component',
      of: 'papers',
    }),
    index('R8', 'Uploads avoided', 'count', () => cell(count('papers'), () => count('papers not handed in'))),
    index('R9', 'Fallback to a paper', 'share', fallback, { by: 'reason', of: 'fallback' }),
    index('R10', 'Source availability', 'share', share('calls', 'calls answered'), { by: 'source', of: 'calls' }),
    index('R10b', 'Source latency, 95th percentile', 'milliseconds', middle('latency', 0.95), {
      by: 'source',
      of: 'calls',
    }),
    index('R11', 'Age of what is reused', 'days', middle('age'), { by: 'source', of: 'age' }),
    shareOfForms('R11b', 'Older than the policy allows', 'filled', 'filled, stale'),
    index(
      'R12',
      'Conflicts',
      'share',
      part =>
        part === undefined ? share('filled', 'filled in conflict')() : share('filled of', 'filled in conflict')(part),
      { by: 'concept', of: 'filled of' },
    ),
    index('R12b', 'Disputes', 'count', number('disputes'), { by: 'source', of: 'disputes' }),
    index('R13', 'Disputes that corrected the source', 'share', share('disputes closed', 'disputes corrected')),
    index('R13b', 'Time until the source was corrected', 'days', middle('days to correct')),
    index('R14', 'Write-back yield', 'share', () => cell(count('kept'), () => count('from earlier') / count('kept'))),
    index('R15', 'Typing in later forms against the first', 'share', () =>
      cell(Math.min(first, later), () => typed('later') / typed('first')),
    ),
    index('R16', 'Requests declined', 'share', share('consents requested', 'consents declined')),
    index('R16b', 'Consents taken back', 'count', number('consents withdrawn')),
    index('R16c', 'Over-asking refused', 'count', number('consents over-ask')),
    index('R17', 'Views of the own log', 'count', number('log views')),
    index('R17b', 'Complaints from the own log', 'count', number('complaints')),
    index(
      'R18',
      'Tampering ignored',
      'count',
      part => (part === undefined ? number('tampers ignored')() : number('tampers')(part)),
      { by: 'form', of: 'tampers' },
    ),
    index('R18b', 'Tampering rejected', 'count', number('tampers rejected')),
    index('R19', 'Sent back although the data existed', 'share', share('returned', 'returned though there')),
    index('R20', 'Officers who accepted data', 'share', share('looked at', 'looked at, accepted'), {
      by: 'component',
      of: 'looked at',
    }),
    ...(costs === null ? [] : [index('R21', 'Burden saved', 'money', () => cell(forms, saved))]),
  ];
  return {
    format: 'https://onceform.dev/reuse-metrics/1',
    month,
    forms: forms > 0 && forms < k ? null : forms,
    k,
    indices,
  };
}
