// Consents, disputes, complaints and invitations in PostgreSQL or PGlite, behind the ports that the gateway takes. One table of
// records; their bodies are encrypted by whoever runs the portal, only what is searched for stands in clear.

import { OnceFormError } from '@onceform/core';
import type { BodyBox } from '../body-box.ts';
import type { Invitation, InvitationStore } from '../co-declaration.ts';
import type { Complaint, ComplaintStore } from '../complaints.ts';
import type { ConsentRecord, ConsentStore } from '../consent.ts';
import type { Dispute, DisputeStore } from '../disputes.ts';
import type { SqlQuery } from './sql.ts';

/** One statement each; safe to run again. */
export const LEDGER_TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS once_ledger (
    kind text NOT NULL, id text NOT NULL, owner text NOT NULL, status text NOT NULL, token text, due text, at text NOT NULL,
    body text NOT NULL, PRIMARY KEY (kind, id))`,
  `CREATE INDEX IF NOT EXISTS once_ledger_owner ON once_ledger (kind, owner)`,
  `CREATE INDEX IF NOT EXISTS once_ledger_status ON once_ledger (kind, status, due)`,
  `CREATE UNIQUE INDEX IF NOT EXISTS once_ledger_token ON once_ledger (token) WHERE token IS NOT NULL`,
];

export interface SqlLedgers {
  readonly consents: ConsentStore;
  readonly disputes: DisputeStore;
  readonly invitations: InvitationStore;
  readonly complaints: ComplaintStore;
  /** For whoever reads or writes rows with a statement of their own, together with others. */
  readonly rows: LedgerRows;
}

/** The columns of a row, in the order of the table: `kind, id, owner, status, token, due, at, body`. */
export type LedgerRow = readonly (string | null)[];

export interface LedgerRows {
  consent(record: ConsentRecord): Promise<LedgerRow>;
  /** What a `body` holds. */
  open(kind: 'consent', id: string, body: string): Promise<ConsentRecord>;
  open(kind: 'invitation', id: string, body: string): Promise<Invitation>;
}

interface Row {
  readonly id: string;
  readonly owner: string;
  readonly status: string;
  readonly token: string | null;
  readonly due: string | null;
  readonly at: string;
  readonly body: unknown;
}

const COLUMNS = 'kind, id, owner, status, token, due, at, body';
const VALUES = '$1, $2, $3, $4, $5, $6, $7, $8';

export function createSqlLedgers(query: SqlQuery, box: BodyBox): SqlLedgers {
  const run = async (
    sql: string,
    parameters: readonly (string | null)[],
  ): Promise<readonly { readonly id: string; readonly body: string }[]> => {
    try {
      return (await query(sql, parameters)).rows as readonly { readonly id: string; readonly body: string }[];
    } catch (error) {
      // A driver's message may quote parameters.
      const state = (error as { code?: unknown } | null)?.code;
      throw new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The ledger did not run a query.', {
        data: typeof state === 'string' ? { state } : {},
      });
    }
  };
  const written = async (
    kind: string,
    { id, owner, status, token, due, at, body }: Row,
  ): Promise<(string | null)[]> => [
    kind,
    id,
    owner,
    status,
    token,
    due,
    at,
    await box.seal(`${kind}/${id}`, JSON.stringify(body)),
  ];
  const set = async (kind: string, row: Row): Promise<void> => {
    await run(
      `INSERT INTO once_ledger (${COLUMNS}) VALUES (${VALUES}) ON CONFLICT (kind, id) DO UPDATE
        SET owner = excluded.owner, status = excluded.status, due = excluded.due, at = excluded.at, body = excluded.body`,
      await written(kind, row),
    );
  };
  const find = async <T>(kind: string, where: string, ...parameters: string[]): Promise<T[]> => {
    const rows = await run(`SELECT id, body FROM once_ledger WHERE kind = $1 AND ${where} ORDER BY at DESC, id`, [
      kind,
      ...parameters,
    ]);
    return Promise.all(rows.map(({ id, body }) => open<T>(kind, id, body)));
  };
  const open = async <T>(kind: string, id: string, body: string): Promise<T> =>
    JSON.parse(await box.open(`${kind}/${id}`, body)) as T;
  const one = async <T>(kind: string, where: string, parameter: string): Promise<T | undefined> =>
    (await find<T>(kind, where, parameter))[0];

  return {
    rows: { consent: record => written('consent', consentRow(record)), open },
    consents: {
      get: draft => one('consent', 'id = $2', draft),
      set: record => set('consent', consentRow(record)),
      of: subject => find('consent', 'owner = $2', subject),
      overdue: now => find('consent', `status = 'given' AND due <= $2`, now),
    },
    disputes: {
      get: id => one('dispute', 'id = $2', id),
      set: dispute => set('dispute', disputeRow(dispute)),
      of: subject => find('dispute', 'owner = $2', subject),
      byStatus: status => find('dispute', 'status = $2', status),
    },
    complaints: {
      get: id => one('complaint', 'id = $2', id),
      set: complaint => set('complaint', complaintRow(complaint)),
      of: subject => find('complaint', 'owner = $2', subject),
      byStatus: status => find('complaint', 'status = $2', status),
    },
    invitations: {
      get: id => one('invitation', 'id = $2', id),
      byToken: hash => one('invitation', 'token = $2', hash),
      ofDraft: draft => find('invitation', 'owner = $2', draft),
      async replace(next, was) {
        const row = await written('invitation', invitationRow(next));
        const done =
          was === undefined
            ? await run(
                `INSERT INTO once_ledger (${COLUMNS}) VALUES (${VALUES}) ON CONFLICT DO NOTHING RETURNING id, body`,
                row,
              )
            : await run(
                `UPDATE once_ledger SET status = $3, due = $4, at = $5, body = $6
                  WHERE kind = $1 AND id = $2 AND status = $7 RETURNING id, body`,
                ['invitation', next.id, next.status, next.expires, row[6]!, row[7]!, was],
              );
        return done.length > 0;
      },
    },
  };
}

function consentRow(record: ConsentRecord): Row {
  const { draft, subject, state, keepUntil, given } = record;
  return { id: draft, owner: subject, status: state, token: null, due: keepUntil, at: given, body: record };
}

function disputeRow(dispute: Dispute): Row {
  const { id, subject, status, opened } = dispute;
  return { id, owner: subject, status, token: null, due: null, at: opened, body: dispute };
}

function complaintRow(complaint: Complaint): Row {
  const { id, subject, status, opened } = complaint;
  return { id, owner: subject, status, token: null, due: null, at: opened, body: complaint };
}

function invitationRow(invitation: Invitation): Row {
  const { id, draft, status, tokenHash, expires } = invitation;
  return { id, owner: draft, status, token: tokenHash, due: expires, at: expires, body: invitation };
}
