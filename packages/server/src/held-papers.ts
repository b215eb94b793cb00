// Papers about citizens that the State holds: results of procedures, certified copies, earlier dossiers. A citizen reads
// them, and refers to one instead of uploading another copy of it.

import type { ComponentAnswer, LocalizedText } from '@onceform/core';
import {
  checkReference,
  findHeld,
  type DocumentHoldings,
  type HeldDocument,
  type HeldOffers,
  type ReferenceState,
} from '@onceform/store';
import { createSqlHoldings, type SqlHoldings } from '@onceform/store/sql-documents';
import { bodyBox, storeQuery } from './citizen-records.ts';
import type { Database } from './database.ts';
import { packageKey } from './dossier-index.ts';
import type { EndingNotices, Standing } from './ending-notices.ts';
import { deriveKey } from './keys.ts';
import type { ObjectStore } from './object-store.ts';
import { refuse } from './problem.ts';
import type { Person } from './session.ts';

/** Which papers may stand for which components of the forms; a country pack lists them. */
export interface PaperType {
  readonly id: string;
  readonly components: readonly string[];
}

export interface HeldPapersOptions {
  /** How the portal's own holdings call themselves. */
  readonly id: string;
  readonly name: LocalizedText;
  readonly types: readonly PaperType[];
  /** Further holders, such as a register of issued papers. */
  readonly holdings?: readonly DocumentHoldings[];
}

/** A paper, how it stands today, and the dossiers of its person that refer to it, newest first. */
export interface UsedDocument extends HeldDocument {
  readonly standing: Standing;
  readonly uses: readonly PaperUse[];
}

export interface PaperUse {
  /** The dossier's `urn:uuid:…`. */
  readonly dossier: string;
  readonly code: string;
  readonly title: LocalizedText;
  /** RFC 3339. */
  readonly received: string;
}

export interface HeldList {
  readonly papers: readonly UsedDocument[];
  readonly unavailable: HeldOffers['unavailable'];
}

export interface HeldPapers {
  /** The portal's own, which results are put into. */
  readonly own: SqlHoldings;
  /** Papers that may stand for a component, and which holders could not be asked. */
  offers(component: string, person: Person): Promise<HeldOffers>;
  /** Everything held about a person, newest first. */
  list(person: Person): Promise<HeldList>;
  /** @throws {OnceFormError} ERR_NOT_FOUND for an unknown paper and for another person's alike. */
  open(source: string, id: string, person: Person): Promise<Blob>;
  /** Whether what a dossier refers to is a good paper of this person, and may stand for the component. */
  check(answer: ComponentAnswer, person: Person, now: Date): Promise<ReferenceState | 'wrong-type'>;
}

export function createHeldPapers(
  options: HeldPapersOptions & {
    readonly db: Database;
    readonly objects: ObjectStore;
    readonly secret: Uint8Array;
    readonly titleOf: (form: string) => LocalizedText;
    readonly standing: EndingNotices['standing'];
    readonly clock: () => Date;
  },
): HeldPapers {
  const { id, name, types, db, objects, secret, titleOf, standing, clock } = options;
  const own = createSqlHoldings({
    source: { id, name, kind: 'issued-document' },
    query: storeQuery(db),
    bytes: objects,
    pepper: new Uint8Array(deriveKey(secret, 'citizen-store')),
    box: bodyBox(secret, 'paper'),
  });
  const others = options.holdings ?? [];
  const typesFor = (component: string): string[] =>
    types.filter(({ components }) => components.includes(component)).map(type => type.id);
  const allFor = (person: Person): readonly DocumentHoldings[] => [
    own,
    ...others,
    dossierHoldings({ ...options, source: { id: `${id}.dossiers`, name, kind: 'prior-submission' } }, person),
  ];

  /** By the digest of a paper: where it was referred to. */
  async function usesOf({ id: owner }: Person): Promise<ReadonlyMap<string, readonly PaperUse[]>> {
    const rows = await db.query<
      Omit<PaperUse, 'title'> & { readonly form: string; readonly papers: readonly string[] }
    >(
      `SELECT id AS dossier, code, form_id AS form, receipt->>'receivedAt' AS received, papers FROM dossier
       WHERE owner = $1 AND papers <> '[]' ORDER BY dossier.received DESC LIMIT 200`,
      [owner],
    );
    const uses = new Map<string, PaperUse[]>();
    for (const { papers, form, ...use } of rows)
      for (const digest of papers) uses.set(digest, [...(uses.get(digest) ?? []), { ...use, title: titleOf(form) }]);
    return uses;
  }

  return {
    own,
    offers: (component, person) => findHeld({ key: person.key }, typesFor(component), allFor(person), clock()),
    async list(person) {
      const unavailable: HeldOffers['unavailable'][number][] = [];
      const [uses, ...found] = await Promise.all([
        usesOf(person),
        ...allFor(person).map(one =>
          one.of({ key: person.key }).catch((): readonly HeldDocument[] => {
            unavailable.push(one.source);
            return [];
          }),
        ),
      ]);
      const papers = found
        .flat()
        .map(paper => ({ ...paper, standing: standing(paper), uses: uses.get(paper.sha256) ?? [] }));
      return { papers: papers.sort((a, b) => (a.issuedAt < b.issuedAt ? 1 : -1)), unavailable };
    },
    async open(source, paper, person) {
      const holder = allFor(person).find(one => one.source.id === source);
      if (holder === undefined) throw refuse('ERR_NOT_FOUND', 'Nobody of this name holds papers here.');
      return holder.open({ key: person.key }, paper);
    },
    async check({ id: component, reference }, person, now) {
      if (reference === undefined) return 'not-found';
      const holdings = allFor(person);
      const state = await checkReference(reference, { key: person.key }, holdings, now);
      if (state !== 'good') return state;
      const holder = holdings.find(one => one.source.id === reference.source)!;
      const held = (await holder.of({ key: person.key })).find(one => one.id === reference.documentId);
      return held !== undefined && typesFor(component).includes(held.type) ? 'good' : 'wrong-type';
    },
  };
}

/** The person's own filed packages, as papers: read from the index, never copied. */
function dossierHoldings(
  {
    db,
    objects,
    source,
    titleOf,
  }: {
    readonly db: Database;
    readonly objects: ObjectStore;
    readonly source: DocumentHoldings['source'];
    readonly titleOf: (form: string) => LocalizedText;
  },
  { id: owner }: Person,
): DocumentHoldings {
  const COLUMNS = `id, sha256, size, media_type AS "mediaType", form_id AS form, agency, received_on::text AS "issuedAt"`;
  interface Row {
    readonly id: string;
    readonly sha256: string;
    readonly size: number;
    readonly mediaType: string;
    readonly form: string;
    readonly agency: string | null;
    readonly issuedAt: string;
  }
  return {
    source,
    async of() {
      const rows = await db.query<Row>(
        `SELECT ${COLUMNS} FROM dossier WHERE owner = $1 ORDER BY received DESC LIMIT 200`,
        [owner],
      );
      return rows.map(({ form, agency, ...row }) => ({
        ...row,
        source,
        kind: 'dossier' as const,
        type: 'dossier',
        title: titleOf(form),
        issuer: agency ?? '',
      }));
    },
    async open(_person, id) {
      const [row] = await db.query<Row>(`SELECT ${COLUMNS} FROM dossier WHERE id = $1 AND owner = $2`, [id, owner]);
      const bytes = row === undefined ? null : await objects.get(packageKey(row.sha256));
      if (bytes === null) throw refuse('ERR_NOT_FOUND', 'No such dossier is held about this person.');
      return new Blob([bytes], { type: row!.mediaType });
    },
  };
}
