// What a commune counts as where fees are concerned: at the border, an island, extremely difficult. Which ones those are is
// decided for some years at a time and stands in a portal's dated table; that a special zone is an island, the pack knows.

import type { AreaRow, Json } from '@onceform/core';
import { presentUnits } from './agencies.ts';
import { codeLists } from './code-lists.ts';

/** Words of `AreaRow.standing` that this pack understands. */
export const AREA_STANDINGS = ['border', 'island', 'difficult'] as const;
export type AreaStanding = (typeof AREA_STANDINGS)[number];

/**
 * By whose decision the commune of an address counts as one of these; null where it does not. A former commune that was
 * divided has to count in all of its parts: nobody knows in which the address lies.
 */
export async function standsAs(
  address: Json | undefined,
  standings: readonly AreaStanding[],
  rows: readonly AreaRow[],
): Promise<string | null> {
  const communes = (await presentUnits(address)).map(({ communeCode }) => communeCode);
  const found = await Promise.all(communes.map(commune => basisFor(commune, standings, rows)));
  return found.length === 0 || found.includes(null) ? null : found[0]!;
}

async function basisFor(
  commune: string,
  standings: readonly AreaStanding[],
  rows: readonly AreaRow[],
): Promise<string | null> {
  const row = rows.find(({ area, standing }) => area === commune && standings.includes(standing as AreaStanding));
  if (row !== undefined) return row.basis;
  if (!standings.includes('island')) return null;
  const { label } = (await codeLists['communes']!.load()).find(({ code }) => code === commune) ?? {};
  return typeof label === 'object' && label['vi']?.startsWith('Đặc khu ') === true ? 'Đặc khu' : null;
}
