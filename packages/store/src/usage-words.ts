// The usage log in words a citizen understands, and in the shape that other systems read.

import { localize, type ConceptId, type LocalizedText } from '@onceform/core';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';
import type { UsageRow } from './source.ts';
import type { UsageEntry, UsageEvent, UsageOutcome } from './usage-log.ts';

/** One sentence for each outcome; `{requester}`, `{asked}`, `{used}`, `{sources}`, `{purpose}`, `{reason}` are replaced. */
export type UsageWords = {
  readonly [outcome in UsageOutcome | 'nobody' | 'nothing' | 'declared' | 'nextForms' | 'more']: string;
} & {
  readonly relations: { readonly [relation: string]: string };
  readonly reasons: { readonly other: string; readonly [code: string]: string };
};

/** What ids are called. An id without a name stands for itself. */
export interface UsageNames {
  readonly concepts?: { readonly [id: ConceptId]: LocalizedText };
  readonly sources?: { readonly [id: string]: LocalizedText };
  readonly requesters?: { readonly [id: string]: LocalizedText };
}

const WORDS: { readonly [locale: string]: UsageWords } = { en, vi };

/** More names than this are counted, not listed: a sentence has to be readable. */
const LONG = 6;

/** Says one event in a sentence. Needs no value, and has none. Unknown languages get English. */
export function describeUsage(
  event: UsageEvent,
  locale: string,
  { concepts = {}, sources = {}, requesters = {} }: UsageNames = {},
): string {
  const words = WORDS[locale] ?? WORDS[locale.split('-')[0]!] ?? en;
  const named = (ids: readonly string[], names: { readonly [id: string]: LocalizedText }, none: string): string => {
    if (ids.length === 0) return none;
    const all = [...new Set(ids.map(id => localize(names[id] ?? id, locale, 'en')))];
    const told = all.length <= LONG ? all : all.slice(0, LONG - 1);
    const rest = all.length - told.length;
    const list = rest === 0 ? told : [...told, words.more.replace('{count}', String(rest))];
    return new Intl.ListFormat(locale, { type: 'conjunction' }).format(list);
  };
  const parts: { readonly [name: string]: string } = {
    requester: localize(requesters[event.requester] ?? event.requester, locale, 'en'),
    purpose: localize(event.purpose.text, locale, 'en'),
    asked: named(event.asked, concepts, words.nothing),
    used: named(event.used, concepts, words.nothing),
    sources: named(event.sources, sources, words.nobody),
    reason: words.reasons[event.reason ?? 'other'] ?? words.reasons.other,
  };
  return words[event.outcome].replace(/\{(\w+)\}/g, (whole, name: string) => parts[name] ?? whole);
}

/** One event in every language there is. */
export function sayUsage(event: UsageEvent, names: UsageNames = {}): LocalizedText {
  return Object.fromEntries(Object.keys(WORDS).map(locale => [locale, describeUsage(event, locale, names)]));
}

/** Rows in the shape of X-tee's `findUsage`, newest first; the sentence stands in every language there is. */
export function findUsage(entries: readonly UsageEntry[], names: UsageNames = {}, system?: string): UsageRow[] {
  return entries
    .map(({ event }): UsageRow => ({
      logtime: event.time,
      action: sayUsage(event, names),
      receiverCode: event.requester,
      ...(names.requesters?.[event.requester] === undefined
        ? {}
        : { receiverName: names.requesters[event.requester]! }),
      ...(system === undefined ? {} : { receiverSystem: system }),
    }))
    .sort((a, b) => (b.logtime < a.logtime ? -1 : b.logtime > a.logtime ? 1 : 0));
}
