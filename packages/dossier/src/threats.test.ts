// The threats T1 to T22 of the format, each with what a forger would try. T7, T8, T10 and T18 are in signature.test.ts,
// T11 to T14 also in read-package.test.ts.

import { describe, expect, test } from 'vitest';
import { canonicalJson, sha256, type Json } from '@onceform/core';
import { composeZip, type ZipContent } from './compose-zip.ts';
import { crc32 } from './crc32.ts';
import { readPackage, SIGNED_TYPE, UNSIGNED_TYPE } from './read-package.ts';
import { saltedDigest } from './provenance.ts';
import { redact } from './redact.ts';
import { buildDossier } from './build-dossier.ts';
import {
  exampleDossier,
  exampleInput,
  exampleSeal,
  exampleSubmission,
  forge,
  opensOnly,
  pdf,
  receiver,
  reference,
} from './testing/notice.ts';
import { rawZip } from './testing/raw-zip.ts';
import { verifyDossier, type VerifyOptions } from './verify-dossier.ts';

const zipOf = (contents: readonly ZipContent[], type: string): Blob => composeZip(contents, type).blob;

async function failures(source: Blob | Uint8Array<ArrayBuffer>, options?: Partial<VerifyOptions>): Promise<string[]> {
  const verdict = await verifyDossier(source, await receiver(options));
  expect(verdict.ok).toBe(verdict.findings.every(({ status }) => status !== 'failed'));
  if (!verdict.ok) expect(verdict.submission).toBeNull();
  return [...new Set(verdict.findings.filter(({ status }) => status === 'failed').map(({ code }) => code))];
}

const built = await exampleDossier();
const bytes = await built.bytes();
const at = (text: string, from = 0): number => Buffer.from(bytes).indexOf(text, from);

function edited(change: (copy: Uint8Array<ArrayBuffer>) => void): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  change(copy);
  return copy;
}

describe('the verifier', () => {
  test('refuses an attachment that was replaced, renamed or swapped (T2)', async () => {
    const [first, second] = ['data/001-giay-khai-sinh.pdf', 'data/002-anh.png'];
    expect(
      await failures(
        edited(copy => {
          copy[at('%PDF') + 10]! ^= 1;
        }),
      ),
    ).toEqual(['FILE_CRC_MISMATCH', 'FILE_DIGEST_MISMATCH']);
    expect(
      await failures(await forge(built, ({ contents }) => void contents.set(first, new Blob(['%PDF-1.7 other'])))),
    ).toContain('REVIEW_MISMATCH');
    expect(
      await failures(
        await forge(built, ({ contents }) => {
          const one = contents.get(first)!;
          contents.set(first, contents.get(second)!).set(second, one);
        }),
      ),
    ).toContain('REVIEW_MISMATCH');
    expect(
      await failures(
        await forge(built, ({ manifest }) => {
          manifest.files = manifest.files.map(file => (file.path === first ? { ...file, role: 'evidence' } : file));
        }),
      ),
    ).toContain('COMPONENT_FILE_WRONG');
    expect(
      await failures(
        await forge(built, ({ manifest }) => {
          manifest.files = manifest.files.map(file => (file.path === first ? { ...file, name: 'Another.pdf' } : file));
        }),
      ),
    ).toContain('REVIEW_MISMATCH');
  });

  test('refuses an edited answer even when every list agrees again (T3, T4)', async () => {
    const edit = (key: string, value: Json) =>
      forge(built, async ({ json, setJson }) =>
        setJson('data/form.json', { ...(await json('data/form.json')), [key]: value }),
      );
    expect(await failures(await edit('phone', '0911'))).toEqual(['PROVENANCE_MISMATCH', 'REVIEW_MISMATCH']);
    expect(await failures(await edit('name', 'Forged'))).toEqual([
      'LOCKED_VALUE_CHANGED',
      'PROVENANCE_MISMATCH',
      'REVIEW_MISMATCH',
    ]);
    expect(await failures(await edit('extra', 1))).toEqual(['PROVENANCE_MISMATCH', 'REVIEW_MISMATCH']);
    expect(await failures(await edit('$context', {}))).toContain('CONTEXT_CHANGED');
  });

  test('refuses a locked value that was changed together with its digest (T4)', async () => {
    const forged = await forge(built, async ({ json, setJson, manifest }) => {
      const data = { ...(await json('data/form.json')), name: 'Forged' };
      const provenance = (await json('data/provenance.json')) as {
        answers: Record<string, Record<string, Json>>;
      } & Record<string, Json>;
      const salts = (await json('data/salts.json')) as Record<string, string>;
      provenance.answers['/name']!['digest'] = await saltedDigest(salts['/name']!, 'Forged');
      setJson('data/form.json', data);
      setJson('data/provenance.json', provenance);
      const { files, ...paper } = manifest.components[0]!;
      void files;
      manifest.reviewDigest = await sha256(
        canonicalJson({
          form: manifest.form.digest,
          data,
          components: [
            {
              id: paper.id,
              fulfilledBy: paper.fulfilledBy,
              files: [await reference('Gi\u1ea5y khai sinh.pdf', 'application/pdf', pdf)],
            },
          ],
        } as unknown as Json),
      );
    });
    expect(await failures(forged)).toEqual(['LOCKED_VALUE_CHANGED']);
  });

  test('refuses an origin that is claimed, edited or deleted (T4)', async () => {
    const edit = (change: (answers: Record<string, Record<string, Json>>) => void) =>
      forge(built, async ({ json, setJson }) => {
        const provenance = await json('data/provenance.json');
        change(provenance['answers'] as unknown as Record<string, Record<string, Json>>);
        setJson('data/provenance.json', provenance);
      });
    expect(
      await failures(
        await edit(answers => {
          answers['/phone']!['origin'] = 'auto';
        }),
      ),
    ).toEqual(['PROVENANCE_MISMATCH']);
    expect(
      await failures(
        await edit(answers => {
          answers['/born']!['origin'] = 'auto';
        }),
      ),
    ).toEqual(['PROVENANCE_MISMATCH']);
    expect(
      await failures(
        await edit(answers => {
          (answers['/name']!['source'] as Record<string, Json>)['id'] = 'other';
        }),
      ),
    ).toEqual(['PROVENANCE_MISMATCH']);
    expect(
      await failures(
        await edit(answers => {
          answers['/name']!['lastUpdated'] = '2026-01-01';
        }),
      ),
    ).toEqual(['PROVENANCE_MISMATCH']);
    expect(
      await failures(
        await edit(answers => {
          delete answers['/phone'];
        }),
      ),
    ).toEqual(['PROVENANCE_MISMATCH']);
    expect(
      await failures(
        await edit(answers => {
          answers['/ghost'] = { ...answers['/phone']! };
        }),
      ),
    ).toEqual(['PROVENANCE_MISMATCH']);
    expect(
      await failures(
        await edit(answers => {
          answers['/phone']!['origin'] = 'officer-entered';
        }),
      ),
    ).toContain('OFFICER_WITHOUT_ASSISTANCE');
  });

  test('refuses a seal of another form, person, receiver or time, one that is not genuine, and data without their seal (T4, T9)', async () => {
    const withSeal = async (change: Parameters<typeof exampleSeal>[0]) => {
      const seal = await exampleSeal(change);
      return failures((await exampleDossier({ submission: await exampleSubmission({ seal }) })).blob, {
        openSeal: opensOnly(seal),
      });
    };
    expect(await withSeal({})).toEqual([]);
    expect(await withSeal({ sub: 'person-2' })).toEqual(['SEAL_SUBMITTER_MISMATCH']);
    expect(await withSeal({ aud: 'https://other.test' })).toEqual(['SEAL_RECIPIENT_MISMATCH']);
    expect(await withSeal({ nonce: 'n2' })).toEqual(['SEAL_RECIPIENT_MISMATCH']);
    expect(await withSeal({ exp: Date.parse('2026-11-22T08:00:00Z') / 1000 })).toEqual(['SEAL_EXPIRED']);
    expect(await withSeal({ iat: Date.parse('2026-11-22T08:30:00Z') / 1000 })).toEqual(['SEAL_EXPIRED']);
    const other = await exampleSeal({ form: { id: 'x', version: '1', digest: 'f'.repeat(64) } });
    expect(
      await failures(await forge(built, ({ contents }) => void contents.set('data/seal.jws', new Blob([other.jws]))), {
        openSeal: opensOnly(other),
      }),
    ).toEqual(['SEAL_FORM_MISMATCH']);
    expect(
      await failures(
        await forge(built, ({ contents }) => void contents.set('data/seal.jws', new Blob([`${other.jws}x`]))),
      ),
    ).toEqual(['SEAL_INVALID']);
    const { openSeal: _, ...unable } = await receiver();
    expect(
      (
        await verifyDossier(
          await forge(built, ({ contents }) => void contents.set('data/seal.jws', new Blob(['a.b.c']))),
          unable,
        )
      ).ok,
    ).toBe(false);
    expect(await failures(await forge(built, ({ contents }) => void contents.delete('data/seal.jws')))).toEqual([
      'PROVENANCE_MISMATCH',
      'DECISIONS_MISMATCH',
    ]);
  });

  test('refuses decisions that the seal does not bear out (T4)', async () => {
    expect(
      await failures(
        await forge(built, ({ setJson }) =>
          setJson('data/decisions.json', [
            { item: '/name', action: 'use', offer: 'o1', chosen: { rule: 'recency', of: 9 } },
          ]),
        ),
      ),
    ).toEqual(['DECISIONS_MISMATCH']);
  });

  test('says unsigned, and refuses a package that says it is signed without a signature (T5)', async () => {
    expect((await verifyDossier(built.blob)).findings.map(({ code }) => code)).toContain('UNSIGNED');
    const reader = await readPackage(built.blob);
    const relabelled = zipOf(
      await Promise.all(
        [...reader.entries.values()].map(async ({ path, crc32: crc }) =>
          path === 'mimetype'
            ? { path, content: new Blob([SIGNED_TYPE]), crc32: crc32(new TextEncoder().encode(SIGNED_TYPE)) }
            : { path, content: reader.content(path), crc32: crc },
        ),
      ),
      SIGNED_TYPE,
    );
    expect(await failures(relabelled)).toEqual(['LIST_MISMATCH']);
  });

  test('refuses files that the manifest does not list, misses, or that no answer names (T6)', async () => {
    const reader = await readPackage(built.blob);
    const entries = [...reader.entries.values()].map(({ path, crc32: crc }) => ({
      path,
      content: reader.content(path),
      crc32: crc,
    }));
    const one = { content: new Blob(['x']), crc32: crc32(new TextEncoder().encode('x')) };
    expect(await failures(zipOf([...entries, { path: 'data/999-x.txt', ...one }], UNSIGNED_TYPE))).toEqual([
      'FILE_UNLISTED',
    ]);
    expect(await failures(zipOf([...entries, { path: 'fetch.txt', ...one }], UNSIGNED_TYPE))).toEqual([
      'FILE_UNLISTED',
    ]);
    expect(await failures(zipOf([...entries, { path: 'META-INF/signature001.p7s', ...one }], UNSIGNED_TYPE))).toEqual([
      'SIGNATURE_UNEXPECTED',
    ]);
    expect(
      await failures(
        zipOf(
          entries.filter(({ path }) => path !== 'data/002-anh.png'),
          UNSIGNED_TYPE,
        ),
      ),
    ).toEqual(['FILE_MISSING']);
    expect(
      await failures(
        zipOf(
          entries.filter(({ path }) => path !== 'bagit.txt'),
          UNSIGNED_TYPE,
        ),
      ),
    ).toEqual(['FILE_MISSING']);
    expect(
      await failures(
        await forge(built, ({ contents, manifest }) => {
          contents.set('data/003-x.txt', new Blob(['x']));
          manifest.files = [
            ...manifest.files,
            { path: 'data/003-x.txt', role: 'component', type: 'text/plain', size: 1, sha256: '', name: 'x.txt' },
          ];
        }),
      ),
    ).toEqual(['COMPONENT_FILE_UNUSED']);
  });

  test('refuses lists that say something else than the manifest (T6)', async () => {
    const reader = await readPackage(built.blob);
    for (const path of ['bagit.txt', 'bag-info.txt', 'manifest-sha256.txt', 'tagmanifest-sha256.txt']) {
      const changed = new TextEncoder().encode(`${await reader.content(path).text()}\n`);
      const entries = [...reader.entries.values()].map(entry =>
        entry.path === path
          ? { path, content: new Blob([changed]), crc32: crc32(changed) }
          : { path: entry.path, content: reader.content(entry.path), crc32: entry.crc32 },
      );
      expect(await failures(zipOf(entries, UNSIGNED_TYPE))).toEqual(['LIST_MISMATCH']);
    }
  });

  test('refuses what was sent to somebody else, sent twice, sent by another, or follows the wrong package (T9)', async () => {
    expect(await failures(built.blob, { audience: 'https://other.test' })).toEqual(['RECIPIENT_MISMATCH']);
    expect(await failures(built.blob, { nonce: () => false })).toEqual(['NONCE_INVALID']);
    expect(await failures(built.blob, { submitter: 'person-2' })).toEqual(['SUBMITTER_MISMATCH']);
    expect(await failures(built.blob, { previous: { id: built.manifest.id, sha256: 'a'.repeat(64) } })).toEqual([
      'PREVIOUS_MISMATCH',
    ]);
    const next = await exampleDossier({ previous: { id: built.manifest.id, sha256: await built.sha256() } });
    expect(await failures(next.blob, { previous: { id: built.manifest.id, sha256: await built.sha256() } })).toEqual(
      [],
    );
    expect((await verifyDossier(next.blob)).findings.map(({ code }) => code)).toContain('NOT_CHECKED_PREVIOUS');
  });

  test('refuses a time of completion after the time of receipt (T10)', async () => {
    expect(await failures((await exampleDossier({ created: '2026-11-22T15:30:00+07:00' })).blob)).toEqual([
      'CREATED_IN_FUTURE',
    ]);
    expect(await failures((await exampleDossier({ created: 'yesterday' })).blob)).toEqual(['MANIFEST_INVALID']);
  });

  test('refuses names that look like something else, and shows them by path (T14)', async () => {
    for (const name of ['a\u202efdp.exe', 'a\u200bb.pdf', '..\\x.pdf', 'x/y.pdf']) {
      const file = await reference(name, 'application/pdf', pdf);
      const submission = await exampleSubmission({ components: [{ id: 'paper', fulfilledBy: 'file', files: [file] }] });
      expect(await failures((await exampleDossier({ submission })).blob)).toEqual(['NAME_SUSPICIOUS']);
    }
  });

  test('keeps one name for the composed and the decomposed form (T14)', async () => {
    const file = async (name: string) =>
      exampleDossier({
        submission: await exampleSubmission({
          components: [{ id: 'paper', fulfilledBy: 'file', files: [await reference(name, 'application/pdf', pdf)] }],
        }),
      });
    const [composed, decomposed] = [await file('Gi\u1ea5y.pdf'), await file('Gi\u1ea5y.pdf'.normalize('NFD'))];
    expect(composed.manifest.files).toEqual(decomposed.manifest.files);
    expect(await composed.sha256()).toBe(await decomposed.sha256());
  });

  test.each([
    ['a duplicate name', '{"a":1,"a":2}'],
    ['a byte order mark', '\ufeff{"a":1}'],
    ['an integer beyond 2^53', '{"a":9007199254740993}'],
    ['a lone surrogate', '{"a":"\\ud800"}'],
    ['decomposed text', '{"a":"e\u0301"}'],
    ['white space', '{"a": 1}'],
    ['members out of order', '{"b":1,"a":2}'],
    ['1.0 for 1', '{"a":1.0}'],
    ['an escape that is not needed', '{"a":"\\u0041"}'],
    ['text behind', '{"a":1}x'],
    ['no JSON', 'x'],
    ['deep nesting', `{"a":${'['.repeat(200)}${']'.repeat(200)}}`],
    ['very deep nesting', '['.repeat(200_000)],
    ['invalid UTF-8', null],
  ])('refuses JSON with %s (T15)', async (_name, text) => {
    const content = text === null ? new Blob([new Uint8Array([0x22, 0xff, 0x22])]) : new Blob([text]);
    // A receiver that knows what is published refuses another schema by its digest, before it reads it.
    const { knownForms: _, ...unknowing } = await receiver();
    for (const path of ['data/form.json', 'data/provenance.json', 'data/schema.json']) {
      const { findings } = await verifyDossier(
        await forge(built, ({ contents }) => void contents.set(path, content)),
        unknowing,
      );
      expect(findings.find(({ status }) => status === 'failed')?.code).toBe('FILE_INVALID');
    }
  });

  test('treats __proto__ as a name like any other (T15)', async () => {
    const forged = await forge(
      built,
      ({ contents }) => void contents.set('data/form.json', new Blob(['{"__proto__":{"polluted":true},"name":"x"}'])),
    );
    expect(await failures(forged)).toContain('PROVENANCE_MISMATCH');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('refuses a manifest with members it does not know, wrong types or files out of order (T15)', async () => {
    const manifest = JSON.parse(canonicalJson(built.manifest as unknown as Json)) as Record<string, Json>;
    const reader = await readPackage(built.blob);
    for (const wrong of [
      { ...manifest, more: 1 },
      { ...manifest, id: 'x' },
      { ...manifest, files: [...(manifest['files'] as Json[])].reverse() },
      { ...manifest, bundle: { id: 1 } },
      { ...manifest, format: 'https://onceform.dev/dossier/2' },
      [],
      null,
      { ...manifest, recipient: null },
      { ...manifest, form: { ...(manifest['form'] as object), digest: 'A'.repeat(64) } },
    ]) {
      const content = new TextEncoder().encode(canonicalJson(wrong as Json));
      const entries = [...reader.entries.values()].map(entry =>
        entry.path === 'dossier.json'
          ? { path: 'dossier.json', content: new Blob([content]), crc32: crc32(content) }
          : { path: entry.path, content: reader.content(entry.path), crc32: entry.crc32 },
      );
      expect(await failures(zipOf(entries, UNSIGNED_TYPE))).toEqual(['MANIFEST_INVALID']);
    }
  });

  test('never parses XML: a foreign package with an entity bomb is refused before that (T16)', async () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>';
    expect(
      await failures(
        await rawZip([
          { path: 'mimetype', content: SIGNED_TYPE },
          { path: 'META-INF/ASiCManifest001.xml', content: bomb },
        ]),
      ),
    ).toEqual(['FILE_MISSING']);
  });

  test.each([
    ['a script for a picture', 'image/png', '<script>alert(1)</script>', 'FILE_TYPE_MISMATCH'],
    ['a picture for a PDF', 'application/pdf', '\x89PNG\r\n\x1a\n', 'FILE_TYPE_MISMATCH'],
    ['a PDF for text', 'text/plain', '%PDF-1.4\n', 'FILE_TYPE_MISMATCH'],
  ])('refuses %s (T17)', async (_, type, text, code) => {
    const content = Uint8Array.from(text, c => c.charCodeAt(0));
    const file = await reference('a', type, content);
    const submission = await exampleSubmission({ components: [{ id: 'paper', fulfilledBy: 'file', files: [file] }] });
    const { files } = await exampleInput();
    expect(
      await failures(
        (await exampleDossier({ submission, files: new Map([...files, [file.sha256, new Blob([content])]]) })).blob,
      ),
    ).toEqual([code]);
  });

  test.each([
    ['a PDF with a script', 'application/pdf', '%PDF-1.4\n/OpenAction << /S /JavaScript /JS (x) >>', 'script'],
    ['a PDF that is an archive too', 'application/pdf', '%PDF-1.4\nPK\x05\x06', 'archive'],
    ['an SVG with a script', 'image/svg+xml', '<svg xmlns="x"><script/></svg>', 'script'],
  ])('warns of %s (T17)', async (_, type, text, active) => {
    const content = Uint8Array.from(text, c => c.charCodeAt(0));
    const file = await reference('a', type, content);
    const submission = await exampleSubmission({ components: [{ id: 'paper', fulfilledBy: 'file', files: [file] }] });
    const { files } = await exampleInput();
    const { blob } = await exampleDossier({
      submission,
      files: new Map([...files, [file.sha256, new Blob([content])]]),
    });
    const verdict = await verifyDossier(blob, await receiver());
    expect(verdict.findings.find(({ code }) => code === 'FILE_ACTIVE_CONTENT')?.message.en).toContain(active);
  });

  test('names the digest algorithm in each list, so that a later one can stand beside it (T19)', async () => {
    expect([...(await readPackage(built.blob)).entries.keys()]).toEqual(
      expect.arrayContaining(['manifest-sha256.txt', 'tagmanifest-sha256.txt']),
    );
  });

  test('cannot be asked for a withheld answer by trying all of few possibilities (T20)', async () => {
    const copy = await redact(built.blob, { pointers: ['/born'] });
    const provenance = JSON.parse(await (await readPackage(copy.blob)).content('data/provenance.json').text()) as {
      answers: Record<string, { digest: string }>;
    };
    const guesses = await Promise.all(Array.from({ length: 130 }, (_, age) => sha256(canonicalJson(age))));
    expect(guesses).not.toContain(provenance.answers['/age']!.digest);
  });

  test('stops when it is aborted, and reports progress up to the size of the package (T21)', async () => {
    await expect(verifyDossier(built.blob, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
    let last = 0;
    await verifyDossier(built.blob, {
      onProgress: (done, total) => {
        expect(done).toBeLessThanOrEqual(total);
        last = done;
      },
    });
    expect(last).toBeGreaterThan(bytes.length / 2);
  });

  test('is not built from a file that changed between choosing and building (T22)', async () => {
    const { files, ...input } = await exampleInput();
    const changed = new Map([...files.keys()].map(digest => [digest, new Blob(['changed'])]));
    await expect(buildDossier({ ...input, files: changed })).rejects.toMatchObject({ code: 'ERR_DOSSIER_INVALID' });
  });

  test('names each place where the schema or a rule is broken once, and a missing answer by where it would be', async () => {
    const required = { instancePath: '/children/0', keyword: 'required', params: { missingProperty: 'born' } };
    const verdict = await verifyDossier(
      built.blob,
      await receiver({
        validateData: () => [required, required, { instancePath: '', keyword: 'type', params: {} }],
        checkRules: () => [
          { pointer: '/age', keyword: 'rule', severity: 'error', params: {}, rule: 'age' },
          { pointer: '/born', keyword: 'rule', severity: 'warn', params: {}, rule: 'late' },
        ],
      }),
    );
    expect(
      verdict.findings.filter(({ status }) => status === 'failed').map(({ code, at: place }) => `${code} ${place}`),
    ).toEqual(['SCHEMA_INVALID /children/0/born', 'SCHEMA_INVALID /', 'RULE_BROKEN /age']);
    expect(verdict.findings).toContainEqual(
      expect.objectContaining({ code: 'RULE_WARNING', status: 'note', at: '/born' }),
    );
  });

  test('says what it did not check when it is given nothing to check with', async () => {
    const { findings, ok } = await verifyDossier(built.blob);
    expect(ok).toBe(true);
    expect(findings.filter(({ status }) => status === 'not-checked').map(({ code }) => code)).toEqual([
      'NOT_CHECKED_FORM',
      'NOT_CHECKED_SCHEMA',
      'NOT_CHECKED_RULES',
      'NOT_CHECKED_SEAL',
      'NOT_CHECKED_RECIPIENT',
      'NOT_CHECKED_SUBMITTER',
      'NOT_CHECKED_NONCE',
      'NOT_CHECKED_TIME',
    ]);
    for (const { message } of findings) expect(`${message.en}${message.vi}`).not.toMatch(/\{\w+\}/);
  });
});

describe('bit rot (T1)', () => {
  // Every bit in `npm run fuzz -- dossier`; every 31st here. The package is unsigned: its integrity is checked against itself.
  const step = process.env['ONCEFORM_EVERY_BIT'] === '1' ? 1 : 31;
  test(`no flipped bit is accepted (every ${step === 1 ? '' : `${step}th `}bit of ${bytes.length} bytes)`, async () => {
    let accepted = 0;
    let tried = 0;
    const whole = bytes.slice();
    for (let bit = 0; bit < bytes.length * 8; bit += step) {
      whole[bit >> 3]! ^= 1 << (bit & 7);
      if ((await verifyDossier(whole)).ok) accepted++;
      whole[bit >> 3]! ^= 1 << (bit & 7);
      tried++;
    }
    expect(tried).toBeGreaterThan(1000);
    expect(accepted).toBe(0);
  }, 600_000);
});
