// Handling, just enough to be real: the states of a dossier, who may bring it from one to another, and what is told.

import type { Json, Pointer, Receipt } from '@onceform/core';
import type { Audit } from './audit.ts';
import type { Database, Queryable } from './database.ts';
import { addCounts } from './measurement.ts';
import { refuse, refuseChange } from './problem.ts';
import type { Decided, Result } from './results.ts';
import type { Person } from './session.ts';

export type DossierStatus = 'received' | 'accepted' | 'refused' | 'supplement' | 'supplemented' | 'done';

/** What an officer decides. Texts are for the citizen. */
export type Handling =
  | { readonly action: 'accept' }
  | { readonly action: 'refuse'; readonly reason: string }
  /** Which answers and papers are to be put right, and why: the next package names this one as its `previous`. */
  | {
      readonly action: 'supplement';
      readonly reason: string;
      readonly pointers: readonly Pointer[];
      readonly components: readonly string[];
    }
  /** The result is there: its number and date, and, where it is electronic, the paper and the facts it establishes. */
  | ({ readonly action: 'deliver'; readonly sha256?: string } & Result);

const NEXT: Readonly<
  Record<Handling['action'], { readonly from: readonly DossierStatus[]; readonly to: DossierStatus }>
> = {
  accept: { from: ['received'], to: 'accepted' },
  refuse: { from: ['received', 'accepted'], to: 'refused' },
  supplement: { from: ['received', 'accepted'], to: 'supplement' },
  deliver: { from: ['accepted'], to: 'done' },
};

export interface TimelineEntry {
  readonly at: string;
  readonly kind: string;
  readonly body: Json;
}

export interface HandledDossier {
  readonly id: string;
  readonly status: DossierStatus;
  readonly procedure: string | null;
  readonly received: string;
  readonly noticeBy: string | null;
  readonly receipt: Receipt;
}

export interface Handlings {
  /** Dossiers that the officer's agency decides on, oldest first. Looking is written down. */
  list(officer: Person, status: string | undefined): Promise<readonly HandledDossier[]>;
  /** The digest of the package, for reading it. Looking is written down. */
  open(
    officer: Person,
    id: string,
  ): Promise<{ readonly sha256: string; readonly mediaType: string; readonly code: string }>;
  /**
   * Whose dossier it is and of which form, when the step may be taken now.
   *
   * @throws {OnceFormError} as `handle` does.
   */
  mayHandle(officer: Person, id: string, action: Handling['action']): Promise<Decided>;
  /**
   * @param also what is written together with the step, or not at all.
   * @throws {OnceFormError} ERR_NOT_FOUND when another agency decides on it; ERR_CONFLICT when its state does not allow
   *   the step any more.
   */
  handle(
    officer: Person,
    id: string,
    handling: Handling,
    also: (tx: Queryable) => Promise<void>,
  ): Promise<DossierStatus>;
  timeline(id: string): Promise<readonly TimelineEntry[]>;
  /** One rating for a dossier; a later one replaces it. */
  rate(id: string, score: number): Promise<void>;
}

/** A row of the index, as those who handle it read it. */
export interface DossierRow {
  readonly id: string;
  readonly owner: string;
  readonly form_id: string;
  readonly status: DossierStatus;
  readonly procedure: string | null;
  readonly agency: string | null;
  readonly receiving_agency: string | null;
  readonly channel: string;
  readonly received: Date;
  readonly notice_by: Date | null;
  readonly due_by: Date | null;
  readonly receipt: Receipt;
  readonly sha256: string;
  readonly media_type: string;
}

export function createHandlings({
  db,
  audit,
  clock,
  today,
}: {
  readonly db: Database;
  readonly audit: Audit;
  readonly clock: () => Date;
  readonly today: () => string;
}): Handlings {
  return {
    async list(officer, status) {
      await audit(officer.id, 'list', status ?? '');
      const rows = await db.query<DossierRow>(
        `SELECT * FROM dossier WHERE agency = $1 AND ($2::text IS NULL OR status = $2) ORDER BY received LIMIT 200`,
        [agencyOf(officer), status ?? null],
      );
      return rows.map(row => ({
        id: row.id,
        status: row.status,
        procedure: row.procedure,
        received: row.received.toISOString(),
        noticeBy: row.notice_by?.toISOString() ?? null,
        receipt: row.receipt,
      }));
    },
    async open(officer, id) {
      const [row] = await db.query<DossierRow>('SELECT * FROM dossier WHERE id = $1 AND agency = $2', [
        id,
        agencyOf(officer),
      ]);
      if (row === undefined) throw refuse('ERR_NOT_FOUND', 'Your agency decides on no such dossier.');
      await audit(officer.id, 'open', id);
      return { sha256: row.sha256, mediaType: row.media_type, code: row.receipt.code };
    },
    async mayHandle(officer, id, action) {
      const row = await allowed(db, officer, id, action);
      return { id, sha256: row.sha256, owner: row.owner, agency: row.agency, form: row.form_id };
    },
    handle: (officer, id, handling, also) =>
      db.transaction(async tx => {
        const row = await allowed(tx, officer, id, handling.action, 'FOR UPDATE');
        const { to } = NEXT[handling.action];
        const now = clock();
        const body = toldOf(handling);
        await tx.query('UPDATE dossier SET status = $2 WHERE id = $1', [id, to]);
        await tx.query('INSERT INTO dossier_event (dossier, at, kind, by, body) VALUES ($1, $2, $3, $4, $5::jsonb)', [
          id,
          now,
          to,
          officer.id,
          JSON.stringify(body),
        ]);
        await audit(officer.id, handling.action, id, tx);
        await tx.query('INSERT INTO outbox (kind, subject, body, created, due) VALUES ($1, $2, $3::jsonb, $4, $4)', [
          `dossier.${to}`,
          id,
          JSON.stringify({
            id,
            code: row.receipt.code,
            agency: row.agency,
            ...(row.receiving_agency === null ? {} : { receivingAgency: row.receiving_agency }),
            procedure: row.procedure,
            status: to,
          }),
          now,
        ]);
        await addCounts(tx, [
          [
            { day: today(), procedure: row.procedure, agency: row.agency, channel: row.channel },
            { [to]: 1, ...(await timesOf(tx, row, to, now)) },
          ],
        ]);
        await also(tx);
        return to;
      }),
    async timeline(id) {
      const [row] = await db.query<DossierRow>('SELECT * FROM dossier WHERE id = $1', [id]);
      const events = await db.query<{ at: Date; kind: string; body: Json }>(
        'SELECT at, kind, body FROM dossier_event WHERE dossier = $1 ORDER BY id',
        [id],
      );
      return [
        ...(row === undefined ? [] : [{ at: row.received.toISOString(), kind: 'received', body: receivedOf(row) }]),
        ...events.map(({ at, kind, body }) => ({ at: at.toISOString(), kind, body })),
      ];
    },
    rate: (id, score) =>
      db.transaction(async tx => {
        const [before] = await tx.query<{ score: number }>('SELECT score FROM rating WHERE dossier = $1 FOR UPDATE', [
          id,
        ]);
        const [row] = await tx.query<DossierRow>('SELECT * FROM dossier WHERE id = $1', [id]);
        await tx.query(
          'INSERT INTO rating (dossier, score, at) VALUES ($1, $2, $3) ON CONFLICT (dossier) DO UPDATE SET score = excluded.score, at = excluded.at',
          [id, score, clock()],
        );
        const satisfied = (value: number): number => (value >= 4 ? 1 : 0);
        await addCounts(tx, [
          [
            { day: today(), procedure: row!.procedure, agency: row!.agency, channel: row!.channel },
            {
              rated: before === undefined ? 1 : 0,
              'rated:satisfied': satisfied(score) - (before === undefined ? 0 : satisfied(before.score)),
            },
          ],
        ]);
      }),
  };
}

/** Whether the first word and the result came in time, and how long the first look took. */
async function timesOf(tx: Queryable, row: DossierRow, to: DossierStatus, now: Date): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  if (row.status === 'received') {
    counts['noticed'] = 1;
    if (row.notice_by === null || now <= row.notice_by) counts['noticed:in-time'] = 1;
    // From opening the package to the first decision; of a dossier decided unread there is no such time.
    const [opened] = await tx.query<{ at: Date | null }>(
      `SELECT min(at) AS at FROM audit WHERE act = 'open' AND subject = $1`,
      [row.id],
    );
    if (opened !== undefined && opened.at !== null) {
      counts['looked'] = 1;
      counts['looked:minutes'] = Math.max(1, Math.round((now.getTime() - opened.at.getTime()) / 60_000));
    }
  }
  if (to === 'done' && row.due_by !== null) {
    counts['done:due'] = 1;
    if (now <= row.due_by) counts['done:in-time'] = 1;
  }
  return counts;
}

async function allowed(
  db: Queryable,
  officer: Person,
  id: string,
  action: Handling['action'],
  lock: '' | 'FOR UPDATE' = '',
): Promise<DossierRow> {
  const [row] = await db.query<DossierRow>(`SELECT * FROM dossier WHERE id = $1 AND agency = $2 ${lock}`, [
    id,
    agencyOf(officer),
  ]);
  if (row === undefined) throw refuse('ERR_NOT_FOUND', 'Your agency decides on no such dossier.');
  const { from, to } = NEXT[action];
  if (!from.includes(row.status)) throw refuseChange(`A dossier that is "${row.status}" cannot be brought to "${to}".`);
  return row;
}

/** That it was taken in; and where it went from there. */
function receivedOf({ receipt: { code, agency, receivingAgency } }: DossierRow): Json {
  return receivingAgency === undefined ? { code } : { code, receivingAgency, agency };
}

/** What the citizen reads of it. Paper and facts are where such things are kept; here is only that there are some. */
function toldOf(handling: Handling): Json {
  const { action: _action, ...told } = handling;
  if (!('number' in told)) return told as unknown as Json;
  const { document, facts = [], ...body } = told;
  return {
    ...body,
    ...(document === undefined ? {} : { document: { type: document.type, title: document.title } }),
    ...(facts.length === 0 ? {} : { facts: facts.map(({ concept }) => concept) }),
  };
}

/** @throws {OnceFormError} ERR_FORBIDDEN when an officer's account belongs to no agency. */
export function agencyOf({ agency }: Person): string {
  if (agency === undefined) throw refuse('ERR_FORBIDDEN', 'This account belongs to no agency.');
  return agency;
}
