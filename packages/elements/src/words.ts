// Words: the interface's own sentences and the definition's texts in the language of the citizen.

import type { LocalizedText } from '@onceform/core';
import { isLocaleLoaded, loadLocale, localize, text as coreText } from '@onceform/core/first';

/** Sentences by key; `{name}` is filled in. */
export type WordTable = { readonly [key: string]: string };
export type WordTables = { readonly [locale: string]: WordTable };
export type Params = { readonly [name: string]: string | number };

export interface Words {
  readonly locale: string;
  /** The locale that dates are written in: plain `en` would put the month first. */
  readonly dates: string;
  /** A sentence of the interface. */
  t(key: string, params?: Params): string;
  /** A text of the definition. */
  l(text: LocalizedText | undefined): string;
  /** `18/02/2021`, from an RFC 3339 date or time. */
  date(value: string): string;
  /** `18/02/2021 14:30`. */
  time(value: string): string;
  /** `14:30`. */
  clock(value: string): string;
  /** `1,4 MB`. */
  size(bytes: number): string;
  number(value: number): string;
}

/** What is said after the first page; once a dossier is filed. */
type Part = 'later' | 'filed';
type Loader = { readonly [part in 'first' | Part]: () => Promise<WordTable> };

const LOADERS: { readonly [language: string]: Loader } = {
  vi: {
    first: async () => (await import('./locales/vi.ts')).vi,
    later: async () => (await import('./locales/vi-later.ts')).viLater,
    filed: async () => (await import('./locales/vi-filed.ts')).viFiled,
  },
  en: {
    first: async () => (await import('./locales/en.ts')).en,
    later: async () => (await import('./locales/en-later.ts')).enLater,
    filed: async () => (await import('./locales/en-filed.ts')).enFiled,
  },
};
/** By language; each table grows when the rest of it comes, so that words made before have it too. */
const own: { [language: string]: { [key: string]: string } } = {};
/** The languages that have each part. */
const have: { readonly [part in Part]: Set<string> } = { later: new Set(), filed: new Set() };
/** The parts that came where they were asked for: every language in use needs them from then on. */
const inUse = new Set<Part>();
/** All that is said when a language does not come. */
const BARE: WordTable = {
  'trouble.load': 'The form could not be loaded.',
  'trouble.network': 'The system cannot be reached. Please try again.',
  'action.tryAgain': 'Try again',
  'error.technical': 'Something went wrong. Please try again in a few minutes. Error code: {code}.',
};

/** Loads what a first page says in a locale's language, and no other; English where we have none of it. */
export async function loadWords(locale: string): Promise<void> {
  const language = ownLanguage(locale);
  // Who changes the language in the middle of a form needs at once all that is said there.
  const missing = missingIn(language);
  const [table, ...more] = await Promise.all([
    own[language] ?? LOADERS[language]!.first(),
    ...missing.map(part => LOADERS[language]![part]()),
    loadLocale(locale, inUse.size > 0 ? 'all' : 'first'),
  ]);
  own[language] ??= { ...table };
  missing.forEach((part, i) => take(language, part, more[i] as WordTable));
}

/** Loads a further part, of every language in use. Whatever is drawn with code that comes late waits for it. */
export async function loadLaterWords(part: Part = 'later'): Promise<void> {
  const load = async (language: string, of: Part): Promise<void> => {
    const [table] = await Promise.all([LOADERS[language]![of](), loadLocale(language)]);
    take(language, of, table);
  };
  const parts = [...new Set(inUse).add(part)];
  await Promise.all(
    Object.keys(own).flatMap(language => parts.filter(of => !have[of].has(language)).map(of => load(language, of))),
  );
  inUse.add(part);
}

function take(language: string, part: Part, table: WordTable): void {
  Object.assign(own[language]!, table);
  have[part].add(language);
}

/** The parts that are in use and that a language does not have. */
function missingIn(language: string): readonly Part[] {
  return [...inUse].filter(part => !have[part].has(language));
}

/** Tells whether some language in use lacks what is said after the first page. */
export function lacksLaterWords(): boolean {
  return Object.keys(own).some(language => !have.later.has(language) || missingIn(language).length > 0);
}

/** Tells whether what is drawn now can be said in a locale at once. */
export function hasWords(locale: string): boolean {
  const language = ownLanguage(locale);
  return own[language] !== undefined && isLocaleLoaded(locale) && missingIn(language).length === 0;
}

function ownLanguage(locale: string): string {
  const language = locale.split('-')[0]!;
  return Object.hasOwn(LOADERS, language) ? language : 'en';
}

/**
 * Makes the words of a language. A host adds or replaces sentences with `extra`; that is all a third language takes.
 * A key that the language lacks is said in English, then as the key itself. Our languages must be loaded: `loadWords`.
 *
 * @param fallback The language that the definition's own texts are in.
 */
export function createWords(locale: string, fallback = locale, extra: WordTables = {}, timeZone?: string): Words {
  const language = locale.split('-')[0]!;
  const dates = locale === 'en' ? 'en-GB' : locale;
  const tables = [extra[locale], extra[language], own[language]].filter(table => table !== undefined);
  // Intl objects are dear (milliseconds on a phone), and many forms never need one.
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = lazy(() => new Intl.DateTimeFormat(dates, { ...DAY, timeZone: 'UTC' }));
  const moment = lazy(() => new Intl.DateTimeFormat(dates, { ...DAY, ...zone }));
  const instant = lazy(() => new Intl.DateTimeFormat(dates, { ...DAY, ...HOUR, ...zone }));
  const written = lazy(() => new Intl.DateTimeFormat(dates, { ...DAY, ...HOUR, timeZone: 'UTC' }));
  const hours = lazy(() => new Intl.DateTimeFormat(dates, { ...HOUR, ...zone }));
  const numbers = lazy(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 20 }));
  const short = lazy(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }));
  return {
    locale,
    dates,
    t(key, params) {
      for (const table of tables) {
        const sentence = table[key];
        if (sentence !== undefined) return fill(sentence, params);
      }
      const said = coreText(key, locale, params);
      return said === key ? fill(own['en']?.[key] ?? BARE[key] ?? key, params) : said;
    },
    l: value => localize(value, locale, fallback),
    date(value) {
      const plain = /^(\d{4})-(\d\d)-(\d\d)$/.test(value);
      const at = new Date(value);
      return Number.isNaN(at.getTime()) ? value : (plain ? day : moment)().format(at);
    },
    time(value) {
      const [at, local] = momentOf(value, timeZone);
      return Number.isNaN(at.getTime()) ? value : (local ? written() : instant()).format(at);
    },
    clock: value => hours().format(new Date(value)),
    size: bytes =>
      bytes < 1_000_000
        ? `${short().format(Math.max(1, Math.round(bytes / 1000)))} kB`
        : `${short().format(bytes / 1_000_000)} MB`,
    number: value => numbers().format(value),
  };
}

const DAY = { day: '2-digit', month: '2-digit', year: 'numeric' } as const;
const HOUR = { hour: '2-digit', minute: '2-digit', hour12: false } as const;

/** A time that carries its own offset is told as it is written, unless the pack says which zone counts. */
function momentOf(value: string, timeZone: string | undefined): readonly [Date, local: boolean] {
  const written = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.\d+)?[+-]\d\d:\d\d$/.exec(value);
  return timeZone === undefined && written ? [new Date(`${written[1]!}Z`), true] : [new Date(value), false];
}

function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function fill(sentence: string, params: Params | undefined): string {
  if (params === undefined) return sentence;
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : whole,
  );
}
