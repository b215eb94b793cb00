// Counters that add up: what an event adds to the counts of its month. Months are made of parts that were counted at
// different times and on different nodes; nobody ever has to hold all events of one.

import type { FieldFact, FormFiled, ReuseEvent } from './events.ts';

/**
 * Counts by name. A name stands for a total; followed by a tab and a part (a form, a source, …) for that of the part; and
 * followed by `\t=` and a number for the cases that had this number, from which medians come.
 */
export type ReuseTally = { readonly [name: string]: number };

/** What happened, as counts. Everything is counted, whatever its month. */
export function tallyReuse(events: Iterable<ReuseEvent>): ReuseTally {
  const counts = new Map<string, number>();
  const add: Add = (name, amount = 1, ...parts) => {
    for (const key of [name, ...parts.filter(part => part !== null).map(part => `${name}\t${part}`)])
      counts.set(key, (counts.get(key) ?? 0) + amount);
  };
  const measure: Measure = (name, number, ...parts) => {
    for (const key of [name, ...parts.filter(part => part !== null).map(part => `${name}\t${part}`)])
      counts.set(`${key}\t=${figures(number)}`, (counts.get(`${key}\t=${figures(number)}`) ?? 0) + 1);
  };
  for (const event of events) count(event, add, measure);
  return Object.fromEntries(counts);
}

type Add = (name: string, amount?: number, ...parts: readonly (string | null)[]) => void;
type Measure = (name: string, number: number, ...parts: readonly (string | null)[]) => void;

function count(event: ReuseEvent, add: Add, measure: Measure): void {
  switch (event.kind) {
    case 'form-filed':
      return countForm(event, add, measure);
    case 'kept':
      return add('kept', event.fields);
    case 'source-call':
      add('calls', 1, event.source);
      if (event.outcome === 'answered' || event.outcome === 'not-found') add('calls answered', 1, event.source);
      return measure('latency', event.milliseconds, event.source);
    case 'dispute':
      add(event.state === 'opened' ? 'disputes' : 'disputes closed', 1, event.source);
      if (event.state !== 'corrected') return;
      add('disputes corrected');
      return event.days === null ? undefined : measure('days to correct', event.days);
    case 'consent':
      return add(`consents ${event.action}`);
    case 'log-view':
      add('log views');
      return event.complaint ? add('complaints') : undefined;
    case 'tamper':
      add('tampers', 1, event.form);
      return add(`tampers ${event.outcome}`);
    case 'returned':
      add('returned');
      return event.dataExisted ? add('returned though there') : undefined;
    case 'officer':
      add('looked at', 1, event.component);
      return event.accepted ? add('looked at, accepted', 1, event.component) : undefined;
  }
}

function countForm({ form, nth, duration, fields, components, optedIn }: FormFiled, add: Add, measure: Measure): void {
  add('forms', 1, form);
  add('kept', optedIn);
  for (const field of fields) countField(field, form, add, measure);
  measure(fields.some(isFilled) ? 'duration with prefill' : 'duration without', duration, form);
  if (nth !== null) {
    const which = nth === 1 ? 'first' : 'later';
    add(`${which} forms`);
    add(`typed in ${which} forms`, fields.filter(({ origin }) => origin === 'manual').length);
  }
  for (const { id, fulfilledBy, replaceable, fallback } of components) {
    if (fulfilledBy === 'waived') continue;
    add('papers', 1, id);
    if (fulfilledBy === 'data') add('papers by data', 1, id);
    if (fulfilledBy === 'data' || fulfilledBy === 'issued-document') add('papers not handed in');
    if (replaceable) add('replaceable');
    if (replaceable && fallback !== null) add('fallback', 1, fallback);
  }
}

function countField(field: FieldFact, form: string, add: Add, measure: Measure): void {
  const { origin, concept, source, verified, reusable, characters, age, stale, conflict, fromEarlier } = field;
  add('characters', characters);
  if (fromEarlier) add('from earlier');
  if (origin === 'derived') return;
  add('asked', 1, form);
  if (reusable) add('asked, reusable', 1, form);
  if (verified) add('asked, verified', 1, form);
  if (!isFilled(field)) return;
  add('filled', 1, form);
  add('filled of', 1, concept);
  if (origin === 'auto') add('filled, kept', 1, form);
  if (stale) add('filled, stale', 1, form);
  if (conflict) add('filled in conflict', 1, concept);
  if (age !== null) measure('age', age, source);
}

function isFilled({ origin }: FieldFact): boolean {
  return origin === 'auto' || origin === 'override';
}

/** Three figures are as much as anybody reads of a median, and keep the numbers few. */
function figures(number: number): number {
  return Number(number.toPrecision(3));
}

/** Cases by their number, ascending. */
export type Spread = readonly (readonly [number: number, cases: number])[];

/** What a tally says of a name: its count, those of its parts, and the spread of the numbers that were measured. */
export interface TallyReader {
  count(name: string, part?: string): number;
  /** Sorted. */
  parts(name: string): readonly string[];
  spread(name: string, part?: string): Spread;
}

export function readTally(tally: ReuseTally): TallyReader {
  const parts = new Map<string, Set<string>>();
  const spreads = new Map<string, [number, number][]>();
  for (const [key, count] of Object.entries(tally)) {
    const [name, ...more] = key.split('\t') as [string, ...string[]];
    const number = more.at(-1)?.startsWith('=') ? Number(more.pop()!.slice(1)) : null;
    const part = more.join('\t');
    if (more.length > 0) parts.set(name, (parts.get(name) ?? new Set()).add(part));
    const place = keyOf(name, more.length > 0 ? part : undefined);
    if (number !== null) spreads.set(place, [...(spreads.get(place) ?? []), [number, count]]);
  }
  return {
    count: (name, part) => tally[keyOf(name, part)] ?? 0,
    parts: name => [...(parts.get(name) ?? [])].sort(),
    spread: (name, part) => (spreads.get(keyOf(name, part)) ?? []).sort(([a], [b]) => a - b),
  };
}

function keyOf(name: string, part: string | undefined): string {
  return part === undefined ? name : `${name}\t${part}`;
}

export function casesOf(spread: Spread): number {
  return spread.reduce((sum, [, cases]) => sum + cases, 0);
}

/** The number below which a share of the cases lies; between two cases, in proportion. Undefined of no cases. */
export function quantile(spread: Spread, at = 0.5): number {
  const place = (casesOf(spread) - 1) * at;
  const nth = (index: number): number => {
    let seen = 0;
    return spread.find(([, cases]) => (seen += cases) > index)![0];
  };
  const low = Math.floor(place);
  return nth(low) + (nth(Math.ceil(place)) - nth(low)) * (place - low);
}
