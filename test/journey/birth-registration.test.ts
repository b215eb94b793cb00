// The main job, end to end: a mother registers the birth of her child. Prefilled, chosen, checked, filed, verified; in
// Vietnamese on a desktop and in English on a phone, under the strict policy with nothing reported.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { DESKTOP, openPage, PHONE, type WatchedPage } from './browser.ts';
import { Citizen } from './citizen.ts';
import { dayFromNow } from './clock.ts';
import { BIRTH_WORDS, fillBirthRegistration, takeRecords } from './birth-registration.ts';
import { portal } from './stage.ts';
import { openForm, type Language } from './words.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'onceform-filed-'));

// The simulated health register has the child born twelve days ago.
const born = dayFromNow(-12);
const [year, month, day] = born.split('-') as [string, string, string];

describe.each<[Language, string, typeof PHONE | typeof DESKTOP]>([
  ['vi', 'desktop', DESKTOP],
  ['vi', 'phone', PHONE],
  ['en', 'desktop', DESKTOP],
  ['en', 'phone', PHONE],
])('in %s on a %s', (language, device, viewport) => {
  const words = BIRTH_WORDS[language];
  const file = join(scratch, `filed-${language}-${device}.zip`);
  let watched: WatchedPage;

  afterAll(() => watched?.close());

  test('a mother files the birth registration, typing the name and hardly more', async () => {
    watched = await openPage(viewport);
    const me = new Citizen(watched.page);
    await openForm(me, `${portal.url}/forms/birth-registration`, language, /Nguyễn Thị Mẫu/, 'form');
    await takeRecords(me, language);
    await fillBirthRegistration(me, language);

    await me.sees(words.childName);
    await me.sees(new RegExp(`${day}/${month}/${year}|${Number(day)} .* ${year}`));
    const filing = watched.page.waitForResponse(
      response => response.request().method() === 'PUT' && response.url().includes('/api/dossiers/'),
    );
    await me.press(words.submit);
    const response = await filing;
    expect(response.status()).toBe(201);
    const receipt = (await response.json()) as { code: string; dossier: { sha256: string; size: number } };
    await me.sees(words.filed);
    await me.sees(receipt.code);
    await me.sees(receipt.dossier.sha256);

    const bytes = await watched.page.evaluate(async url => {
      const answer = await fetch(url);
      return [...new Uint8Array(await answer.arrayBuffer())];
    }, `${response.url()}/package`);
    expect(bytes).toHaveLength(receipt.dossier.size);
    writeFileSync(file, Uint8Array.from(bytes));
  });

  test('nothing on the way went against the policy, broke a script or left the machine', () => {
    expect(watched.complaints).toEqual([]);
  });

  test('unzip and sha256sum accept the filed package', context => {
    for (const tool of ['unzip', 'sha256sum']) {
      if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).error !== undefined) {
        console.log(`not run: ${tool} is not on this machine`);
        context.skip(`${tool} is not on this machine`);
      }
    }
    const folder = mkdtempSync(join(scratch, 'tree-'));
    execFileSync('unzip', ['-q', file, '-d', folder]);
    const said = execFileSync('sha256sum', ['-c', '--strict', 'manifest-sha256.txt', 'tagmanifest-sha256.txt'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(said).toMatch(/data\/form\.json: OK/);
    expect(said).not.toMatch(/FAILED/);
  });

  test('onceform verify finds nothing wrong, and says what it did not check', async () => {
    const keys = join(scratch, `keys-${language}-${device}.json`);
    writeFileSync(keys, await (await fetch(`${portal.url}/api/keys`)).text());
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['bin/onceform.js', 'verify', file, '--keys', keys, '--json'],
      { cwd: root, encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    const report = JSON.parse(stdout) as { ok: boolean; findings: { code: string; status: string }[] };
    expect(report.findings.filter(finding => finding.status === 'failed')).toEqual([]);
    expect(status).toBe(0);
    expect(report.findings.map(finding => finding.code)).toEqual(
      expect.arrayContaining(['FILES_UNCHANGED', 'SCHEMA_VALID', 'SEAL_VALID', 'PROVENANCE_MATCH', 'REVIEW_MATCH']),
    );
    expect(report.findings.some(finding => finding.status === 'not-checked')).toBe(true);
  });

  test('onceform verify refuses a copy in which one letter was changed', () => {
    const bytes = readFileSync(file);
    // In the answers; the name stands in the human copy as well.
    const answer = '"fullName":"';
    const at = bytes.indexOf(`${answer}${words.childName}`);
    expect(at).toBeGreaterThan(0);
    bytes[at + answer.length] = 'X'.charCodeAt(0);
    const copy = join(scratch, `tampered-${language}-${device}.zip`);
    writeFileSync(copy, bytes);
    const { status, stdout } = spawnSync(process.execPath, ['bin/onceform.js', 'verify', copy], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout).toContain('data/form.json');
  });

  test('the answers in the package say where they come from', () => {
    const read = (path: string): unknown => JSON.parse(execFileSync('unzip', ['-p', file, path], { encoding: 'utf8' }));
    const data = read('data/form.json') as Record<string, Record<string, unknown>>;
    expect(data.child).toMatchObject({ fullName: words.childName, birthDate: born, gender: 'female' });
    expect(data.mother).toMatchObject({ fullName: 'Nguyễn Thị Mẫu' });
    expect(data.mother).not.toHaveProperty('idDocument');
    const { answers } = read('data/provenance.json') as {
      answers: Record<string, { origin: string; source?: { id: string } }>;
    };
    expect(answers['/mother/fullName']).toMatchObject({ origin: 'auto' });
    expect(answers['/child/birthDate']).toMatchObject({ origin: 'auto', source: { id: 'health' } });
    expect(answers['/child/fullName']).toMatchObject({ origin: 'manual' });
    expect(answers['/child/birthDateWords']).toMatchObject({ origin: 'derived' });
  });
});
