// A box for tests: AES-GCM under a key of the moment, the row bound in as associated data.

import type { BodyBox } from '../body-box.ts';

const key = crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export const testBox: BodyBox = {
  async seal(row, text) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt(
      { name: 'AES-GCM', iv, additionalData: bytesOf(row) },
      await key,
      bytesOf(text),
    );
    return JSON.stringify([[...iv], [...new Uint8Array(sealed)]]);
  },
  async open(row, text) {
    const [iv, sealed] = JSON.parse(text) as [number[], number[]];
    const opened = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: new Uint8Array(iv), additionalData: bytesOf(row) },
      await key,
      new Uint8Array(sealed),
    );
    return new TextDecoder().decode(opened);
  },
};
