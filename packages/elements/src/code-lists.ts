// Code lists as the controls need them: loaded once per part, searched without case or diacritics.

import type { CodeEntry, CountryPack, LocalizedText } from '@onceform/core';

export interface CodeLists {
  /** Entries of a list, or of its part within a code of the list that narrows it. Sorted for reading. */
  load(id: string, within?: string): Promise<readonly CodeEntry[]>;
  /** The same without waiting: undefined while it is not loaded. */
  peek(id: string, within?: string): readonly CodeEntry[] | undefined;
  /** Whichever loaded part of a list has a code. */
  peekAny(id: string, code: string): readonly CodeEntry[] | undefined;
}

/** Where entries come from: the country pack in the page, or the portal. */
export type LoadEntries = (id: string, within?: string) => Promise<readonly CodeEntry[]>;

export function entriesOfPack(pack: Pick<CountryPack, 'codeLists'>): LoadEntries {
  return async (id, within) => {
    const list = pack.codeLists[id];
    if (list === undefined) throw new RangeError(`The country pack has no code list called ${id}.`);
    return list.load(within);
  };
}

export function createCodeLists(load: LoadEntries): CodeLists {
  const parts = new Map<string, Promise<readonly CodeEntry[]>>();
  const loaded = new Map<string, readonly CodeEntry[]>();
  const keyOf = (id: string, within?: string) => `${id} ${within ?? ''}`;
  return {
    peek: (id, within) => loaded.get(keyOf(id, within)),
    peekAny(id, code) {
      for (const [key, entries] of loaded) {
        if (key.startsWith(`${id} `) && entries.some(entry => entry.code === code)) return entries;
      }
      return undefined;
    },
    load(id, within) {
      const key = keyOf(id, within);
      let part = parts.get(key);
      if (part === undefined) {
        part = load(id, within).then(entries => {
          loaded.set(key, entries);
          return entries;
        });
        part.catch(() => parts.delete(key));
        parts.set(key, part);
      }
      return part;
    },
  };
}

/** Something that can be found by its label or by further words. */
export interface Findable {
  readonly label: string;
  readonly aliases?: readonly string[];
}

/** Lower case without diacritics, `đ` as `d`, every run of blanks as one: `Thừa Thiên – Huế` → `thua thien hue`. */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[\u0111\u0110]/g, 'd')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** A list with each entry's folded words beside it, so that a key costs one pass of `includes`. */
export function createSearch<T extends Findable>(
  entries: readonly T[],
): (query: string, limit: number) => { found: readonly T[]; total: number } {
  const words = entries.map(entry => [entry.label, ...(entry.aliases ?? [])].map(word => ` ${fold(word)}`));
  return (query, limit) => {
    const wanted = fold(query);
    if (wanted === '') return { found: entries.slice(0, limit), total: entries.length };
    const terms = wanted.split(' ');
    const ranked: T[][] = [[], [], []];
    entries.forEach((entry, index) => {
      const said = words[index]!;
      if (said.some(word => word.startsWith(` ${wanted}`))) ranked[0]!.push(entry);
      else if (said.some(word => word.includes(` ${wanted}`))) ranked[1]!.push(entry);
      else if (said.some(word => terms.every(term => word.includes(term)))) ranked[2]!.push(entry);
    });
    const all = ranked.flat();
    return { found: all.slice(0, limit), total: all.length };
  };
}

/** The label of a code where its list is loaded, else undefined. */
export function labelOf(
  entries: readonly CodeEntry[] | undefined,
  code: unknown,
  say: (text: LocalizedText) => string,
): string | undefined {
  const entry = entries?.find(item => item.code === code);
  return entry && say(entry.label);
}
