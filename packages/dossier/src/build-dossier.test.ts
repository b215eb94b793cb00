import { describe, expect, test } from 'vitest';
import { sha256 } from '@onceform/core';
import { buildDossier, composeDossier, contentsOf } from './build-dossier.ts';
import { readPackage } from './read-package.ts';
import { exampleDossier, exampleInput, exampleSubmission, pdf, receiver } from './testing/notice.ts';
import { verifyDossier } from './verify-dossier.ts';

describe('a dossier', () => {
  test('is accepted by the verifier, with nothing left unchecked but signatures', async () => {
    const built = await exampleDossier();
    const verdict = await verifyDossier(await built.bytes(), await receiver());
    expect(verdict.findings.filter(({ status }) => status !== 'ok')).toMatchObject([
      { code: 'UNSIGNED', status: 'note' },
    ]);
    expect(verdict.ok).toBe(true);
    expect(verdict.submission?.data['name']).toBe('Official Name');
    expect(verdict.origins?.['/born']).toMatchObject({ origin: 'override', official: '2021-02-19' });
  });

  test('is the same, byte for byte, for the same input', async () => {
    const [one, two] = [await exampleDossier(), await exampleDossier()];
    expect(await one.sha256()).toBe(await two.sha256());
    expect(await one.sha256()).toBe(await sha256(await one.bytes()));
    expect(one.size).toBe((await one.bytes()).length);
  });

  test("has other salts, and so other digests, with the system's random source", async () => {
    const { random: _, ...input } = await exampleInput();
    expect(await (await buildDossier(input)).sha256()).not.toBe(await (await buildDossier(input)).sha256());
  });

  test('is composed again from its manifest and contents into the same bytes', async () => {
    const built = await exampleDossier();
    const reader = await readPackage(built.blob);
    const contents = new Map(built.manifest.files.map(({ path }) => [path, reader.content(path)]));
    expect(await (await composeDossier(built.manifest, contents)).sha256()).toBe(await built.sha256());
  });

  test('is composed by a server from blobs that came by content address, in any order, into the same bytes', async () => {
    const built = await exampleDossier();
    const reader = await readPackage(built.blob);
    const blobs = new Map(
      built.manifest.files.map(({ path, sha256: digest }): [string, Blob] => [digest, reader.content(path)]).reverse(),
    );
    const composed = await composeDossier(built.manifest, contentsOf(built.manifest, blobs));
    expect(await composed.sha256()).toBe(await built.sha256());
    const [digest] = [...blobs.keys()];
    blobs.delete(digest!);
    expect(() => contentsOf(built.manifest, blobs)).toThrow(
      expect.objectContaining({ code: 'ERR_DOSSIER_INVALID', data: { missing: [digest] } }),
    );
  });

  test('names files by number and a plain slug, and keeps the name people know', async () => {
    const { manifest } = await exampleDossier();
    expect(manifest.files.filter(({ role }) => role === 'component' || role === 'answer-file')).toMatchObject([
      { path: 'data/001-giay-khai-sinh.pdf', name: 'Gi\u1ea5y khai sinh.pdf' },
      { path: 'data/002-anh.png', name: '\u1ea2nh.png' },
    ]);
  });

  test('holds a file once even when a component names it twice', async () => {
    const file = { name: 'a.pdf', type: 'application/pdf', size: pdf.length, sha256: await sha256(pdf) };
    const submission = await exampleSubmission({
      components: [
        { id: 'paper', fulfilledBy: 'file', files: [file] },
        { id: 'other', fulfilledBy: 'file', files: [file] },
      ],
    });
    const built = await exampleDossier({ submission });
    expect(built.manifest.components.map(({ files }) => files)).toEqual([['data/001-a.pdf'], ['data/001-a.pdf']]);
    expect((await verifyDossier(built.blob, await receiver())).ok).toBe(true);
  });

  test('is refused when a file that was named is not given', async () => {
    await expect(exampleDossier({ files: new Map() })).rejects.toMatchObject({ code: 'ERR_DOSSIER_INVALID' });
  });

  test('is refused when a file changed after it was chosen (T22)', async () => {
    const { files } = await exampleInput();
    const changed = new Map([...files].map(([digest, blob]) => [digest, new Blob([blob, 'x'])]));
    await expect(exampleDossier({ files: changed })).rejects.toMatchObject({ code: 'ERR_DOSSIER_INVALID' });
  });

  test('is refused when the documents are those of another form', async () => {
    const { documents } = await exampleInput();
    await expect(exampleDossier({ documents: { ...documents, rules: [] } })).rejects.toMatchObject({
      code: 'ERR_DOSSIER_INVALID',
    });
  });

  test("without a seal says that everything is the citizen's own statement", async () => {
    const built = await exampleDossier({ submission: await exampleSubmission({ seal: null }) });
    const verdict = await verifyDossier(built.blob, await receiver());
    expect(verdict.ok).toBe(true);
    expect(verdict.findings.map(({ code }) => code)).toContain('SEAL_NONE');
    expect(Object.values(verdict.origins!).every(({ origin }) => origin === 'manual' || origin === 'derived')).toBe(
      true,
    );
  });

  test('stops building when it is aborted', async () => {
    await expect(buildDossier(await exampleInput(), { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow(
      'stop',
    );
  });
});
