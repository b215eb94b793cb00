// The audit: what officers looked at and what administrators changed. Rows are only added.

import type { Queryable } from './database.ts';

/** Writes one line: who, which act of the authorisation matrix or step of handling, on what. Never a value. */
export type Audit = (person: string, act: string, subject: string, db?: Queryable) => Promise<void>;

export function createAudit(db: Queryable, clock: () => Date): Audit {
  return async (person, act, subject, tx = db) => {
    await tx.query('INSERT INTO audit (at, person, act, subject) VALUES ($1, $2, $3, $4)', [
      clock(),
      person,
      act,
      subject,
    ]);
  };
}
