// A supplement: what the officer asked to be put right, and that the next package puts right nothing else.

import {
  canonicalJson,
  isJsonObject,
  type DossierManifest,
  type Issue,
  type Json,
  type JsonObject,
  type LocalizedText,
  type OriginMap,
  type Pointer,
} from '@onceform/core';
import { CONTENT_FILES, readManifest, readPackage } from '@onceform/dossier';
import type { Queryable } from './database.ts';
import { packageKey } from './dossier-index.ts';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';
import type { ObjectStore } from './object-store.ts';
import { refuse } from './problem.ts';
import type { VerifiedFiling } from './verify-filing.ts';

/** What a dossier waits for. */
export interface SupplementRequest {
  readonly reason: string;
  /** Answers, with all that is under them. */
  readonly pointers: readonly Pointer[];
  /** Ids of papers. */
  readonly components: readonly string[];
}

/** The newest request of a dossier that waits to be supplemented; null when it does not. */
export async function supplementRequest(db: Queryable, dossier: string): Promise<SupplementRequest | null> {
  const [row] = await db.query<{ body: SupplementRequest }>(
    `SELECT body FROM dossier_event JOIN dossier ON dossier.id = dossier_event.dossier
     WHERE dossier = $1 AND kind = 'supplement' AND status = 'supplement' ORDER BY dossier_event.id DESC LIMIT 1`,
    [dossier],
  );
  return row?.body ?? null;
}

/**
 * Compares a package with the one it follows. What registers and rules give may have changed by itself; what the
 * citizen typed and attached may differ only where the officer asked. A request that names nothing leaves it open.
 *
 * @throws {OnceFormError} ERR_DOSSIER_INVALID with an issue at each answer that was not asked for.
 */
export async function requireOnlyAsked(
  { manifest, data, verdict }: VerifiedFiling,
  { db, objects }: { readonly db: Queryable; readonly objects: Pick<ObjectStore, 'get'> },
): Promise<void> {
  const { previous } = manifest;
  if (previous === undefined) return;
  const asked = await supplementRequest(db, previous.id);
  if (asked === null || (asked.pointers.length === 0 && asked.components.length === 0)) return;
  const bytes = await objects.get(packageKey(previous.sha256));
  if (bytes === null) throw refuse('ERR_INTERNAL', 'The package that is supplemented is not in the object store.');
  const reader = await readPackage(bytes);
  const before = JSON.parse(new TextDecoder().decode(await reader.bytes(CONTENT_FILES.data))) as JsonObject;
  const earlier = readManifest(await reader.bytes('dossier.json'));
  const issues = [
    ...changedAnswers(before, data)
      .filter(pointer => !asked.pointers.some(at => pointer === at || pointer.startsWith(`${at}/`)))
      .filter(pointer => isOwnWord(pointer, verdict.origins ?? {}))
      .map(pointer => issueAt(pointer)),
    ...changedPapers(earlier, manifest)
      .filter(id => !asked.components.includes(id))
      .map(id => issueAt('', { component: id })),
  ];
  if (issues.length > 0)
    throw refuse('ERR_DOSSIER_INVALID', 'The supplement changes what was not asked for.', { issues });
}

/** Pointers of the answers that differ; lists are compared item by item. */
function changedAnswers(before: Json | undefined, after: Json | undefined, at: Pointer = ''): Pointer[] {
  if (at === '/$context') return [];
  const members = (value: Json | undefined): { readonly [key: string]: Json | undefined } | null =>
    isJsonObject(value) || Array.isArray(value) ? (value as never) : null;
  const [a, b] = [members(before), members(after)];
  if (a === null && b === null)
    return before === after
      || (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after))
      ? []
      : [at];
  return [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])].flatMap(key =>
    changedAnswers(a?.[key], b?.[key], `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

/** Typed by the citizen, or taken away by them. */
function isOwnWord(pointer: Pointer, origins: OriginMap): boolean {
  const at = Object.keys(origins).find(known => pointer === known || pointer.startsWith(`${known}/`));
  const origin = at === undefined ? 'manual' : origins[at]!.origin;
  return origin !== 'auto' && origin !== 'derived';
}

/** Papers that are met in another way, or by other files. */
function changedPapers(before: DossierManifest, after: DossierManifest): readonly string[] {
  const met = ({ components, files }: DossierManifest, id: string): string => {
    const digest = new Map(files.map(({ path, sha256 }) => [path, sha256]));
    return JSON.stringify(
      components
        .filter(one => one.id === id)
        .map(({ fulfilledBy, files: paths }) => [fulfilledBy, paths.map(path => digest.get(path)).sort()]),
    );
  };
  const ids = new Set([...before.components, ...after.components].map(({ id }) => id));
  return [...ids].filter(id => met(before, id) !== met(after, id));
}

function issueAt(pointer: Pointer, params: JsonObject = {}): Issue {
  return {
    pointer,
    keyword: 'server',
    severity: 'error',
    params: { code: 'SUPPLEMENT_NOT_ASKED', ...params },
    message: { vi: vi.SUPPLEMENT_NOT_ASKED, en: en.SUPPLEMENT_NOT_ASKED } satisfies LocalizedText,
  };
}
