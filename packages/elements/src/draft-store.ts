// Drafts on this device: IndexedDB, encrypted with a key that the browser will not give out. One tab at a time
// writes a draft; the other ones are told. What did not get saved never looks as if it had.

import { deleteDB, openDB, type IDBPDatabase } from 'idb';
import type { Json, Sha256 } from '@onceform/core';
import type { FileKeeper } from './file-shelf.ts';

/** What is kept of an unfinished form: the engine's draft and where the citizen was. */
export interface KeptDraft {
  readonly savedAt: string;
  readonly content: Json;
}

export interface DraftStore {
  load(key: string): Promise<KeptDraft | undefined>;
  /** @throws {DOMException} QuotaExceededError and others: the draft was not saved. */
  save(key: string, draft: KeptDraft): Promise<void>;
  remove(key: string): Promise<void>;
  /** Takes the right to write a draft; null while another tab has it. Call the result to give it back. */
  claim(key: string): Promise<(() => void) | null>;
  readonly files: FileKeeper;
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

/** Opens the drafts of this device. Nothing is written before the first `save`. */
export function openDraftStore(name = 'onceform'): DraftStore {
  let opened: Promise<{ db: IDBPDatabase; key: CryptoKey }> | undefined;
  const open = () =>
    (opened ??= connect(name).catch((error: unknown) => {
      opened = undefined;
      throw error;
    }));
  const seal = async (bytes: BufferSource): Promise<{ iv: Uint8Array<ArrayBuffer>; box: ArrayBuffer }> => {
    const { key } = await open();
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, box: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, bytes) };
  };
  const unseal = async ({ iv, box }: { iv: Uint8Array<ArrayBuffer>; box: ArrayBuffer }): Promise<ArrayBuffer> => {
    const { key } = await open();
    return crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, box);
  };
  return {
    async load(key) {
      const { db } = await open();
      const held = await db.get('drafts', key);
      if (held === undefined) return undefined;
      return JSON.parse(new TextDecoder().decode(await unseal(held))) as KeptDraft;
    },
    async save(key, draft) {
      const sealed = await seal(new TextEncoder().encode(JSON.stringify(draft)));
      const { db } = await open();
      await db.put('drafts', sealed, key);
    },
    async remove(key) {
      const { db } = await open();
      await db.delete('drafts', key);
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
        const { db } = await open();
        const held = await db.get('files', digest);
        return held === undefined ? undefined : new Blob([await unseal(held)], { type: held.type });
      },
    },
    async clear() {
      if (opened !== undefined) (await opened).db.close();
      opened = undefined;
      await deleteDB(name);
    },
  };
}

async function connect(name: string): Promise<{ db: IDBPDatabase; key: CryptoKey }> {
  const db = await openDB(name, 1, {
    upgrade(database) {
      for (const store of ['drafts', 'files', 'keys']) database.createObjectStore(store);
    },
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
