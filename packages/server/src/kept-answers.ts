// Answers that citizens let the portal keep after filing: they are offered again as their own word, never as official.

import {
  isKeepable,
  type ConceptId,
  type JsonObject,
  type OriginMap,
  type Pointer,
  type Statement,
  type LocalizedText,
} from '@onceform/core';
import { CONTENT_FILES, readPackage } from '@onceform/dossier';
import { statementsToKeep, writeBack, type UsageLog } from '@onceform/store';
import type { AnswersKept } from '@onceform/store/metrics';
import { createSqlSource, type SqlSource } from '@onceform/store/sql';
import { bodyBox, storeQuery } from './citizen-records.ts';
import type { Database } from './database.ts';
import type { FormRegistry } from './form-registry.ts';
import { packageKey } from './dossier-index.ts';
import { deriveKey } from './keys.ts';
import type { ObjectStore } from './object-store.ts';
import { refuse } from './problem.ts';
import type { Person } from './session.ts';

/** How the store of kept answers calls itself among the sources. */
export interface CitizenStoreOptions {
  readonly id: string;
  readonly name: LocalizedText;
  /** How what officers decided calls itself; it lies in the same tables, and is official. */
  readonly decisions?: { readonly id: string; readonly name: LocalizedText };
}

/** A dossier whose answers may be kept. */
export interface KeepableDossier {
  readonly id: string;
  readonly sha256: string;
  readonly formDigest: string;
  /** When it was received: the date of the answers. */
  readonly received: Date;
}

export interface KeptAnswers {
  readonly source: SqlSource;
  /** Facts that officers' decisions established. */
  readonly decisions: SqlSource;
  /** What of a dossier may be kept: typed by the citizen, about themselves, where the form allows it. */
  keepable(
    dossier: KeepableDossier,
    person: Person,
  ): Promise<readonly (Pick<Statement, 'concept' | 'value'> & { readonly pointer: Pointer })[]>;
  /**
   * Keeps what the citizen ticked, and enters it in the usage log. Doing it again changes nothing.
   *
   * @returns the pointers that are kept; what may not be kept is not among them.
   */
  keep(dossier: KeepableDossier, person: Person, ticked: readonly Pointer[]): Promise<readonly Pointer[]>;
  /** What the next form would be offered about a person: own answers, then decisions; each newest first. */
  present(person: Person): Promise<readonly Statement[]>;
  /** Forgets everything kept about a person, or one concept; tells how many statements that were. */
  forget(person: Person, concept?: ConceptId): Promise<number>;
}

export function createKeptAnswers(
  options: CitizenStoreOptions & {
    readonly db: Database;
    readonly objects: ObjectStore;
    readonly registry: FormRegistry;
    readonly log: UsageLog;
    readonly secret: Uint8Array;
    readonly requester: string;
    readonly today: () => string;
    readonly clock: () => Date;
    /** Told how many answers were kept, to be counted. */
    readonly measure?: (event: AnswersKept) => void;
  },
): KeptAnswers {
  const { id, name, db, objects, registry, log, secret, requester, clock } = options;
  // What any form asks about the applicant may come back: kept by the citizen, or decided by an officer. Forms that are
  // published later count from then on.
  let known: { readonly of: readonly object[]; readonly concepts: readonly ConceptId[] } = { of: [], concepts: [] };
  const concepts = (): readonly ConceptId[] => {
    const offered = registry.offered(options.today());
    if (offered.length === known.of.length && offered.every((form, i) => form === known.of[i])) return known.concepts;
    const allowed = offered
      .flatMap(({ compiled }) => compiled.reuse)
      .filter(({ policy, subject }) => isKeepable({ policy: { ...policy, writeBack: { defaultOn: false } }, subject }));
    const found = allowed.flatMap(({ members }) => members.map(({ concept }) => concept));
    known = { of: offered, concepts: [...new Set(found)].sort() };
    return known.concepts;
  };
  const shared = {
    concepts,
    query: storeQuery(db),
    pepper: new Uint8Array(deriveKey(secret, 'citizen-store')),
    box: bodyBox(secret, 'kept-answer'),
    clock,
  };
  const source = createSqlSource({
    ...shared,
    id,
    name,
    kind: 'prior-submission',
    only: ['prior-submission', 'self-declared'],
  });
  const decisions = createSqlSource({
    ...shared,
    id: options.decisions?.id ?? `${id}.decisions`,
    name: options.decisions?.name ?? name,
    kind: 'officer-entered',
    only: ['officer-entered'],
  });

  async function statements(
    dossier: KeepableDossier,
    person: Person,
    ticked: readonly Pointer[] | null,
  ): Promise<readonly Statement[]> {
    if (person.identityLevel < 2)
      throw refuse('ERR_IDENTITY_LEVEL', 'Answers are kept only for a person whom an identity provider verified.');
    const form = registry.byDigest(dossier.formDigest)?.compiled;
    if (form === undefined) throw refuse('ERR_FORM_UNKNOWN', 'The form of this dossier is not known here any more.');
    // Intake verified these very bytes: the provenance in them is what the seal says.
    const bytes = await objects.get(packageKey(dossier.sha256));
    if (bytes === null) throw refuse('ERR_INTERNAL', 'The package is not in the object store.');
    const reader = await readPackage(bytes);
    const json = async <T>(path: string): Promise<T> =>
      JSON.parse(new TextDecoder().decode(await reader.bytes(path))) as T;
    const [data, { answers: origins }] = await Promise.all([
      json<JsonObject>(CONTENT_FILES.data),
      json<{ answers: OriginMap }>(CONTENT_FILES.provenance),
    ]);
    return statementsToKeep(
      {
        submission: { data, origins },
        form,
        optedIn: ticked ?? Object.keys(origins),
        recordRef: dossier.id,
        now: dossier.received,
      },
      person,
      { id, name, kind: 'prior-submission' },
    ).filter(({ concept }) => concepts().includes(concept));
  }

  const pointerOf = (dossier: KeepableDossier, statement: Statement): Pointer =>
    statement.id.slice(dossier.id.length + 1);

  return {
    source,
    decisions,
    async keepable(dossier, person) {
      return (await statements(dossier, person, null)).map(statement => ({
        pointer: pointerOf(dossier, statement),
        concept: statement.concept,
        ...(statement.value === undefined ? {} : { value: statement.value }),
      }));
    },
    async keep(dossier, person, ticked) {
      const wanted = await statements(dossier, person, [...new Set(ticked)]);
      // Also those that a later answer took the place of: sending an old page again does not bring them back.
      const known = new Set(
        (
          await db.query<{ id: string }>(
            'SELECT id FROM once_statements WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))',
            [JSON.stringify(wanted.map(one => one.id))],
          )
        ).map(row => row.id),
      );
      const fresh = wanted.filter(one => !known.has(one.id));
      await writeBack(
        fresh,
        { key: person.key },
        {
          subject: person.id,
          issue: dossier.id,
          form: registry.byDigest(dossier.formDigest)!.info.id,
        },
        { store: source, log, requester },
      );
      if (fresh.length > 0) options.measure?.({ kind: 'kept', time: clock().toISOString(), fields: fresh.length });
      return wanted.map(one => pointerOf(dossier, one));
    },
    present: async ({ key }) => (await Promise.all([source.present({ key }), decisions.present({ key })])).flat(),
    forget: (person, concept) => source.forget({ key: person.key }, concept),
  };
}
