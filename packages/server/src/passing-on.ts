// Passing a dossier on: an agency that was to decide it finds that another one is competent. What it had stays as it was –
// code, receipt, the day the result is due –; who decides is another one from then on, and the citizen reads which and why.

import type { LocalizedText } from '@onceform/core';
import type { Audit } from './audit.ts';
import type { CompetentAgencies } from './competent-agencies.ts';
import type { Database } from './database.ts';
import { packageKey } from './dossier-index.ts';
import { agencyOf, type DossierRow, type DossierStatus } from './handling.ts';
import { addCounts } from './measurement.ts';
import type { ObjectStore } from './object-store.ts';
import { refuse, refuseChange } from './problem.ts';
import type { Person } from './session.ts';

/** What an agency that passed a dossier on learns of it: how far it is, and nothing of anybody. */
export interface PassedOnDossier {
  readonly id: string;
  readonly code: string;
  readonly title?: LocalizedText;
  readonly procedure: string | null;
  readonly received: string;
  readonly status: DossierStatus;
  /** Who decides. */
  readonly agency: string | null;
  readonly agencyName?: LocalizedText;
}

/** What the citizen reads where another agency decides than the receipt says. */
export interface PassedOn {
  readonly at: string;
  readonly agency: string;
  readonly agencyName: LocalizedText;
  readonly reason: string;
}

export interface PassingOn {
  /** Dossiers that the officer's agency took in, or was to decide, and that another one decides; newest first. Looking is written down. */
  list(officer: Person): Promise<readonly PassedOnDossier[]>;
  /**
   * Gives a dossier that nobody has said a first word about to another agency. The citizen is told, with the reason.
   *
   * @throws {OnceFormError} ERR_NOT_FOUND when another agency decides on it, or the tables of today know no other agency of
   *   that code; ERR_CONFLICT when the citizen has been told already what becomes of it.
   */
  passOn(officer: Person, id: string, to: { readonly agency: string; readonly reason: string }): Promise<PassedOn>;
  /** The last time each of these dossiers was passed on, by id; those that never were are left out. */
  last(ids: readonly string[]): Promise<ReadonlyMap<string, PassedOn>>;
}

export function createPassingOn({
  db,
  objects,
  agencies,
  audit,
  clock,
  today,
}: {
  readonly db: Database;
  readonly objects: ObjectStore;
  readonly agencies: Pick<CompetentAgencies, 'names'>;
  readonly audit: Audit;
  readonly clock: () => Date;
  readonly today: () => string;
}): PassingOn {
  return {
    async list(officer) {
      await audit(officer.id, 'list.passed-on', '');
      const rows = await db.query<DossierRow>(
        `SELECT * FROM dossier
         WHERE agency IS DISTINCT FROM $1 AND (receiving_agency = $1
           OR id IN (SELECT dossier FROM dossier_event WHERE kind = 'passed-on' AND body->>'from' = $1))
         ORDER BY received DESC LIMIT 200`,
        [agencyOf(officer)],
      );
      const names = await agencies.names([...new Set(rows.map(({ agency }) => agency ?? ''))], today());
      return rows.map(({ id, status, procedure, agency, received, receipt: { code, title, agencyNames } }) => {
        const agencyName = agencyNames?.[agency ?? ''] ?? names[agency ?? ''];
        return {
          id,
          code,
          ...(title === undefined ? {} : { title }),
          procedure,
          received: received.toISOString(),
          status,
          agency,
          ...(agencyName === undefined ? {} : { agencyName }),
        };
      });
    },
    async passOn(officer, id, { agency, reason }) {
      const from = agencyOf(officer);
      const agencyName = (await agencies.names([agency], today()))[agency];
      if (agency === from || agencyName === undefined)
        throw refuse('ERR_NOT_FOUND', 'The tables of today know no other agency of this code.');
      return db.transaction(async tx => {
        const [row] = await tx.query<DossierRow>('SELECT * FROM dossier WHERE id = $1 AND agency = $2 FOR UPDATE', [
          id,
          from,
        ]);
        if (row === undefined) throw refuse('ERR_NOT_FOUND', 'Your agency decides on no such dossier.');
        if (row.status !== 'received')
          throw refuseChange(`A dossier that is "${row.status}" is not passed on: the citizen was told already.`);
        // Whoever decides reads it, and their key locks it. Should the rest fail, it is readable as before.
        const bytes = await objects.get(packageKey(row.sha256));
        if (bytes === null) throw refuse('ERR_INTERNAL', 'The package is not in the object store.');
        await objects.put(packageKey(row.sha256), bytes, agency);
        const now = clock();
        const { code } = row.receipt;
        await tx.query('UPDATE dossier SET agency = $2 WHERE id = $1', [id, agency]);
        await tx.query(
          `INSERT INTO dossier_event (dossier, at, kind, by, body) VALUES ($1, $2, 'passed-on', $3, $4::jsonb)`,
          [id, now, officer.id, JSON.stringify({ from, agency, agencyName, reason })],
        );
        await audit(officer.id, 'pass-on', id, tx);
        await tx.query(
          `INSERT INTO outbox (kind, subject, body, created, due) VALUES ('dossier.passed-on', $1, $2::jsonb, $3, $3)`,
          [
            id,
            JSON.stringify({
              id,
              code,
              agency,
              from,
              ...(row.receiving_agency === null ? {} : { receivingAgency: row.receiving_agency }),
              procedure: row.procedure,
              status: row.status,
            }),
            now,
          ],
        );
        await addCounts(tx, [
          [{ day: today(), procedure: row.procedure, agency: from, channel: row.channel }, { 'passed-on': 1 }],
        ]);
        return { at: now.toISOString(), agency, agencyName, reason };
      });
    },
    async last(ids) {
      if (ids.length === 0) return new Map();
      const rows = await db.query<{ dossier: string; at: Date; body: Omit<PassedOn, 'at'> & { from: string } }>(
        `SELECT DISTINCT ON (dossier) dossier, at, body FROM dossier_event
         WHERE kind = 'passed-on' AND dossier IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY dossier, id DESC`,
        [JSON.stringify(ids)],
      );
      return new Map(
        rows.map(({ dossier, at, body: { agency, agencyName, reason } }) => [
          dossier,
          { at: at.toISOString(), agency, agencyName, reason },
        ]),
      );
    },
  };
}
