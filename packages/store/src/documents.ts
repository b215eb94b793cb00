// Papers the State holds about a person: issued papers, certified copies, results of procedures, earlier dossiers. A
// form refers to them by id and digest instead of asking for another copy.

import {
  isOnceFormError,
  OnceFormError,
  type ComponentAnswer,
  type LocalizedText,
  type Sha256,
  type SourceRef,
} from '@onceform/core';
import type { Person } from './source.ts';

export type HeldKind = 'issued' | 'certified-copy' | 'result' | 'dossier';

/** A paper, without its bytes. */
export interface HeldDocument {
  /** Unique at its source; with the source it names the paper for good. */
  readonly id: string;
  readonly source: SourceRef;
  readonly kind: HeldKind;
  /** What it is, as code: `civil-status.birth-extract`. Components say which types they take. */
  readonly type: string;
  readonly title: LocalizedText;
  readonly issuer: LocalizedText;
  /** RFC 3339 date. */
  readonly issuedAt: string;
  /** Good to the end of that day; absent: without end. */
  readonly validUntil?: string;
  readonly revoked?: boolean;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: Sha256;
}

/** Something that holds papers about people. */
export interface DocumentHoldings {
  readonly source: SourceRef;
  /** What is held about a person, newest first; only theirs. */
  of(person: Person, signal?: AbortSignal): Promise<readonly HeldDocument[]>;
  /**
   * The bytes of one of the person's papers.
   *
   * @throws {OnceFormError} ERR_NOT_FOUND when there is none of that id about this person; the same for another's.
   */
  open(person: Person, id: string, signal?: AbortSignal): Promise<Blob>;
}

/** Holdings that can be added to: results of procedures, certified copies, papers the citizen was issued. */
export interface WritableHoldings extends DocumentHoldings {
  /**
   * Keeps a paper about a person. Its digest and size are taken from its bytes, not believed.
   *
   * @throws {OnceFormError} ERR_CONFLICT when a paper of this id is held already; papers are not changed.
   */
  put(
    person: Person,
    document: Omit<HeldDocument, 'source' | 'sha256' | 'size' | 'mediaType'>,
    bytes: Blob,
  ): Promise<HeldDocument>;
  /** Says that a paper is good no longer; it stays, so that an old reference can be judged. False: there is none. */
  revoke(id: string): Promise<boolean>;
}

export interface HeldOffer {
  readonly document: HeldDocument;
  /** What stands in a component in place of a file. */
  readonly reference: NonNullable<ComponentAnswer['reference']>;
}

/** What the holdings have for a component, and which of them could not be asked. */
export interface HeldOffers {
  readonly offers: readonly HeldOffer[];
  readonly unavailable: readonly SourceRef[];
}

/**
 * Looks for papers of the wanted types about a person, in all holdings at once. Expired and revoked ones are left out;
 * of the same bytes held twice the one that was issued is offered before a copy of it.
 */
export async function findHeld(
  person: Person,
  types: readonly string[],
  holdings: readonly DocumentHoldings[],
  now: Date,
  signal?: AbortSignal,
): Promise<HeldOffers> {
  const unavailable: SourceRef[] = [];
  const found = await Promise.all(
    holdings.map(one =>
      one.of(person, signal).catch(() => {
        unavailable.push(one.source);
        return [];
      }),
    ),
  );
  const good = found.flat().filter(document => types.includes(document.type) && isGood(document, now));
  const byBytes = new Map<Sha256, HeldDocument>();
  for (const document of good.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))) {
    if (!byBytes.has(document.sha256)) byBytes.set(document.sha256, document);
  }
  const offers = [...byBytes.values()]
    .sort((a, b) => (a.issuedAt < b.issuedAt ? 1 : -1))
    .map(document => ({
      document,
      reference: { source: document.source.id, documentId: document.id, sha256: document.sha256 },
    }));
  return { offers, unavailable };
}

export type ReferenceState = 'good' | 'changed' | 'expired' | 'revoked' | 'not-found' | 'unavailable';

/** Tells whether a reference that was filed still names a good paper of this person, with the same bytes. */
export async function checkReference(
  reference: NonNullable<ComponentAnswer['reference']>,
  person: Person,
  holdings: readonly DocumentHoldings[],
  now: Date,
): Promise<ReferenceState> {
  const holder = holdings.find(({ source }) => source.id === reference.source);
  if (holder === undefined) return 'not-found';
  let held: readonly HeldDocument[];
  try {
    held = await holder.of(person);
  } catch (error) {
    return isOnceFormError(error, 'ERR_NOT_FOUND') ? 'not-found' : 'unavailable';
  }
  const document = held.find(({ id }) => id === reference.documentId);
  if (document === undefined) return 'not-found';
  if (document.sha256 !== reference.sha256) return 'changed';
  if (document.revoked) return 'revoked';
  return isGood(document, now) ? 'good' : 'expired';
}

const ORDER: readonly HeldKind[] = ['issued', 'result', 'certified-copy', 'dossier'];

function isGood({ validUntil, revoked }: HeldDocument, now: Date): boolean {
  return !revoked && (validUntil === undefined || Date.parse(validUntil) + 86_400_000 > now.getTime());
}

/** What is known of a paper from its bytes alone. */
export async function factsOfBytes(bytes: Blob): Promise<Pick<HeldDocument, 'sha256' | 'size' | 'mediaType'>> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await bytes.arrayBuffer()));
  const sha256 = Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
  return { sha256, size: bytes.size, mediaType: bytes.type };
}

export function createMemoryHoldings(source: SourceRef): WritableHoldings {
  const held = new Map<string, { person: string; document: HeldDocument; bytes: Blob }>();
  return {
    source,
    async of({ key }) {
      return [...held.values()]
        .filter(({ person }) => person === key)
        .map(({ document }) => document)
        .sort((a, b) => (a.issuedAt < b.issuedAt ? 1 : -1));
    },
    async open({ key }, id) {
      const entry = held.get(id);
      if (entry?.person !== key) throw new OnceFormError('ERR_NOT_FOUND', 'No such paper is held about this person.');
      return entry.bytes;
    },
    async put({ key }, document, bytes) {
      const whole: HeldDocument = { ...document, source, ...(await factsOfBytes(bytes)) };
      if (held.has(document.id))
        throw new OnceFormError('ERR_CONFLICT', 'A paper of this id is held already; papers are not changed.');
      held.set(document.id, { person: key, document: whole, bytes });
      return whole;
    },
    async revoke(id) {
      const entry = held.get(id);
      if (entry !== undefined) entry.document = { ...entry.document, revoked: true };
      return entry !== undefined;
    },
  };
}
