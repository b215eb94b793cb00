// Who used a person's data at the registers themselves, asked live and kept nowhere, as in the Estonian Data Tracker.

import type { AbsentReason, SourceRef } from '@onceform/core';
import { reasonOf } from './collect.ts';
import { withDeadline } from './deadline.ts';
import type { CitizenDataSource, Person, UsageRow } from './source.ts';

/** One register's answer: its rows, newest first, or why there are none. */
export type SourceUsage = { readonly source: SourceRef } & (
  { readonly rows: readonly UsageRow[] } | { readonly absent: AbsentReason }
);

/** Asks every source that keeps a usage log, in parallel; one that is down says so and holds up nobody. */
export async function usageAtSources(
  person: Person,
  sources: readonly CitizenDataSource[],
  { deadline = 3000, limit = 200 }: { readonly deadline?: number; readonly limit?: number } = {},
): Promise<readonly SourceUsage[]> {
  return Promise.all(
    sources
      .filter(source => source.usage !== undefined)
      .map(async (source): Promise<SourceUsage> => {
        const { id, name, kind } = source.describe();
        const rows: UsageRow[] = [];
        try {
          await withDeadline(async signal => {
            for await (const row of source.usage!(person, signal)) if (rows.push(row) >= limit) break;
          }, deadline);
        } catch (error) {
          return { source: { id, name, kind }, absent: reasonOf(error) };
        }
        return { source: { id, name, kind }, rows };
      }),
  );
}
