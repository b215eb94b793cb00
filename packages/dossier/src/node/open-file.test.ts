import { mkdtemp, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOnce } from '../build-dossier.ts';
import { digestBlob } from '../digest-blob.ts';
import { exampleDossier, exampleInput, receiver } from '../testing/notice.ts';
import { verifyDossier } from '../verify-dossier.ts';
import { buildDossier } from '../build-dossier.ts';
import { openFile } from './open-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'onceform-node-'));

test('a package read from a file is judged as one in memory', async () => {
  const built = await exampleDossier();
  const path = join(folder, 'a.zip');
  await writeFile(path, built.chunks());
  const file = await openFile(path);
  expect(await digestOnce(file)).toEqual(await digestBlob(built.blob));
  expect(await verifyDossier(file, await receiver())).toMatchObject({
    ok: true,
    findings: (await verifyDossier(built.blob, await receiver())).findings,
  });
});

test('a package built from files on disk has the same bytes as one built in memory', async () => {
  const input = await exampleInput();
  const files = new Map<string, Blob>();
  for (const [digest, blob] of input.files) {
    await writeFile(join(folder, digest), new Uint8Array(await blob.arrayBuffer()));
    files.set(digest, await openFile(join(folder, digest)));
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await buildDossier({ ...input, files })).chunks()) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(await (await exampleDossier()).bytes())).toBe(true);
});

test('a file that changes after it was opened is refused (T22)', async () => {
  const path = join(folder, 'changing');
  await writeFile(path, 'before');
  await utimes(path, 1, 1);
  const file = await openFile(path);
  await writeFile(path, 'behind');
  await expect(digestOnce(file)).rejects.toMatchObject({ code: 'ERR_DOSSIER_INVALID' });
});
