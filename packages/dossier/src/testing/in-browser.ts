// Runs in a page, for browser.test.ts: builds the golden dossier from the same input, verifies it, hashes in a worker.

import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { buildDossier, digestBlob, hashInWorker, slicesOf, verifyDossier } from '../index.ts';
import { exampleInput, opensOnly } from './notice.ts';
import { substitute, type FileReference, type OpenedSeal } from '@onceform/core';
import { answers, exampleForm, pdf, png, reference } from './notice.ts';

let large: Blob;
let reference100: FileReference;

declare const window: { onceform: unknown };
declare const trustedTypes: {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
};

const policy = trustedTypes.createPolicy('onceform', { createScriptURL: url => url });

async function goldenInput(jws: string) {
  const payload = JSON.parse(
    new TextDecoder().decode(
      Uint8Array.from(atob(jws.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0)),
    ),
  );
  const seal: OpenedSeal = { jws, payload, verified: true };
  const submission = substitute({
    form: await exampleForm(),
    answers: { ...answers, photo: (await reference('\u1ea2nh.png', 'image/png', png)) as never },
    seal,
    components: [
      { id: 'paper', fulfilledBy: 'file', files: [await reference('Gi\u1ea5y khai sinh.pdf', 'application/pdf', pdf)] },
    ],
    decisions: [{ item: '/name', action: 'use', offer: 'o1' }],
  });
  return { seal, input: await exampleInput({ submission }) };
}

window.onceform = {
  /** The package in base64, its digest, and the codes the verifier says. */
  async build(jws: string) {
    const { seal, input } = await goldenInput(jws);
    const built = await buildDossier(input);
    const { ok, findings } = await verifyDossier(built.blob, { openSeal: opensOnly(seal) });
    return {
      base64: btoa(String.fromCharCode(...(await built.bytes()))),
      sha256: await built.sha256(),
      ok,
      codes: findings.map(({ code }) => code),
      failed: findings.filter(({ status }) => status === 'failed').map(({ message }) => message.en),
    };
  },
  /** Hashes so many MiB here and in a worker, and tells what each gave. */
  async hash(megabytes: number) {
    const chunk = new Uint8Array(1024 * 1024).map((_, i) => i * 31 + (i >> 8));
    const blob = new Blob(Array.from({ length: megabytes }, () => chunk));
    const hasher = hashInWorker(new Worker(policy.createScriptURL('/hash-worker.js'), { type: 'module' }));
    let progress = 0;
    const inWorker = await hasher(blob, {
      onProgress: bytes => {
        progress += bytes;
      },
    });
    const controller = new AbortController();
    const aborted = hasher(blob, { signal: controller.signal }).then(
      () => 'finished',
      (error: Error) => error.message,
    );
    controller.abort(new Error('stopped'));
    return { here: await digestBlob(blob), inWorker, progress, aborted: await aborted };
  },
  /** Makes a file of so many MiB, to be built from by `measure`; the page itself does not hold its bytes. */
  async prepare(megabytes: number) {
    const parts: Blob[] = [];
    for (let i = 0; i < megabytes; i++) {
      const chunk = new Uint8Array(1024 * 1024);
      for (let at = 0; at < chunk.length; at += 65536) crypto.getRandomValues(chunk.subarray(at, at + 65536));
      parts.push(new Blob([chunk]));
    }
    large = new Blob(parts);
    const { sha256, size } = await digestBlob(large);
    reference100 = { name: 'large.bin', type: 'application/octet-stream', size, sha256 };
  },
  /** Milliseconds of only reading and hashing it: in slices by the library that can, or whole by WebCrypto. */
  async hashOnly(whole: boolean) {
    const started = performance.now();
    if (whole) {
      await crypto.subtle.digest('SHA-256', await large.arrayBuffer());
    } else {
      const hash = nobleSha256.create();
      for await (const slice of slicesOf(large)) hash.update(slice);
      hash.digest();
    }
    return performance.now() - started;
  },
  /** Milliseconds of building a package around it. */
  async buildOnly() {
    const submission = substitute({
      form: await exampleForm(),
      answers: { name: 'A' },
      seal: null,
      components: [{ id: 'paper', fulfilledBy: 'file', files: [reference100] }],
      decisions: [],
    });
    // A Blob of its own, so that no digest is remembered.
    const input = { ...(await exampleInput()), submission, files: new Map([[reference100.sha256, new Blob([large])]]) };
    const begun = performance.now();
    await buildDossier(input);
    return performance.now() - begun;
  },
};
