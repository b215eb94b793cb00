// The citizen's own earlier answers, on their own device: encrypted in IndexedDB, self-declared, fading with time.
// They never pass a gateway, so nothing sealed comes of them: whatever is filled from here counts as typed.

import {
  canonicalBytes,
  OnceFormError,
  type ConceptId,
  type Json,
  type LocalizedText,
  type Statement,
} from '@onceform/core';
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { shift } from '../duration.ts';
import type { CitizenDataSource, ItemResult, Person, SourceDescription } from '../source.ts';

export interface OwnAnswersOptions {
  readonly id?: string;
  readonly name: LocalizedText;
  /** What may be kept on the device. Leave out what should not lie there even encrypted. */
  readonly concepts: readonly ConceptId[];
  /** ISO 8601; older answers are neither offered nor kept. Default `P2Y`. */
  readonly maxAge?: string;
  /** The database's name; one per portal. */
  readonly database?: string;
  /**
   * The keys, where the portal keeps them. By default two non-extractable keys are made on first use and lie in the
   * same database: that protects against reading the disk or a backup, not against other scripts of this origin.
   */
  readonly keys?: () => Promise<OwnAnswersKeys>;
  readonly clock?: () => Date;
}

export interface OwnAnswersKeys {
  /** AES-GCM, for encrypt and decrypt. */
  readonly content: CryptoKey;
  /** HMAC with SHA-256, for sign: names of rows. */
  readonly names: CryptoKey;
}

export interface OwnAnswers extends CitizenDataSource {
  put(person: Person, statements: readonly Statement[], expected?: number): Promise<{ readonly revision: number }>;
  /** Forgets one person, or with none everything and the keys: for signing out of a shared device. */
  clear(person?: Person): Promise<void>;
}

interface Schema extends DBSchema {
  answers: {
    key: string;
    value: { id: string; person: string; iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer };
    indexes: { person: string };
  };
  people: { key: string; value: { person: string; revision: number } };
  keys: { key: string; value: OwnAnswersKeys & { id: string } };
}

export function createOwnAnswers(options: OwnAnswersOptions): OwnAnswers {
  const {
    id = 'own-answers',
    name,
    concepts,
    maxAge = 'P2Y',
    database = 'onceform-own-answers',
    clock = () => new Date(),
  } = options;
  let opened: Promise<IDBPDatabase<Schema>> | undefined;
  const db = (): Promise<IDBPDatabase<Schema>> =>
    (opened ??= openDB<Schema>(database, 1, {
      upgrade(made) {
        made.createObjectStore('answers', { keyPath: 'id' }).createIndex('person', 'person');
        made.createObjectStore('people', { keyPath: 'person' });
        made.createObjectStore('keys', { keyPath: 'id' });
      },
    }));
  let held: Promise<OwnAnswersKeys> | undefined;
  const keys = (): Promise<OwnAnswersKeys> => (held ??= options.keys?.() ?? ownKeys());

  async function ownKeys(): Promise<OwnAnswersKeys> {
    const fresh = {
      id: 'keys',
      content: await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
      names: await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
    };
    // Another tab may have been faster: what stands in the database wins.
    const transaction = (await db()).transaction('keys', 'readwrite');
    const there = await transaction.store.get('keys');
    if (there === undefined) await transaction.store.put(fresh);
    await transaction.done;
    return there ?? fresh;
  }

  const nameOf = async (...parts: readonly string[]): Promise<string> => {
    const digest = await crypto.subtle.sign('HMAC', (await keys()).names, canonicalBytes(parts));
    return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('');
  };

  /** The row's own name is authenticated with it, so rows cannot be exchanged. */
  const seal = async (
    row: string,
    statement: Statement,
  ): Promise<{ iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer }> => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt(
      { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(row) },
      (await keys()).content,
      canonicalBytes(statement as unknown as Json),
    );
    return { iv, data };
  };

  async function read(person: Person): Promise<Statement[]> {
    const rows = await (await db()).getAllFromIndex('answers', 'person', await nameOf('person', person.key));
    const oldest = shift(clock(), maxAge, -1).toISOString();
    const found: Statement[] = [];
    for (const { id: row, iv, data } of rows) {
      try {
        const plain = await crypto.subtle.decrypt(
          { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(row) },
          (await keys()).content,
          data,
        );
        const statement = JSON.parse(new TextDecoder().decode(plain)) as Statement;
        if ((statement.lastUpdated ?? statement.retrievedAt) >= oldest) {
          found.push(statement);
          continue;
        }
      } catch {
        // Written with other keys, or changed: nothing to offer, and nothing to keep.
      }
      await (await db()).delete('answers', row);
    }
    return found;
  }

  const description: SourceDescription = { id, name, kind: 'self-declared', concepts, assuranceLevel: 'low' };
  return {
    describe: () => description,

    async *query({ person, about, items }, signal): AsyncGenerator<ItemResult, void, undefined> {
      signal.throwIfAborted();
      const statements = await read(person).catch(() => {
        throw unavailable();
      });
      for (const { id: item, members } of items) {
        const own = statements.filter(({ concept, subject }) => subject.role === about && members.includes(concept));
        yield own.length > 0 ? { item, statements: own } : { item, statements: [], absent: 'not-found' };
      }
    },

    async health() {
      return db().then(
        () => ({ healthy: true }),
        () => ({ healthy: false }),
      );
    },

    async put(person, statements, expected) {
      const owner = await nameOf('person', person.key);
      const rows = await Promise.all(
        statements
          .filter(({ concept }) => concepts.includes(concept))
          .map(async statement => {
            const row = await nameOf('answer', person.key, statement.id);
            // Whoever filled it: what lies on the device is the citizen's own word.
            const own: Statement = {
              ...statement,
              subject: { id: person.key, role: statement.subject.role },
              source: { ...statement.source, id, name, kind: 'self-declared' },
              verification: { status: 'unverified', assuranceLevel: 'low' },
            };
            return { id: row, person: owner, ...(await seal(row, own)) };
          }),
      );
      const replaced = await Promise.all(
        statements.flatMap(({ wasRevisionOf }) =>
          wasRevisionOf === undefined ? [] : [nameOf('answer', person.key, wasRevisionOf)],
        ),
      );

      const transaction = (await db()).transaction(['answers', 'people'], 'readwrite');
      const people = transaction.objectStore('people'),
        answers = transaction.objectStore('answers');
      const revision = (await people.get(owner))?.revision ?? 0;
      if (expected !== undefined && expected !== revision) {
        transaction.abort();
        await transaction.done.catch(() => undefined);
        throw new OnceFormError('ERR_CONFLICT', 'Another tab changed these answers in the meantime.', {
          data: { revision },
        });
      }
      await Promise.all([
        ...replaced.map(row => answers.delete(row)),
        ...rows.map(row => answers.put(row)),
        people.put({ person: owner, revision: revision + 1 }),
        transaction.done,
      ]);
      return { revision: revision + 1 };
    },

    async clear(person) {
      const made = await db();
      if (person === undefined) {
        held = undefined;
        const all = made.transaction(['answers', 'people', 'keys'], 'readwrite');
        await Promise.all([
          ...(['answers', 'people', 'keys'] as const).map(store => all.objectStore(store).clear()),
          all.done,
        ]);
        return;
      }
      const owner = await nameOf('person', person.key);
      const rows = await made.getAllKeysFromIndex('answers', 'person', owner);
      const deletion = made.transaction(['answers', 'people'], 'readwrite');
      await Promise.all([
        ...rows.map(row => deletion.objectStore('answers').delete(row)),
        deletion.objectStore('people').delete(owner),
        deletion.done,
      ]);
    },
  };
}

function unavailable(): OnceFormError {
  return new OnceFormError('ERR_SOURCE_UNAVAILABLE', 'The answers on this device cannot be read.', {
    data: { reason: 'unavailable' },
  });
}
