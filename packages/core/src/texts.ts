// The texts of the interface by key, in the languages that are loaded. Each language has two tables: what a first page
// says, and the rest.

/** Texts by key; `{name}` stands for what is filled in. */
export type TextTable = { readonly [key: string]: string };
export type TextParams = { readonly [name: string]: string | number };

interface Loader {
  first(): Promise<TextTable>;
  later(): Promise<TextTable>;
}

const LOADERS: { readonly [language: string]: Loader } = {
  vi: {
    first: async () => (await import('./locales/vi.ts')).vi,
    later: async () => (await import('./locales/vi-later.ts')).viLater,
  },
  en: {
    first: async () => (await import('./locales/en.ts')).en,
    later: async () => (await import('./locales/en-later.ts')).enLater,
  },
};
const loaded = new Map<string, TextTable>();
const whole = new Set<string>();

/** Gives the texts of a locale, for a language of one's own or instead of ours. */
export function useLocale(locale: string, table: TextTable): void {
  loaded.set(locale, table);
  whole.add(locale);
}

/**
 * Loads our texts of a locale's language; English where we have none of it. Only what is loaded is ever said.
 *
 * @param part `first` loads what a first page says: sentences about issues, for one, are not among it.
 */
export async function loadLocale(locale: string, part: 'first' | 'all' = 'all'): Promise<void> {
  const own = ownLanguage(locale);
  if (!loaded.has(locale) && !loaded.has(own)) {
    const table = await LOADERS[own]!.first();
    if (!loaded.has(own)) loaded.set(own, table);
  }
  if (part === 'first' || whole.has(locale) || whole.has(own)) return;
  const later = await LOADERS[own]!.later();
  if (whole.has(own)) return;
  loaded.set(own, { ...later, ...loaded.get(own) });
  whole.add(own);
}

/** Tells whether the texts of a locale can be said at once. */
export function isLocaleLoaded(locale: string): boolean {
  return loaded.has(locale) || loaded.has(ownLanguage(locale));
}

function languageOf(locale: string): string {
  return locale.split('-')[0]!;
}

function ownLanguage(locale: string): string {
  const language = languageOf(locale);
  return Object.hasOwn(LOADERS, language) ? language : 'en';
}

/**
 * The text of a key in a locale that is loaded, with its placeholders filled; English where the locale lacks it and
 * English is loaded, the key itself where nobody has it.
 */
export function text(key: string, locale: string, params: TextParams = {}): string {
  const found = textIn(locale, key) ?? textIn('en', key) ?? key;
  return found.replace(/\{(\w+)\}/gu, (whole, name: string) =>
    Object.hasOwn(params, name) ? String(params[name]) : whole,
  );
}

/** Tells whether a key has a text in a locale, without falling back to English. */
export function hasText(key: string, locale: string): boolean {
  return textIn(locale, key) !== undefined;
}

function textIn(locale: string, key: string): string | undefined {
  const table = loaded.get(locale) ?? loaded.get(languageOf(locale));
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
