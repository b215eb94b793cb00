// An invented country runs the same journey in a browser: sign-in, prefill from its own registry, review, receipt, and
// a package that verifies. Nothing of Viet Nam is loaded.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, openPage, PHONE } from './browser.ts';
import { Citizen } from './citizen.ts';
import { startPortal, type Portal } from './portal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'onceform-lagoona-'));
let portal: Portal;

beforeAll(async () => {
  portal = await startPortal('examples/second-country/start.mjs');
});

afterAll(() => portal?.close());

describe.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
])('Lagoona, on a %s', (device, viewport) => {
  test('an angler the registry knows answers three questions, and the licence is on its way', async () => {
    const watched = await openPage(viewport);
    try {
      const loaded: string[] = [];
      watched.page.on('response', response => loaded.push(response.url()));
      const me = new Citizen(watched.page);
      await watched.page.goto(portal.url);
      await me.rests();
      await me.follow('Sign in to have your data filled in');
      await me.goes(() => me.press(/Ann Tern/));
      await me.sees('I agree, fetch my data');
      await me.press('I agree, fetch my data');
      await me.sees('Data found');
      await me.sees('Island registry');
      await me.press(/^Use .*continue/);

      await me.sees('Ann Tern');
      await me.choose('Do you fish from a boat?', 'Yes');
      await me.type('Boat number', 'lg-0042');
      await me.type('Number of rods', '4');
      await me.press('Continue');
      await me.press('Continue');
      await me.sees(/After submitting/);
      await me.sees('North Island');
      await me.sees('30 shells');
      await me.choose(undefined, /I declare that/);
      const filing = watched.page.waitForResponse(
        response => response.request().method() === 'PUT' && response.url().includes('/api/dossiers/'),
      );
      await me.press('Submit');
      const response = await filing;
      expect(response.status()).toBe(201);
      const receipt = (await response.json()) as { code: string };
      expect(receipt.code).toMatch(/^LG\/\d{4}-\d\d-\d\d\/\d+$/);
      await me.sees(receipt.code);

      const bytes = await watched.page.evaluate(async url => {
        const answer = await fetch(url);
        return [...new Uint8Array(await answer.arrayBuffer())];
      }, `${response.url()}/package`);
      const file = join(scratch, `${device}.zip`);
      writeFileSync(file, Uint8Array.from(bytes));
      const verified = spawnSync(
        'npx',
        ['onceform', 'verify', file, '--pack', './examples/second-country/pack.js', '--audience', portal.url],
        { cwd: root, encoding: 'utf8' },
      );
      expect(verified.stdout + verified.stderr).not.toMatch(/FAILED/);
      expect(verified.status).toBe(0);
      expect(watched.complaints).toEqual([]);
      expect(loaded.filter(url => /vietnam|\/vn/.test(url))).toEqual([]);
    } finally {
      await watched.close();
    }
  });
});

test('who the registry has never heard of is told so, and types', async () => {
  const watched = await openPage(PHONE);
  try {
    const me = new Citizen(watched.page);
    await watched.page.goto(portal.url);
    await me.rests();
    await me.follow('Sign in to have your data filled in');
    await me.goes(() => me.press(/Bo Gull/));
    await me.press('I agree, fetch my data');
    await me.sees(/Island registry/);
    await me.press(/^(?:Continue|Use .*)/);
    await me.type('Full name', 'Bo Gull');
    expect(watched.complaints).toEqual([]);
  } finally {
    await watched.close();
  }
});
