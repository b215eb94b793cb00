// The code lists a definition uses: the entries of short ones, a pattern of exactly the codes for long ones.

import type { CodeEntry, CodeListSpec } from '@onceform/core';
import { codePattern } from './code-pattern.ts';
import { codeListsOf, ENUM_LIMIT, type LoweringInput } from './lower.ts';
import type { SchemaIndex } from './resolve.ts';

/** Patterns of long lists, by the digest of the list: making one takes as long as compiling a form. */
const madePatterns = new Map<string, string>();

/** Loads what lowering needs of them. */
export async function readLists(
  index: SchemaIndex,
  lists: Readonly<Record<string, CodeListSpec>>,
): Promise<Pick<LoweringInput, 'entries' | 'codePatterns'>> {
  const entries = new Map<string, readonly CodeEntry[]>();
  const codePatterns = new Map<string, string>();
  // Following every reference first brings in the pack's schemas, whose code lists count too.
  for (const site of index.sites()) {
    if (typeof site.schema === 'object' && site.schema.$ref !== undefined) index.follow(site, '$ref');
  }
  for (const id of codeListsOf(index.sites())) {
    const list = Object.hasOwn(lists, id) ? lists[id] : undefined;
    if (list === undefined) continue;
    if (list.count <= ENUM_LIMIT) {
      entries.set(id, await list.load());
      continue;
    }
    const pattern = madePatterns.get(list.digest) ?? codePattern((await list.load()).map(({ code }) => code));
    madePatterns.set(list.digest, pattern);
    codePatterns.set(id, pattern);
  }
  return { entries, codePatterns };
}
