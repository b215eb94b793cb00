// Assisted filing: an officer makes a machine a desk, a citizen signs in there, the helper types, the citizen answers for what
// was typed, and the dossier says by which way it came in and who helped.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DESKTOP, openBrowser, openPage } from './browser.ts';
import { answer, fillOpened, submit } from './catalogue.ts';
import { Citizen } from './citizen.ts';
import { startPortal, type Portal } from './portal.ts';
import { WORDS } from './words.ts';

/** Who founds a household business. */
const PERSONA = /Lê Văn Thử/;

let portal: Portal, browser: Browser;
beforeAll(async () => {
  [portal, browser] = await Promise.all([startPortal(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await portal?.close();
});

const shot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env['ONCEFORM_SHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
};

test('at a desk the helper types, the citizen confirms, and the dossier says so', async () => {
  const { page, complaints } = await openPage(browser, DESKTOP);
  const me = new Citizen(page);

  await page.goto(`${portal.url}/?lang=vi`);
  await me.follow('Đăng nhập');
  await me.goes(() => me.press(/Cán bộ tiếp nhận/));
  await me.press('Bảng trình diễn');
  await me.press('Trực tiếp tại Bộ phận một cửa');
  await me.sees('Máy này đang là quầy hỗ trợ');
  await shot(page, 'desk-open');

  // The citizen takes the seat and signs in; the officer's own sign-in ends with that.
  await page.goto(`${portal.url}/auth/sign-in?return=/forms/household-business`);
  await me.goes(() => me.press(PERSONA));
  await me.sees('Khai có người hỗ trợ – Trực tiếp tại Bộ phận một cửa');

  await me.seesButton(WORDS.vi.agree, WORDS.vi.anew);
  if (await me.has('button', WORDS.vi.anew)) await me.press(WORDS.vi.anew);

  let confirmed = 0;
  await fillOpened(me, 'household-business', 'vi', async () => {
    if (confirmed > 0) return;
    await me.sees(/Số mục người hỗ trợ đã nhập, chờ người dân xác nhận: [1-9]/);
    confirmed = Number(/xác nhận: (\d+)/.exec(await me.reads())![1]);
    await shot(page, 'desk-typed');
    // While the helper's answers wait, the form does not go on.
    for (let no = 0; no < 4 && !/cần được kiểm tra trước/.test(await me.reads()); no++) {
      await me.press(WORDS.vi.next);
      await me.rests();
    }
    await me.sees('do người hỗ trợ nhập, cần được kiểm tra trước');
    await shot(page, 'desk-waits');
    await me.choose('Ai đang nhập?', 'Người dân');
    await me.press('Tôi đã xem và xác nhận các mục này');
    await me.sees('chờ người dân xác nhận: 0');
    await answer(page, { assistance: true });
  });
  expect(confirmed).toBeGreaterThan(5);
  const { status, body } = await submit<{ dossier: { id: string } }>(me, 'vi');
  expect(status).toBe(201);
  await me.sees(WORDS.vi.filed);

  const bytes = await page.evaluate(
    async id => [
      ...new Uint8Array(await (await fetch(`/api/dossiers/${encodeURIComponent(id)}/package`)).arrayBuffer()),
    ],
    body.dossier.id,
  );
  const file = join(mkdtempSync(join(tmpdir(), 'onceform-desk-')), 'filed.zip');
  writeFileSync(file, Uint8Array.from(bytes));
  const data = JSON.parse(execFileSync('unzip', ['-p', file, 'data/form.json'], { encoding: 'utf8' })) as {
    $context: { channel: string; assistedBy?: string };
    assistance: boolean;
  };
  expect(data.$context.channel).toBe('in-person');
  expect(data.$context.assistedBy).toMatch(/.{10}/);
  expect(JSON.stringify(data)).not.toContain('Cán bộ tiếp nhận'); // a pseudonym, no name
  expect(data.assistance).toBe(true);
  expect(complaints).toEqual([]);
});
