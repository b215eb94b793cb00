// What changed between two packages: answers with their origins, and files.

import { jsonEqual, valueAt, type Json } from '@onceform/core';
import type { DossierVerdict } from '@onceform/dossier';

export interface PackageChange {
  /** A pointer into the answers, or a path of a file. */
  readonly at: string;
  readonly kind: 'answer' | 'origin' | 'file' | 'component' | 'form';
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

export function diffPackages(before: DossierVerdict, after: DossierVerdict): PackageChange[] {
  const changes: PackageChange[] = [];
  const compare = (kind: PackageChange['kind'], at: string, one: Json | undefined, two: Json | undefined): void => {
    if (!jsonEqual(one, two)) changes.push({ kind, at, before: one, after: two });
  };
  compare('form', 'form', before.manifest?.form as Json | undefined, after.manifest?.form as Json | undefined);
  const pointers = new Set([...Object.keys(before.origins ?? {}), ...Object.keys(after.origins ?? {})]);
  for (const at of pointers) {
    compare('answer', at, valueAt(before.data ?? {}, at), valueAt(after.data ?? {}, at));
    compare('origin', at, before.origins?.[at]?.origin, after.origins?.[at]?.origin);
  }
  const components = ({ manifest }: DossierVerdict) =>
    new Map((manifest?.components ?? []).map(({ id, fulfilledBy }) => [id, fulfilledBy]));
  const [papersBefore, papersAfter] = [components(before), components(after)];
  for (const id of new Set([...papersBefore.keys(), ...papersAfter.keys()]))
    compare('component', id, papersBefore.get(id), papersAfter.get(id));
  const files = ({ manifest }: DossierVerdict) =>
    new Map(
      (manifest?.files ?? [])
        .filter(({ role }) => role === 'component' || role === 'answer-file')
        .map(({ path, sha256 }) => [path, sha256]),
    );
  const [filesBefore, filesAfter] = [files(before), files(after)];
  for (const path of new Set([...filesBefore.keys(), ...filesAfter.keys()]))
    compare('file', path, filesBefore.get(path), filesAfter.get(path));
  return changes;
}
