// Encryption at rest: AES-256-GCM by node:crypto, one derived key per purpose, the row's id as associated data.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { OnceFormError, type Json } from '@onceform/core';
import { deriveKey } from './keys.ts';

/**
 * Locks values for storage. `id` is bound in: what was sealed for one row does not open for another.
 *
 * Bytes: version (1), nonce (12), tag (16), ciphertext.
 */
export interface SecretBox {
  seal(id: string, value: Json): Uint8Array<ArrayBuffer>;
  /** @throws {OnceFormError} ERR_INTERNAL when the bytes were changed, or belong to another row or key. */
  open<T extends Json>(id: string, bytes: Uint8Array): T;
}

const VERSION = 1;

export function secretBox(secret: Uint8Array, purpose: string): SecretBox {
  const key = deriveKey(secret, purpose);
  return {
    seal(id, value) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(id));
      const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      return new Uint8Array(Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]));
    },
    open<T extends Json>(id: string, bytes: Uint8Array): T {
      try {
        if (bytes[0] !== VERSION) throw new Error('version');
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 13), { authTagLength: 16 })
          .setAAD(Buffer.from(id))
          .setAuthTag(bytes.subarray(13, 29));
        return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]).toString('utf8')) as T;
      } catch (cause) {
        throw new OnceFormError('ERR_INTERNAL', `What was stored for ${purpose} cannot be opened.`, { cause });
      }
    },
  };
}
