// What the portal knows of a case, read with one question: who asks, the draft, whose role it is for, the consent, who is
// invited, and what was offered. Requests that come at once share the question.

import type { JsonObject, Miss, Offer, SubjectRole } from '@onceform/core';
import type { Invitation, KnownConsent, OfferBook, UsageEvent } from '@onceform/store';
import type { LedgerRows } from '@onceform/store/sql-ledgers';
import type { Database } from './database.ts';
import type { Filed } from './dossier-index.ts';
import { DRAFT_COLUMNS, type DraftRow } from './drafts.ts';
import { gather } from './gather.ts';
import { offersOf, type OfferBox } from './gateway-stores.ts';
import type { SessionRow } from './session.ts';

export interface CaseFile {
  readonly draft: DraftRow;
  /** The role its owner was invited for; undefined: they are the applicant. */
  readonly role: SubjectRole | undefined;
  readonly consent: KnownConsent;
  readonly invitations: readonly Invitation[];
  readonly offered: OfferBook;
}

/** Whose case it is: somebody who is known, or whoever the session of this id is. */
export type Asker = { readonly owner: string } | { readonly session: string };

/** What a prefill rests on. */
export interface PrefillFile {
  /** The row of the session that was asked for; null where there is none. */
  readonly session: SessionRow | null;
  /** Null where the asker has no such draft. */
  readonly file: CaseFile | null;
}

/** What a dossier is filed on. */
export interface FilingFile {
  /** The row of the session that was asked for; null where there is none. */
  readonly session: SessionRow | null;
  /** What stands under the dossier's id. */
  readonly filed: Filed | null;
  /** Null where the person has no draft of this nonce, or it expired. */
  readonly file: CaseFile | null;
  /** Dossiers the person filed before; not counted beyond `MANY`. */
  readonly before: number;
}

export interface CaseFiles {
  /**
   * Writes in the same breath that sources are about to be asked, where the asker has the draft: `event` without its
   * subject, under a name of the caller's.
   */
  ofPrefill(asked: {
    readonly draft: string;
    readonly by: Asker;
    readonly begun: { readonly name: string; readonly event: Omit<UsageEvent, 'subject'> } | null;
  }): Promise<PrefillFile>;
  ofFiling(asked: { readonly dossier: string; readonly nonce: string | null; readonly by: Asker }): Promise<FilingFile>;
}

/** Whoever filed so many is an experienced citizen; nobody has to know more. */
const MANY = 20;

const WHO = `SELECT sealed, expires, person FROM session WHERE session.id = decode(given.session, 'hex')
  AND session.expires > $2 OFFSET 0`;

// In both questions OFFSET 0 has the few rows that are asked for looked up by index, whatever the planner guesses of their
// number.
const CASE = `${DRAFT_COLUMNS.split(', ')
  .map(column => `draft.${column}`)
  .join(', ')}, co_draft.role,
  (SELECT body FROM once_ledger WHERE kind = 'consent' AND once_ledger.id = draft.id) AS consent,
  (SELECT jsonb_agg(jsonb_build_array(id, body) ORDER BY at DESC, id) FROM once_ledger
    WHERE kind = 'invitation' AND owner = draft.id) AS invitations,
  (SELECT jsonb_agg(jsonb_build_array(key, encode(body, 'base64')) ORDER BY no) FROM offer
    WHERE offer.draft = draft.id AND subject = draft.owner) AS offers`;

interface CaseRow extends DraftRow {
  /** Of the question, from 0. */
  readonly asked: number;
  readonly role: string | null;
  readonly consent: string | null;
  readonly invitations: readonly (readonly [string, string])[] | null;
  readonly offers: readonly (readonly [string, string])[] | null;
}

interface PrefillRow extends Partly<CaseRow> {
  readonly session_sealed: Uint8Array | null;
  readonly session_expires: Date | null;
}

type Partly<Row> = { readonly [name in keyof Row]: name extends 'asked' ? Row[name] : Row[name] | null };

interface FilingRow extends PrefillRow {
  readonly before: number;
  readonly filed: Filed | null;
}

export function createCaseFiles({
  db,
  ledger,
  offers,
  clock,
}: {
  readonly db: Database;
  readonly ledger: LedgerRows;
  readonly offers: OfferBox;
  readonly clock: () => Date;
}): CaseFiles {
  const open = async (row: CaseRow): Promise<CaseFile> => {
    const { asked: _asked, role, consent, invitations, offers: offered, ...draft } = row;
    return {
      draft,
      role: role ?? undefined,
      consent: {
        record: consent === null ? undefined : await ledger.open('consent', draft.id, consent),
        mark: consent,
      },
      invitations: await Promise.all((invitations ?? []).map(([id, body]) => ledger.open('invitation', id, body))),
      offered: offersOf(
        (offered ?? []).map(([key, body]) => [
          key,
          offers.open<JsonObject>(`${draft.id} ${key}`, Buffer.from(body, 'base64')) as unknown as Offer | Miss,
        ]),
      ),
    };
  };

  const prefillRows = gather<Parameters<CaseFiles['ofPrefill']>[0], PrefillRow>(async asked => {
    const given = asked.map(({ draft, by, begun }) => ({ draft, ...by, name: begun?.name, event: begun?.event }));
    const rows = await db.query<PrefillRow>(
      `WITH given AS MATERIALIZED (
         SELECT given.*, who.sealed, who.expires AS until, coalesce(who.person, given.owner) AS asker
         FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (session text, owner text, draft text, name text, event jsonb))
           WITH ORDINALITY AS given (session, owner, draft, name, event, at)
         LEFT JOIN LATERAL (${WHO}) AS who ON true
       ), found AS MATERIALIZED (
         SELECT given.at, given.name, given.event, given.sealed, given.until, draft.* FROM given
         LEFT JOIN LATERAL (SELECT * FROM draft WHERE draft.id = given.draft AND draft.owner = given.asker
           AND draft.expires > $2 OFFSET 0) AS draft ON true
       ), begun AS (
         INSERT INTO prefill_begun (id, at, event)
         SELECT name, $2, event || jsonb_build_object('subject', owner) FROM found
         WHERE found.id IS NOT NULL AND name IS NOT NULL
       )
       SELECT (draft.at - 1)::int AS asked, draft.sealed AS session_sealed, draft.until AS session_expires, ${CASE}
       FROM found AS draft LEFT JOIN co_draft ON co_draft.draft = draft.id,
         (SELECT set_config('synchronous_commit', 'off', true)) AS unhurried`,
      [JSON.stringify(given), clock()],
    );
    return inOrder(asked.length, rows) as PrefillRow[];
  });

  const filingRows = gather<Parameters<CaseFiles['ofFiling']>[0], FilingRow>(async asked => {
    const rows = await db.query<FilingRow>(
      `SELECT (given.at - 1)::int AS asked, who.sealed AS session_sealed, who.expires AS session_expires, ${CASE},
          (SELECT jsonb_build_object('id', id, 'sha256', sha256, 'owner', owner, 'receipt', receipt) FROM dossier
            WHERE dossier.id = given.dossier) AS filed,
          (SELECT count(*)::int FROM (SELECT FROM dossier WHERE dossier.owner = coalesce(who.person, given.owner)
            LIMIT ${MANY}) AS few) AS before
         FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (session text, owner text, dossier text, nonce text))
           WITH ORDINALITY AS given (session, owner, dossier, nonce, at)
         LEFT JOIN LATERAL (${WHO}) AS who ON true
         LEFT JOIN LATERAL (SELECT * FROM draft WHERE draft.nonce = given.nonce
           AND draft.owner = coalesce(who.person, given.owner) AND draft.expires > $2 OFFSET 0) AS draft ON true
         LEFT JOIN co_draft ON co_draft.draft = draft.id`,
      [JSON.stringify(asked.map(({ dossier, nonce, by }) => ({ dossier, nonce, ...by }))), clock()],
    );
    return inOrder(asked.length, rows) as FilingRow[];
  });

  return {
    async ofPrefill(asked) {
      const { session_sealed: sealed, session_expires: expires, ...row } = await prefillRows(asked);
      return {
        session: sessionOf(sealed, expires),
        file: row.id === null ? null : await open(row as CaseRow),
      };
    },
    async ofFiling({ dossier, nonce, by }) {
      const asked = { dossier, nonce: isNonce(nonce) ? nonce : null, by };
      const { filed, before, session_sealed: sealed, session_expires: expires, ...row } = await filingRows(asked);
      return {
        session: sessionOf(sealed, expires),
        filed,
        before,
        file: row.id === null ? null : await open(row as CaseRow),
      };
    },
  };
}

function sessionOf(sealed: Uint8Array | null, expires: Date | null): SessionRow | null {
  return sealed === null || expires === null ? null : { sealed, expires };
}

/** Nonces are ours: 16 bytes. Anything else is not even looked for. */
function isNonce(nonce: string | null): boolean {
  return nonce !== null && /^[\w-]{22}$/.test(nonce);
}

function inOrder<Row extends { readonly asked: number }>(count: number, rows: readonly Row[]): (Row | undefined)[] {
  const found = new Map(rows.map(row => [row.asked, row]));
  return Array.from({ length: count }, (_, i) => found.get(i));
}
