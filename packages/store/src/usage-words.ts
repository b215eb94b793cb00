// The usage log in words a citizen understands, and in the shape that other systems read.

import { localize, type ConceptId, type LocalizedText } from '@onceform/core';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';
import type { UsageRow } from './source.ts';
import type { UsageEntry, UsageEvent, UsageOutcome } from './usage-log.ts';

/** One sentence for each outcome; `{requester}`, `{asked}`, `{used}`, `{sources}`, `{purpose}`, `{reason}` are replaced. */
export type UsageWords = { readonly [outcome in UsageOutcome | 'nobody' | 'nothing' | 'declared']: string } & {
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

/** Says one event in a sentence. Needs no value, and has none. Unknown languages get English. */
export function describeUsage(
  event: UsageEvent,
  locale: string,
  { concepts = {}, sources = {}, requesters = {} }: UsageNames = {},
): string {
  const words = WORDS[locale] ?? WORDS[locale.split('-')[0]!] ?? en;
  const named = (ids: readonly string[], names: { readonly [id: string]: LocalizedText }, none: string): string =>
    ids.length === 0
      ? none
      : new Intl.ListFormat(locale, { type: 'conjunction' }).format(
          ids.map(id => localize(names[id] ?? id, locale, 'en')),
        );
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

/** Rows in the shape of X-tee's `findUsage`, newest first; the sentence stands in every language there is. */
export function findUsage(entries: readonly UsageEntry[], names: UsageNames = {}, system?: string): UsageRow[] {
  return entries
    .map(({ event }): UsageRow => ({
      logtime: event.time,
      action: Object.fromEntries(Object.keys(WORDS).map(locale => [locale, describeUsage(event, locale, names)])),
      receiverCode: event.requester,
      ...(names.requesters?.[event.requester] === undefined
        ? {}
        : { receiverName: names.requesters[event.requester]! }),
      ...(system === undefined ? {} : { receiverSystem: system }),
    }))
    .sort((a, b) => (b.logtime < a.logtime ? -1 : b.logtime > a.logtime ? 1 : 0));
}
