// Administrative units across July 2025: what became of a former commune, and addresses as text.
// Codes were reused with other meanings, so nothing here ever looks one scheme's code up in the other's list.

import type { Json, JsonObject } from '@onceform/core';
import { codeLists } from './code-lists.ts';
import { addressLine } from './paper-words.ts';

export interface Successor {
  readonly communeCode: string;
  readonly provinceCode: string;
  /** `Phường Thành Sen, Tỉnh Hà Tĩnh`. */
  readonly label: string;
}

/**
 * What became of a former commune. One entry: a plain renaming or merger. Several: it was divided, and only the person
 * knows which part; a form offers them and never picks. None: the code is not one of a former commune.
 */
export async function successorsOf(formerCommuneCode: string): Promise<readonly Successor[]> {
  const [{ rows }, current] = await Promise.all([formerCommunes(), labelsOfPresentCommunes()]);
  const row = rows.find(([code]) => code === formerCommuneCode);
  return ((row?.[3] ?? []) as readonly string[]).flatMap(code => current.get(code) ?? []);
}

/** Every former commune with its successors, for tests and tables: `[code, name, district, successors]`. */
export async function formerCommunes(): Promise<{
  readonly rows: readonly (readonly [string, string, string, readonly string[]])[];
}> {
  const { default: data } = await import('./data/former-communes.json', { with: { type: 'json' } });
  return data as unknown as { readonly rows: readonly (readonly [string, string, string, readonly string[]])[] };
}

let presentCommunes: Promise<ReadonlyMap<string, Successor>> | undefined;

function labelsOfPresentCommunes(): Promise<ReadonlyMap<string, Successor>> {
  return (presentCommunes ??= (async () => {
    const [communes, provinces] = await Promise.all([codeLists['communes']!.load(), codeLists['provinces']!.load()]);
    const province = new Map(provinces.map(entry => [entry.code, vietnamese(entry.label)]));
    return new Map(
      communes.map(entry => [
        entry.code,
        {
          communeCode: entry.code,
          provinceCode: entry.within!,
          label: `${vietnamese(entry.label)}, ${province.get(entry.within!)}`,
        },
      ]),
    );
  })());
}

/**
 * An address as one line, small to large, as forms print it: `Số 12, đường Lê Duẩn, phường Thành Sen, tỉnh Hà Tĩnh`.
 * An unknown code is shown as the code, never dropped.
 */
export function addressText(address: JsonObject): Promise<string> {
  return addressLine(address, async (list, code) => {
    const entry = (await codeLists[list]!.load()).find(candidate => candidate.code === code);
    return entry && vietnamese(entry.label);
  });
}

function vietnamese(text: Json | { readonly [locale: string]: string }): string {
  return typeof text === 'string' ? text : (text as { readonly vi: string }).vi;
}
