import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@onceform/core';
import { readPackage } from './read-package.ts';
import { redact } from './redact.ts';
import { exampleDossier, forge, receiver } from './testing/notice.ts';
import { verifyDossier } from './verify-dossier.ts';

const codes = async (source: Blob): Promise<string[]> =>
  (await verifyDossier(source, await receiver())).findings
    .filter(({ status }) => status === 'failed')
    .map(({ code }) => code);

describe('a redacted copy', () => {
  test('verifies, shows what was kept and says what is withheld', async () => {
    const copy = await redact((await exampleDossier()).blob, {
      pointers: ['/born', '/children'],
      components: ['paper'],
    });
    const verdict = await verifyDossier(copy.blob, await receiver());
    expect(verdict.ok).toBe(true);
    expect(verdict.shown).toEqual({ '/born': '2021-02-18', '/children/0/name': 'A', '/children/1': {} });
    expect(verdict.findings.filter(({ code }) => code === 'WITHHELD').map(({ at }) => at)).toEqual([
      '/$context',
      '/age',
      '/name',
      '/phone',
      '/photo/name',
      '/photo/sha256',
      '/photo/size',
      '/photo/type',
    ]);
    expect(verdict.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['NOT_CHECKED_WITHHELD', 'NOT_CHECKED_ORIGINAL']),
    );
    expect(verdict.submission).toBeNull();
  });

  test('holds no withheld answer anywhere, not even in a seal or a text, and no salt that would let one be guessed (T20)', async () => {
    const original = await exampleDossier();
    const copy = await redact(original.blob, { pointers: ['/born'] });
    const text = new TextDecoder('latin1').decode(await copy.bytes());
    for (const secret of ['Official Name', '0900', '2021-02-19', '%PDF']) expect(text).not.toContain(secret);
    expect(
      [...(await readPackage(copy.blob)).entries.keys()].filter(path =>
        /seal|texts|decisions|consents|form\.json/.test(path),
      ),
    ).toEqual([]);
    const salts = JSON.parse(await (await readPackage(copy.blob)).content('data/salts.json').text()) as JsonObject;
    expect(Object.keys(salts)).toEqual(['/born']);
  });

  test('that shows another value than was filed is refused', async () => {
    const copy = await redact((await exampleDossier()).blob, { pointers: ['/born'] });
    expect(
      await codes(await forge(copy, ({ setJson }) => setJson('data/shown.json', { '/born': '1999-01-01' }))),
    ).toEqual(['REDACTED_MISMATCH']);
  });

  test('that hides that something is withheld, or names another recipient, is refused', async () => {
    const copy = await redact((await exampleDossier()).blob, { pointers: ['/born'] });
    expect(
      await codes(
        await forge(copy, ({ manifest }) => {
          manifest.redacted = { ...manifest.redacted!, withheld: [] };
        }),
      ),
    ).toEqual(['REDACTED_MISMATCH']);
    expect(
      await codes(
        await forge(copy, ({ manifest }) => {
          manifest.recipient = { ...manifest.recipient, audience: 'https://other.test' };
        }),
      ),
    ).toEqual(['REDACTED_MISMATCH']);
  });

  test('is not made of something that does not verify, of a redacted copy, or of an answer that was not filed', async () => {
    const original = await exampleDossier();
    const copy = await redact(original.blob, { pointers: ['/born'] });
    await expect(redact(copy.blob, { pointers: ['/born'] })).rejects.toMatchObject({ code: 'ERR_DOSSIER_INVALID' });
    await expect(redact(original.blob.slice(0, 500), { pointers: ['/born'] })).rejects.toMatchObject({
      code: 'ERR_DOSSIER_INVALID',
    });
    await expect(redact(original.blob, { pointers: ['/nothing'] })).rejects.toMatchObject({
      code: 'ERR_POINTER_UNKNOWN',
    });
  });
});
