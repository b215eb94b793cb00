// Drafts on this device: IndexedDB, encrypted with a key that the browser will not give out. One tab at a time
// writes a draft; the other ones are told. What did not get saved never looks as if it had, and nothing stays longer
// than it is of use.

import { deleteDB, openDB, type IDBPDatabase } from 'idb';
import type { Json, Sha256 } from '@onceform/core';
import type { FileKeeper } from './file-shelf.ts';

/** What is kept of an unfinished form: the engine's draft and where the citizen was. */
export interface KeptDraft {
  readonly savedAt: string;
  readonly content: Json;
  /** What this device and the portal last agreed on: see draft-sync.ts. */
  readonly synced?: { readonly revision: number; readonly content: Json };
}

/** A finished package that waits to be acknowledged: sent again as the very same bytes. */
export interface WaitingDossier {
  /** `urn:uuid:…` */
  readonly id: string;
  readonly dossier: Blob;
}

export interface DraftStore {
  load(key: string): Promise<KeptDraft | undefined>;
  /** @throws {DOMException} QuotaExceededError and others: the draft was not saved. */
  save(key: string, draft: KeptDraft): Promise<void>;
  remove(key: string): Promise<void>;
  /** Takes the right to write a draft; null while another tab has it. Call the result to give it back. */
  claim(key: string): Promise<(() => void) | null>;
  readonly files: FileKeeper;
  /** Packages on their way, under the key of their draft; absent: a page that is reloaded builds anew. */
  readonly outbox?: {
    put(key: string, waiting: WaitingDossier): Promise<void>;
    get(key: string): Promise<WaitingDossier | undefined>;
    remove(key: string): Promise<void>;
  };
  /** Deletes drafts that nobody touched for `DRAFT_DAYS`, and files that no draft names any more. */
  tidy?(): Promise<void>;
  /** Forgets every draft and file of this device: call it at sign-out. */
  clear(): Promise<void>;
}

interface Locks {
  request(
    name: string,
    options: { ifAvailable: boolean },
    held: (lock: unknown) => Promise<void> | void,
  ): Promise<unknown>;
}

/** Days after which a draft is deleted that nobody touched. */
export const DRAFT_DAYS = 30;
const DAY = 86_400_000;

/** What stands in the stores `drafts`, `files` and `outbox`. */
interface Held {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly box: ArrayBuffer;
  /** Milliseconds since 1970; when it was written. */
  readonly at: number;
  /** Digests of the files that a draft names. */
  readonly files?: readonly Sha256[];
  /** Media type, of files and packages. */
  readonly type?: string;
  readonly id?: string;
}

/**
 * Milliseconds that a database may take to open. A browser can hold it shut for minutes: for a page in its back-forward
 * cache that was left in the middle of making it. Nobody waits for that before a form is shown.
 */
const PATIENCE = 4_000;

/** Opens the drafts of this device. Nothing is made or written before the first `save`. */
export function openDraftStore(name = 'onceform', clock: () => Date = () => new Date()): DraftStore {
  let opened: Promise<Opened> | undefined;
  /** @throws {DOMException} TimeoutError: not open yet; the next call may find it so. */
  const open = (): Promise<Opened> =>
    within(
      PATIENCE,
      (opened ??= connect(name).catch((error: unknown) => {
        opened = undefined;
        throw error;
      })),
    );
  /** Reading and deleting make no database: a page that is left at once leaves nothing half made behind. */
  const openIfThere = async (): Promise<IDBPDatabase | undefined> =>
    opened !== undefined || (await isThere(name)) ? (await open()).db : undefined;
  const seal = async (bytes: BufferSource): Promise<Held> => {
    const { key } = await open();
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, box: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, bytes), at: clock().getTime() };
  };
  const unseal = async ({ iv, box }: Held): Promise<ArrayBuffer> => {
    const { key } = await open();
    return crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, box);
  };
  return {
    async load(key) {
      const held = (await (await openIfThere())?.get('drafts', key)) as Held | undefined;
      if (held === undefined) return undefined;
      return JSON.parse(new TextDecoder().decode(await unseal(held))) as KeptDraft;
    },
    async save(key, draft) {
      const text = JSON.stringify(draft);
      const sealed = await seal(new TextEncoder().encode(text));
      const { db } = await open();
      await db.put('drafts', { ...sealed, files: digestsIn(text) }, key);
    },
    async remove(key) {
      const db = await openIfThere();
      if (db === undefined) return;
      const change = db.transaction(['drafts', 'files'], 'readwrite');
      const drafts = change.objectStore('drafts');
      const { files = [] } = ((await drafts.get(key)) ?? {}) as Partial<Held>;
      await drafts.delete(key);
      const others = new Set(((await drafts.getAll()) as Held[]).flatMap(draft => draft.files ?? []));
      for (const digest of files) if (!others.has(digest)) await change.objectStore('files').delete(digest);
      await change.done;
    },
    async claim(key) {
      const locks = (navigator as { locks?: Locks }).locks;
      if (locks === undefined) return () => undefined;
      return new Promise(resolve => {
        void locks.request(`onceform-draft ${key}`, { ifAvailable: true }, lock => {
          if (lock === null) {
            resolve(null);
            return undefined;
          }
          return new Promise<void>(release => resolve(release));
        });
      });
    },
    files: {
      async keep(digest: Sha256, bytes: Blob) {
        const sealed = await seal(await bytes.arrayBuffer());
        const { db } = await open();
        await db.put('files', { ...sealed, type: bytes.type }, digest);
      },
      async fetch(digest: Sha256) {
        const held = (await (await openIfThere())?.get('files', digest)) as Held | undefined;
        return held === undefined ? undefined : new Blob([await unseal(held)], { type: held.type! });
      },
    },
    outbox: {
      async put(key, { id, dossier }) {
        const sealed = await seal(await dossier.arrayBuffer());
        const { db } = await open();
        await db.put('outbox', { ...sealed, type: dossier.type, id }, key);
      },
      async get(key) {
        const held = (await (await openIfThere())?.get('outbox', key)) as Held | undefined;
        return held === undefined
          ? undefined
          : { id: held.id!, dossier: new Blob([await unseal(held)], { type: held.type! }) };
      },
      async remove(key) {
        await (await openIfThere())?.delete('outbox', key);
      },
    },
    async tidy() {
      const db = await openIfThere();
      if (db === undefined) return;
      const now = clock().getTime();
      const change = db.transaction(['drafts', 'files'], 'readwrite');
      const named = new Set<string>();
      for (let at = await change.objectStore('drafts').openCursor(); at !== null; at = await at.continue()) {
        const draft = at.value as Held;
        if (draft.at < now - DRAFT_DAYS * DAY) await at.delete();
        else for (const digest of draft.files ?? []) named.add(digest);
      }
      // A file of today may belong to a draft that is about to be saved, perhaps by another tab.
      for (let at = await change.objectStore('files').openCursor(); at !== null; at = await at.continue()) {
        if (!named.has(at.key as string) && (at.value as Held).at < now - DAY) await at.delete();
      }
      await change.done;
    },
    async clear() {
      if (opened !== undefined) (await opened).db.close();
      opened = undefined;
      await deleteDB(name);
    },
  };
}

interface Opened {
  readonly db: IDBPDatabase;
  readonly key: CryptoKey;
}

async function isThere(name: string): Promise<boolean> {
  // Old browsers cannot say: then it is opened.
  const all = await indexedDB.databases?.().catch(() => undefined);
  return all?.some(each => each.name === name) ?? true;
}

function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new DOMException('The browser does not open the drafts of this device.', 'TimeoutError')),
      milliseconds,
    );
    void work.then(resolve, reject).finally(() => clearTimeout(late));
  });
}

async function connect(name: string): Promise<Opened> {
  const db = await openDB(name, 2, {
    upgrade(database, version) {
      for (const store of version === 0 ? ['drafts', 'files', 'keys', 'outbox'] : ['outbox'])
        database.createObjectStore(store);
    },
    // Another tab signs out or brings a newer version: it must not wait for us.
    blocking: (_current, _wanted, event) => (event.target as IDBDatabase).close(),
  });
  let key = (await db.get('keys', 'drafts')) as CryptoKey | undefined;
  if (key === undefined) {
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    // Another tab may have been quicker: the first key stays.
    const change = db.transaction('keys', 'readwrite');
    key = (await change.store.get('drafts')) as CryptoKey | undefined;
    if (key === undefined) await change.store.put((key = made), 'drafts');
    await change.done;
  }
  return { db, key };
}

/** Files are named in a draft by their SHA-256. */
function digestsIn(text: string): readonly Sha256[] {
  return [...new Set(text.match(/\b[0-9a-f]{64}\b/g))];
}
