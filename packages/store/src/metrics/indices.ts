// The reuse indices R1 to R21: how much citizens were spared, counted at the form. Every index is published with its
// denominator; a cell with fewer than ten cases is not published at all.

import type { FieldFact, FormFiled, ReuseEvent } from './events.ts';

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

/** Counts the events of one month (`2026-11`, UTC). Everything outside it is ignored. */
export function reuseMetrics(
  events: readonly ReuseEvent[],
  month: string,
  { k = 10, costs = null }: { readonly k?: number; readonly costs?: CostModel | null } = {},
): ReuseMetrics {
  if (k < 1 || !/^\d{4}-\d{2}$/.test(month))
    throw new RangeError('reuseMetrics() takes a month such as 2026-11 and a k of at least 1.');
  const mine = events.filter(({ time }) => time.startsWith(month));
  const all = <K extends ReuseEvent['kind']>(kind: K): Extract<ReuseEvent, { kind: K }>[] =>
    mine.filter(event => event.kind === kind) as Extract<ReuseEvent, { kind: K }>[];
  const forms = all('form-filed'),
    fields = forms.flatMap(form => form.fields.map(field => ({ ...field, form: form.form })));
  const components = forms.flatMap(form => form.components),
    calls = all('source-call'),
    disputes = all('dispute');

  const cell = (of: number, value: () => number): Cell =>
    of > 0 && of < k
      ? { value: null, of: null, suppressed: true }
      : { value: of === 0 ? null : value(), of, suppressed: false };
  const share = <T>(cases: readonly T[], hit: (one: T) => boolean): Cell =>
    cell(cases.length, () => cases.filter(hit).length / cases.length);
  const count = (cases: readonly unknown[]): Cell =>
    cases.length === 0 ? { value: 0, of: 0, suppressed: false } : cell(cases.length, () => cases.length);
  const middle = (numbers: readonly number[], at = 0.5): Cell => cell(numbers.length, () => quantile(numbers, at));
  const sum = <T>(cases: readonly T[], amount: (one: T) => number): Cell =>
    cell(cases.length, () => cases.reduce((total, one) => total + amount(one), 0));
  const parts = <T>(
    cases: readonly T[],
    by: (one: T) => string | null,
    make: (cases: readonly T[]) => Cell,
  ): { readonly [part: string]: Cell } => {
    const groups = new Map<string, T[]>();
    for (const one of cases) {
      const part = by(one);
      if (part !== null) groups.set(part, [...(groups.get(part) ?? []), one]);
    }
    return Object.fromEntries(
      [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([part, group]) => [part, make(group)]),
    );
  };
  const isFilled = ({ origin }: FieldFact): boolean => origin === 'auto' || origin === 'override';
  const asked = fields.filter(({ origin }) => origin !== 'derived'),
    filled = asked.filter(isFilled);
  const byForm = <T extends { readonly form: string }>(cases: readonly T[], make: (cases: readonly T[]) => Cell) =>
    ({ by: 'form', parts: parts(cases, ({ form }) => form, make) }) as const;
  const shareIndex = (
    id: string,
    name: string,
    cases: readonly (FieldFact & { readonly form: string })[],
    hit: (field: FieldFact) => boolean,
  ): Index => ({ id, name, unit: 'share', total: share(cases, hit), ...byForm(cases, group => share(group, hit)) });

  const withPrefill = (form: FormFiled): boolean => form.fields.some(isFilled);
  const faster = (cases: readonly FormFiled[]): Cell => {
    const [helped, alone] = [cases.filter(withPrefill), cases.filter(form => !withPrefill(form))];
    return cell(
      Math.min(helped.length, alone.length),
      () =>
        quantile(
          alone.map(({ duration }) => duration),
          0.5,
        )
        - quantile(
          helped.map(({ duration }) => duration),
          0.5,
        ),
    );
  };
  const required = components.filter(({ fulfilledBy }) => fulfilledBy !== 'waived'),
    replaceable = required.filter(({ replaceable: can }) => can);
  const typed = (form: FormFiled): number => form.fields.filter(({ origin }) => origin === 'manual').length;
  const first = forms.filter(({ nth }) => nth === 1),
    later = forms.filter(({ nth }) => nth !== null && nth > 1);
  const closed = disputes.filter(({ state }) => state !== 'opened'),
    corrected = closed.filter(({ state }) => state === 'corrected');
  const consents = all('consent'),
    tampers = all('tamper'),
    returns = all('returned');
  const kept =
    forms.reduce((total, { optedIn }) => total + optedIn, 0)
    + all('kept').reduce((total, { fields: count }) => total + count, 0);
  const aged = filled.filter(({ age }) => age !== null);
  const saved = (form: FormFiled): number =>
    costs === null
      ? 0
      : ((form.fields.reduce((total, { characters }) => total + characters, 0) * costs.secondsPerCharacter) / 3600)
          * costs.hour
        + form.components.filter(({ fulfilledBy }) => fulfilledBy === 'data').length * costs.paper;

  const indices: Index[] = [
    shareIndex('R1', 'Prefill coverage', asked, isFilled),
    shareIndex('R2', 'Acceptance', filled, ({ origin }) => origin === 'auto'),
    shareIndex('R3', 'Reusable but asked', asked, ({ reusable }) => reusable),
    shareIndex('R4', 'Verified share', asked, ({ verified }) => verified),
    {
      id: 'R5',
      name: 'Characters not typed',
      unit: 'characters',
      total: sum(forms, form => form.fields.reduce((total, { characters }) => total + characters, 0)),
    },
    { id: 'R6', name: 'Time saved by prefill', unit: 'seconds', total: faster(forms), ...byForm(forms, faster) },
    {
      id: 'R7',
      name: 'Papers replaced by data',
      unit: 'share',
      total: share(required, ({ fulfilledBy }) => fulfilledBy === 'data'),
      by: 'component',
      parts: parts(
        required,
        ({ id }) => id,
        group => share(group, ({ fulfilledBy }) => fulfilledBy === 'data'),
      ),
    },
    {
      id: 'R8',
      name: 'Uploads avoided',
      unit: 'count',
      total: sum(required, ({ fulfilledBy }) => Number(fulfilledBy === 'data' || fulfilledBy === 'issued-document')),
    },
    {
      id: 'R9',
      name: 'Fallback to a paper',
      unit: 'share',
      total: share(replaceable, ({ fallback }) => fallback !== null),
      by: 'reason',
      parts: parts(
        replaceable,
        ({ fallback }) => fallback,
        group => cell(group.length, () => group.length / replaceable.length),
      ),
    },
    {
      id: 'R10',
      name: 'Source availability',
      unit: 'share',
      total: share(calls, answered),
      by: 'source',
      parts: parts(
        calls,
        ({ source }) => source,
        group => share(group, answered),
      ),
    },
    {
      id: 'R10b',
      name: 'Source latency, 95th percentile',
      unit: 'milliseconds',
      total: middle(
        calls.map(({ milliseconds }) => milliseconds),
        0.95,
      ),
      by: 'source',
      parts: parts(
        calls,
        ({ source }) => source,
        group =>
          middle(
            group.map(({ milliseconds }) => milliseconds),
            0.95,
          ),
      ),
    },
    {
      id: 'R11',
      name: 'Age of what is reused',
      unit: 'days',
      total: middle(aged.map(({ age }) => age!)),
      by: 'source',
      parts: parts(
        aged,
        ({ source }) => source,
        group => middle(group.map(({ age }) => age!)),
      ),
    },
    shareIndex('R11b', 'Older than the policy allows', filled, ({ stale }) => stale),
    {
      id: 'R12',
      name: 'Conflicts',
      unit: 'share',
      total: share(filled, ({ conflict }) => conflict),
      by: 'concept',
      parts: parts(
        filled,
        ({ concept }) => concept,
        group => share(group, ({ conflict }) => conflict),
      ),
    },
    {
      id: 'R12b',
      name: 'Disputes',
      unit: 'count',
      total: count(disputes.filter(({ state }) => state === 'opened')),
      by: 'source',
      parts: parts(
        disputes.filter(({ state }) => state === 'opened'),
        ({ source }) => source,
        count,
      ),
    },
    {
      id: 'R13',
      name: 'Disputes that corrected the source',
      unit: 'share',
      total: share(closed, ({ state }) => state === 'corrected'),
    },
    {
      id: 'R13b',
      name: 'Time until the source was corrected',
      unit: 'days',
      total: middle(corrected.flatMap(({ days }) => days ?? [])),
    },
    {
      id: 'R14',
      name: 'Write-back yield',
      unit: 'share',
      total: cell(kept, () => fields.filter(({ fromEarlier }) => fromEarlier).length / kept),
    },
    {
      id: 'R15',
      name: 'Typing in later forms against the first',
      unit: 'share',
      total: cell(Math.min(first.length, later.length), () => mean(later.map(typed)) / mean(first.map(typed))),
    },
    {
      id: 'R16',
      name: 'Requests declined',
      unit: 'share',
      total: cell(
        consents.filter(({ action }) => action === 'requested').length,
        () =>
          consents.filter(({ action }) => action === 'declined').length
          / consents.filter(({ action }) => action === 'requested').length,
      ),
    },
    {
      id: 'R16b',
      name: 'Consents taken back',
      unit: 'count',
      total: count(consents.filter(({ action }) => action === 'withdrawn')),
    },
    {
      id: 'R16c',
      name: 'Over-asking refused',
      unit: 'count',
      total: count(consents.filter(({ action }) => action === 'over-ask')),
    },
    { id: 'R17', name: 'Views of the own log', unit: 'count', total: count(all('log-view')) },
    {
      id: 'R17b',
      name: 'Complaints from the own log',
      unit: 'count',
      total: count(all('log-view').filter(({ complaint }) => complaint)),
    },
    {
      id: 'R18',
      name: 'Tampering ignored',
      unit: 'count',
      total: count(tampers.filter(({ outcome }) => outcome === 'ignored')),
      ...byForm(tampers, count),
    },
    {
      id: 'R18b',
      name: 'Tampering rejected',
      unit: 'count',
      total: count(tampers.filter(({ outcome }) => outcome === 'rejected')),
    },
    {
      id: 'R19',
      name: 'Sent back although the data existed',
      unit: 'share',
      total: share(returns, ({ dataExisted }) => dataExisted),
    },
    {
      id: 'R20',
      name: 'Officers who accepted data',
      unit: 'share',
      total: share(all('officer'), ({ accepted }) => accepted),
      by: 'component',
      parts: parts(
        all('officer'),
        ({ component }) => component,
        group => share(group, ({ accepted }) => accepted),
      ),
    },
    ...(costs === null ? [] : [{ id: 'R21', name: 'Burden saved', unit: 'money', total: sum(forms, saved) } as const]),
  ];
  return {
    format: 'https://onceform.dev/reuse-metrics/1',
    month,
    forms: forms.length > 0 && forms.length < k ? null : forms.length,
    k,
    indices,
  };
}

function answered({ outcome }: { readonly outcome: string }): boolean {
  return outcome === 'answered' || outcome === 'not-found';
}

function quantile(numbers: readonly number[], at: number): number {
  const sorted = numbers.toSorted((a, b) => a - b),
    place = (sorted.length - 1) * at,
    low = Math.floor(place);
  return sorted[low]! + (sorted[Math.ceil(place)]! - sorted[low]!) * (place - low);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0) / numbers.length;
}
