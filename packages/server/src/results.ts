// What an officer's decision leaves with the citizen: the paper, the facts it established, and, after a refusal, nothing
// of what the refused dossier had put into their data.

import { toNfc, type ConceptId, type Json, type LocalizedText } from '@onceform/core';
import { SIGNED_TYPE, UNSIGNED_TYPE } from '@onceform/dossier';
import { statementsFromDecision, writeBack, type UsageLog } from '@onceform/store';
import type { CitizenDirectory } from './citizen-directory.ts';
import type { HeldPapers } from './held-papers.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { refuse } from './problem.ts';
import { verifyResult } from './verify-filing.ts';

/** A result with what may come with it: the paper itself, and facts that are official from now on. */
export interface Result {
  readonly number: string;
  /** RFC 3339 date. */
  readonly date: string;
  readonly document?: {
    readonly type: string;
    readonly title: string;
    readonly validUntil?: string;
    readonly mediaType: string;
    /** Base64. */
    readonly content: string;
  };
  readonly facts?: readonly {
    readonly concept: ConceptId;
    readonly value: Json;
    readonly validFrom?: string;
    readonly validUntil?: string;
  }[];
}

/** The dossier that was decided. */
export interface Decided {
  readonly id: string;
  /** Of its package. */
  readonly sha256: string;
  readonly owner: string;
  readonly agency: string | null;
  readonly form: string;
}

export interface Results {
  /**
   * Puts paper and facts where they belong. The same again changes nothing, so a delivery that broke off is repeated.
   * A paper that is a package itself has to be sound, and to name the decided one as its `previous`.
   *
   * @throws {OnceFormError} ERR_DOSSIER_INVALID with the findings for such a package; ERR_REQUEST_INVALID for bytes that are none, or a fact that no form asks about;
   *   ERR_CONFLICT when another paper was delivered for this dossier; ERR_NOT_FOUND when the citizen is not known.
   */
  deliver(dossier: Decided, result: Result): Promise<void>;
  /** What was kept of a refused dossier is not offered any more. */
  refused(dossier: Decided): Promise<void>;
}

export function createResults(options: {
  readonly papers: HeldPapers | null;
  readonly kept: KeptAnswers | null;
  readonly directory: CitizenDirectory;
  readonly log: UsageLog;
  readonly requester: string;
  readonly clock: () => Date;
  readonly nameOf?: (agency: string | null) => LocalizedText;
}): Results {
  const { papers, kept, directory, log, requester, clock } = options;
  const nameOf = options.nameOf ?? (agency => agency ?? '');

  return {
    async deliver({ id, sha256, owner, agency, form }, { date, document, facts = [] }) {
      if (document === undefined && facts.length === 0) return;
      if (document !== undefined && PACKAGES.has(document.mediaType))
        await verifyResult(bytesOf(document.content), { id, sha256 });
      const key = await directory.keyOf(owner);
      if (key === null)
        throw refuse('ERR_NOT_FOUND', 'The citizen is not in the directory: paper and facts have nobody to go to.');
      if (facts.length > 0) {
        if (kept === null) throw refuse('ERR_REQUEST_INVALID', 'This portal keeps no facts.');
        const known = kept.decisions.describe().concepts;
        const foreign = facts.find(({ concept }) => !known.includes(concept));
        if (foreign !== undefined)
          throw refuse('ERR_REQUEST_INVALID', `No form on offer asks about "${foreign.concept}".`);
      }
      if (document !== undefined) {
        if (papers === null) throw refuse('ERR_REQUEST_INVALID', 'This portal keeps no papers.');
        const paper = {
          id: `${id}#result`,
          kind: 'result' as const,
          type: document.type,
          title: toNfc(document.title) as string,
          issuer: nameOf(agency),
          issuedAt: date,
          ...(document.validUntil === undefined ? {} : { validUntil: document.validUntil }),
        };
        const blob = new Blob([bytesOf(document.content)], { type: document.mediaType });
        const before = (await papers.own.of({ key })).find(one => one.id === paper.id);
        if (before === undefined) await papers.own.put({ key }, paper, blob);
        else if (before.sha256 !== (await digestOf(blob)))
          throw refuse('ERR_CONFLICT', 'Another paper was delivered for this dossier before.');
      }
      if (facts.length > 0 && kept !== null) {
        const { id: source, name } = kept.decisions.describe();
        await writeBack(
          statementsFromDecision(
            { reference: id, time: clock().toISOString(), facts },
            { key },
            { id: source, name, kind: 'officer-entered' },
          ),
          { key },
          { subject: owner, issue: id, form },
          { store: kept.decisions, log, requester },
        );
      }
    },
    async refused({ id, owner }) {
      const key = await directory.keyOf(owner);
      if (key !== null) await kept?.source.withdrawRecord({ key }, id);
    },
  };
}

const PACKAGES: ReadonlySet<string> = new Set([SIGNED_TYPE, UNSIGNED_TYPE]);

function bytesOf(content: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Buffer.from(content, 'base64'));
  if (bytes.length === 0 || Buffer.from(bytes).toString('base64') !== content)
    throw refuse('ERR_REQUEST_INVALID', 'The content of the paper is not base64.');
  return bytes;
}

async function digestOf(blob: Blob): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())).toString('hex');
}
