// The sentences of <once-dossier>, in the language of the page: a table of their own, since no form says them.

import { loadLaterWords, loadWords, type WordTables } from './words.ts';

const LOADERS: { readonly [language: string]: () => Promise<WordTables> } = {
  vi: async () => ({ vi: (await import('./locales/vi-dossier.ts')).viDossier }),
  en: async () => ({ en: (await import('./locales/en-dossier.ts')).enDossier }),
};

/** Loads all that is said of a package; in English where we do not have the language. Rejects when it does not come. */
export async function loadDossierWords(locale: string): Promise<WordTables> {
  const language = locale.split('-')[0]!;
  const [own] = await Promise.all([
    (LOADERS[language] ?? LOADERS['en']!)(),
    loadWords(locale).then(() => loadLaterWords()),
  ]);
  return Object.hasOwn(own, language) ? own : { [language]: own['en']! };
}
