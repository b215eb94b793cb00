// Encryption at rest for an object store: AES-256-GCM, a key of its own for each prefix, the object's key bound in.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { OnceFormError } from '@onceform/core';
import { deriveKey } from './keys.ts';
import type { ObjectStore } from './object-store.ts';

/** Version (1), nonce (12), tag (16) before the content. */
const VERSION = 1,
  OVERHEAD = 29;

/**
 * Wraps a store, so that whoever has its disk reads nothing. `size` is that of the content.
 *
 * Digests in the keys stay readable: they say that two objects are the same, and whether somebody holds a given one.
 *
 * @throws {OnceFormError} ERR_INTERNAL when reading what was changed, moved to another key, or written without encryption.
 */
export function encryptedStore(store: ObjectStore, secret: Uint8Array): ObjectStore {
  const keys = new Map<string, Buffer>();
  const keyOf = (key: string): Buffer => {
    const prefix = key.split('/')[0]!;
    let derived = keys.get(prefix);
    if (derived === undefined) keys.set(prefix, (derived = deriveKey(secret, `object/${prefix}`)));
    return derived;
  };
  return {
    async put(key, bytes) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyOf(key), nonce).setAAD(Buffer.from(key));
      const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
      await store.put(key, Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]));
    },
    async get(key) {
      const sealed = await store.get(key);
      if (sealed === null) return null;
      try {
        if (sealed[0] !== VERSION || sealed.length < OVERHEAD) throw new Error('version');
        const decipher = createDecipheriv('aes-256-gcm', keyOf(key), sealed.subarray(1, 13), { authTagLength: 16 })
          .setAAD(Buffer.from(key))
          .setAuthTag(sealed.subarray(13, OVERHEAD));
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
