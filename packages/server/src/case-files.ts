// What the portal knows of a case, read with one question: the draft, whose role it is for, the consent, who is invited,
// and what was offered. Requests that come at once share the question.

import type { JsonObject, Miss, Offer, SubjectRole } from '@onceform/core';
import type { ConsentRecord, Invitation, OfferBook } from '@onceform/store';
import type { LedgerRows } from '@onceform/store/sql-ledgers';
import type { Database } from './database.ts';
import type { Filed } from './dossier-index.ts';
import { DRAFT_COLUMNS, type DraftRow } from './drafts.ts';
import { gather } from './gather.ts';
import { offersOf, type OfferBox } from './gateway-stores.ts';

export interface CaseFile {
  readonly draft: DraftRow;
  /** The role its owner was invited for; undefined: they are the applicant. */
  readonly role: SubjectRole | undefined;
  readonly consent: ConsentRecord | undefined;
  readonly invitations: readonly Invitation[];
  readonly offered: OfferBook;
}

/** What a dossier is filed on. */
export interface FilingFile {
  /** What stands under the dossier's id. */
  readonly filed: Filed | null;
  /** Null where the person has no draft of this nonce, or it expired. */
  readonly file: CaseFile | null;
  /** Dossiers the person filed before; not counted beyond `MANY`. */
  readonly before: number;
}

export interface CaseFiles {
  /** Null where there is no such draft, or it is somebody else's. */
  ofDraft(draft: string, owner: string): Promise<CaseFile | null>;
  ofFiling(asked: {
    readonly dossier: string;
    readonly nonce: string | null;
    readonly owner: string;
  }): Promise<FilingFile>;
}

/** Whoever filed so many is an experienced citizen; nobody has to know more. */
const MANY = 20;

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

type FilingRow = { readonly [name in keyof CaseRow]: name extends 'asked' ? number : CaseRow[name] | null } & {
  readonly before: number;
  readonly filed: Filed | null;
};

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
      consent: consent === null ? undefined : await ledger.open('consent', draft.id, consent),
      invitations: await Promise.all((invitations ?? []).map(([id, body]) => ledger.open('invitation', id, body))),
      offered: offersOf(
        (offered ?? []).map(([key, body]) => [
          key,
          offers.open<JsonObject>(`${draft.id} ${key}`, Buffer.from(body, 'base64')) as unknown as Offer | Miss,
        ]),
      ),
    };
  };

  const draftRows = gather<{ readonly draft: string; readonly owner: string }, CaseRow | undefined>(async asked => {
    const rows = await db.query<CaseRow>(
      `SELECT (given.at - 1)::int AS asked, ${CASE}
       FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (draft text, owner text)) WITH ORDINALITY AS given (id, owner, at)
       CROSS JOIN LATERAL (SELECT * FROM draft WHERE draft.id = given.id AND draft.owner = given.owner OFFSET 0) AS draft
       LEFT JOIN co_draft ON co_draft.draft = draft.id WHERE draft.expires > $2`,
      [JSON.stringify(asked), clock()],
    );
    return inOrder(asked.length, rows);
  });

  const filingRows = gather<
    { readonly dossier: string; readonly nonce: string | null; readonly owner: string },
    FilingRow
  >(async asked => {
    const rows = await db.query<FilingRow>(
      `SELECT (given.at - 1)::int AS asked, ${CASE},
          (SELECT jsonb_build_object('id', id, 'sha256', sha256, 'owner', owner, 'receipt', receipt) FROM dossier
            WHERE dossier.id = given.dossier) AS filed,
          (SELECT count(*)::int FROM (SELECT FROM dossier WHERE dossier.owner = given.owner LIMIT ${MANY}) AS few) AS before
         FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (dossier text, nonce text, owner text))
           WITH ORDINALITY AS given (dossier, nonce, owner, at)
         LEFT JOIN LATERAL (SELECT * FROM draft WHERE draft.nonce = given.nonce AND draft.owner = given.owner
           AND draft.expires > $2 OFFSET 0) AS draft ON true
         LEFT JOIN co_draft ON co_draft.draft = draft.id`,
      [JSON.stringify(asked), clock()],
    );
    return inOrder(asked.length, rows) as FilingRow[];
  });

  return {
    async ofDraft(draft, owner) {
      const row = await draftRows({ draft, owner });
      return row === undefined ? null : open(row);
    },
    async ofFiling({ dossier, nonce, owner }) {
      const { filed, before, ...row } = await filingRows({ dossier, nonce: isNonce(nonce) ? nonce : null, owner });
      return { filed, before, file: row.id === null ? null : await open(row as CaseRow) };
    },
  };
}

/** Nonces are ours: 16 bytes. Anything else is not even looked for. */
function isNonce(nonce: string | null): boolean {
  return nonce !== null && /^[\w-]{22}$/.test(nonce);
}

function inOrder<Row extends { readonly asked: number }>(count: number, rows: readonly Row[]): (Row | undefined)[] {
  const found = new Map(rows.map(row => [row.asked, row]));
  return Array.from({ length: count }, (_, i) => found.get(i));
}
