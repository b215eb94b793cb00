// What runs out, told before it does: facts and papers that came of a dossier, and whose last day is near. Each is a
// message of the outbox, once, so that a notifier brings it to the citizen; what is held about them says it too.

import { expiryRound, type ExpiringFacts } from '@onceform/store';
import type { Database } from './database.ts';

/** How a paper or a fact stands on a day. `ending`: good, and not for long. */
export type Standing = 'good' | 'ending' | 'expired' | 'revoked';

export interface EndingNotices {
  /** Tells what ends soon and was not told before; returns how many messages that made. Several nodes may do it at once. */
  run(): Promise<number>;
  /** How something stands today that is good to the end of `validUntil`. */
  standing(about: { readonly validUntil?: string | undefined; readonly revoked?: boolean | undefined }): Standing;
}

export interface EndingNoticesOptions {
  readonly db: Database;
  /** What may end. A record is the id of a dossier, or begins with it and `#`. */
  readonly facts: readonly ExpiringFacts[];
  /** Days before the last one; 30 when absent. */
  readonly ahead?: number;
  /** The date where the agency is. */
  readonly today: () => string;
  readonly clock: () => Date;
}

export function createEndingNotices(options: EndingNoticesOptions): EndingNotices {
  const { db, facts, ahead = 30, today, clock } = options;
  // Every round looks at the whole span: what is decided today may end before what was told long ago.
  const round = async (from: ExpiringFacts): ReturnType<typeof expiryRound> =>
    expiryRound(from, { ahead: `P${ahead}D`, cursor: null, now: new Date(`${today()}T00:00:00Z`) });

  return {
    async run() {
      // What is over is not told again, so that nobody has to remember it.
      await db.query('DELETE FROM ending_notice WHERE until < $1::date', [today()]);
      const found = (await Promise.all(facts.map(round))).flatMap(({ notices }) => notices);
      if (found.length === 0) return 0;
      // A paper and the facts on it are one thing to their owner: one message for a dossier and a day.
      const told = await db.query(
        `WITH ending AS (
           SELECT DISTINCT dossier.id, code, agency, procedure, until
           FROM jsonb_to_recordset($1::jsonb) AS row (record text, until date) JOIN dossier ON dossier.id = split_part(record, '#', 1)
         ), entered AS (
           INSERT INTO ending_notice (dossier, until, told) SELECT id, until, $2 FROM ending ON CONFLICT DO NOTHING
           RETURNING dossier, until
         )
         INSERT INTO outbox (kind, subject, body, created, due)
         SELECT 'dossier.ending', id, jsonb_build_object('id', id, 'code', code, 'agency', agency, 'procedure', procedure,
           'until', ending.until::text), $2, $2
         FROM ending JOIN entered ON entered.dossier = ending.id AND entered.until = ending.until RETURNING 1`,
        [
          JSON.stringify(
            found.map(({ recordRef, validUntil }) => ({ record: recordRef, until: validUntil.slice(0, 10) })),
          ),
          clock(),
        ],
      );
      return told.length;
    },
    standing({ validUntil, revoked = false }) {
      if (revoked) return 'revoked';
      if (validUntil === undefined) return 'good';
      const left = (Date.parse(validUntil.slice(0, 10)) - Date.parse(today())) / 86_400_000;
      return left < 0 ? 'expired' : left < ahead ? 'ending' : 'good';
    },
  };
}
