// Encryption at rest for an object store: AES-256-GCM, the object's key bound in. What belongs to an agency is locked with
// that agency's own key, so that one key can be taken away or withheld without the others.

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { OnceFormError } from '@onceform/core';
import { deriveKey } from './keys.ts';
import type { ObjectStore } from './object-store.ts';

/** Gives the 32-byte key of an owner by its id (see `ownerId`); a key service can keep them. */
export type OwnerKeys = (id: string) => Uint8Array | Promise<Uint8Array>;

/** Version (1), owner id (16), nonce (12), tag (16) before the content. */
const VERSION = 2,
  OVERHEAD = 45;

/** The id under which an owner's key is kept: of the same length for every owner, and not its name. */
export function ownerId(owner: string): string {
  return createHash('sha256').update(`owner ${owner}`).digest('hex').slice(0, 32);
}

/**
 * Wraps a store, so that whoever has its disk reads nothing. `size` is that of the content.
 *
 * Objects without an owner are locked with a key for their prefix. Digests in the keys stay readable: they say that two
 * objects are the same, and whether somebody holds a given one.
 *
 * @param keys of owners; derived from the secret when left out.
 * @throws {OnceFormError} ERR_INTERNAL when reading what was changed, moved to another key, or written without
 *   encryption, and when the owner's key is not given any more.
 */
export function encryptedStore(store: ObjectStore, secret: Uint8Array, keys?: OwnerKeys): ObjectStore {
  const own = new Map<string, Promise<Uint8Array>>();
  const keyOf = (id: string, prefix: string): Promise<Uint8Array> => {
    if (id !== ownerId('') && keys !== undefined) return Promise.resolve(keys(id));
    const purpose = id === ownerId('') ? `object/${prefix}` : `owner/${id}`;
    let derived = own.get(purpose);
    if (derived === undefined) own.set(purpose, (derived = Promise.resolve(deriveKey(secret, purpose))));
    return derived;
  };
  const prefixOf = (key: string): string => key.split('/')[0]!;

  return {
    async put(key, bytes, owner = '', options = {}) {
      const id = ownerId(owner);
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', await keyOf(id, prefixOf(key)), nonce).setAAD(bound(id, key));
      const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
      await store.put(
        key,
        Buffer.concat([Buffer.of(VERSION), Buffer.from(id, 'hex'), nonce, cipher.getAuthTag(), body]),
        owner,
        options,
      );
    },
    async get(key) {
      const sealed = await store.get(key);
      if (sealed === null) return null;
      try {
        if (sealed[0] !== VERSION || sealed.length < OVERHEAD) throw new Error('version');
        const id = Buffer.from(sealed.subarray(1, 17)).toString('hex');
        const decipher = createDecipheriv('aes-256-gcm', await keyOf(id, prefixOf(key)), sealed.subarray(17, 29), {
          authTagLength: 16,
        })
          .setAAD(bound(id, key))
          .setAuthTag(sealed.subarray(29, OVERHEAD));
        return new Uint8Array(Buffer.concat([decipher.update(sealed.subarray(OVERHEAD)), decipher.final()]));
      } catch (cause) {
        throw new OnceFormError('ERR_INTERNAL', 'An object in the store is not what was put there.', {
          cause,
          data: { key },
        });
      }
    },
    async size(key) {
      const size = await store.size(key);
      return size === null ? null : size - OVERHEAD;
    },
    list: prefix => store.list(prefix),
    delete: key => store.delete(key),
  };
}

function bound(id: string, key: string): Buffer {
  return Buffer.from(`${id} ${key}`);
}
