// Assisted filing: an officer makes a machine a desk, a citizen signs in there, the helper types, the citizen answers for what
// was typed, and the dossier says by which way it came in and who helped. What an officer copied from a letter stays marked
// in the dossier until an officer compared it with the paper.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Receipt } from '@onceform/core';
import { DESKTOP, openPage, shot } from './browser.ts';
import { answer, fillOpened, submit } from './catalogue.ts';
import { Citizen } from './citizen.ts';
import { portal } from './stage.ts';
import { WORDS } from './words.ts';

/** Who founds a household business. */
const PERSONA = /Lê Văn Thử/;

test('at a desk the helper types, the citizen confirms, and the dossier says so', async () => {
  const { page, complaints } = await openPage(DESKTOP);
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
  const { status, body } = await submit<Receipt>(me, 'vi');
  expect(status).toBe(201);
  await me.sees(WORDS.vi.filed);
  // The centre took it in and gives the code; the commune of the business decides.
  expect(body).toMatchObject({ receivingAgency: 'H27.25', code: expect.stringMatching(/^H27\.25-/) });
  expect(body.agency).toMatch(/^H27\.1\./);
  await me.sees(/Cơ quan tiếp nhận Trung tâm Phục vụ hành chính công tỉnh Hà Tĩnh/);
  await me.sees(/Cơ quan giải quyết Ủy ban nhân dân phường Thành Sen/);
  await shot(page, 'desk-receipt');

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

  // Where it was taken in its status is followed; where it is decided it is read.
  const officer = async (who: RegExp): Promise<void> => {
    await page.goto(`${portal.url}/auth/sign-in?return=/officer`);
    await me.goes(() => me.press(who));
  };
  const uuid = body.dossier.id.replace('urn:uuid:', '');
  const download = (): Promise<number> =>
    page.evaluate(async id => (await fetch(`/api/agency/dossiers/${id}/package`)).status, uuid);
  /** Who is to decide finds that another agency is competent. */
  const passOn = async (to: string, reason: string): Promise<void> => {
    await me.sees(body.code);
    await page.click(`[id="${uuid}"] .pass-on summary`);
    await page.select(`[id="${uuid}"] .pass-on select`, to);
    await page.type(`[id="${uuid}"] .pass-on textarea`, reason);
    await shot(page, 'officer-passes-on');
    await me.goes(() => page.click(`[id="${uuid}"] .pass-on button`));
    await me.sees('Hồ sơ đã chuyển cơ quan giải quyết');
  };
  await officer(/Công chức phường Thành Sen/);
  await passOn('H27.25', 'Hộ kinh doanh có địa điểm ở nhiều xã.');
  await page.goto(`${portal.url}/auth/sign-in?return=/dossiers`);
  await me.goes(() => me.press(PERSONA));
  await me.sees(
    /Cơ quan giải quyết Trung tâm Phục vụ hành chính công tỉnh Hà Tĩnh Đã chuyển .*\. Lý do: Hộ kinh doanh có địa điểm/,
  );
  await shot(page, 'citizen-passed-on');
  await officer(/Cán bộ tiếp nhận/);
  await passOn(body.agency!, 'Địa điểm chính ở phường Thành Sen.');
  await officer(/Công chức phường Thành Sen/);
  await me.press(`Tiếp nhận hồ sơ ${body.code}`);
  await page.waitForFunction(
    id => document.getElementById(id)?.querySelector('.status')?.textContent === 'Đã thụ lý',
    {},
    uuid,
  );
  expect(await download()).toBe(200);
  await shot(page, 'officer-decides');
  await officer(/Cán bộ tiếp nhận/);
  await me.sees('Hồ sơ đã chuyển cơ quan giải quyết');
  const cards = await page.$$eval('.passed-on article', all => all.map(card => card.textContent));
  const followed = cards.find(card => card.includes(body.code));
  expect(followed).toContain('Ủy ban nhân dân phường Thành Sen');
  expect(followed).toContain('Đã thụ lý');
  expect(await download()).toBe(404);
  await shot(page, 'officer-passed-on');
  expect(complaints).toEqual([]);
});

test('what an officer copied from a letter stays marked until it was compared with the paper, and the page says who did', async () => {
  const { page, complaints } = await openPage(DESKTOP);
  const me = new Citizen(page);
  const words = WORDS.en;
  type Entry = { readonly pointer: string; readonly check: { readonly by: string; readonly value?: unknown } | null };
  const entriesOf = (id: string): Promise<readonly Entry[]> =>
    page.evaluate(
      async uuid => (await fetch(`/api/agency/dossiers/${uuid}/entries`)).json() as never,
      id.replace('urn:uuid:', ''),
    );

  await page.goto(`${portal.url}/?lang=en`);
  await me.follow(words.signIn);
  await me.goes(() => me.press(/Cán bộ tiếp nhận/));
  await me.press('Demo panel');
  await me.press('Papers sent by post');
  await me.sees('This machine is a desk (Papers sent by post)');

  await page.goto(`${portal.url}/auth/sign-in?return=/forms/driving-licence-exchange`);
  await me.goes(() => me.press(PERSONA));
  await me.sees('An officer copies the papers that came in');
  await me.seesButton(words.agree, words.anew);
  if (await me.has('button', words.anew)) await me.press(words.anew);
  await fillOpened(me, 'driving-licence-exchange', 'en', () => answer(page, { assistance: true }));
  await shot(page, 'desk-post-review');
  const { status, body } = await submit<{ code: string; dossier: { id: string } }>(me, 'en');
  expect(status).toBe(201);

  await page.goto(`${portal.url}/auth/sign-in?return=/officer`);
  await me.goes(() => me.press(/Cán bộ tiếp nhận/));
  await me.press(`Answers a desk entered ${body.code}`);
  await me.sees(/\d of \d answers have not been compared with the paper yet/);
  await shot(page, 'officer-marked');
  const marked = await entriesOf(body.dossier.id);
  expect(marked.length).toBeGreaterThan(2);
  await me.press(`Accept the dossier ${body.code}`);
  await me.sees('Check them first');

  // One answer is not as on the paper; the question is asked as the form asks it, and says what it does not take.
  await me.press(/^Correct ?Request – Reason/);
  await me.choose('Reason', 'Lost');
  await me.type('Reason for the correction', 'The letter says so.');
  await shot(page, 'officer-correcting');
  await me.press('Save the correction');
  await me.sees('The form does not take this value here');
  await me.choose('Reason', 'Damaged');
  await me.press('Save the correction');
  await me.sees(/Corrected to “Damaged”: The letter says so. Cán bộ tiếp nhận/);
  // What is computed from an answer is computed again, for the officer to read; nobody has to compare it.
  await me.press(/^Correct ?Request – Class/);
  await shot(page, 'officer-correcting-class');
  await me.select(/^Class/, 'Two-wheel motorcycle to 125 cm³ or 11 kW');
  await me.type('Reason for the correction', 'B was misread.');
  await me.press('Save the correction');
  await me.sees(/Corrected to “.+”: B was misread\. Cán bộ tiếp nhận/);
  await me.sees(/Health certificate needed Yes Computed again from what was corrected: “No”\. Cán bộ tiếp nhận/);
  await shot(page, 'officer-computed');
  await me.press(/^All \d that are left are as on the paper/);
  await me.sees('All answers that a desk entered have been compared');
  await shot(page, 'officer-checked');
  const checked = await entriesOf(body.dossier.id);
  expect(new Set(checked.map(({ check }) => check!.by)).size).toBe(1);
  expect(checked.find(({ pointer }) => pointer === '/request/reason')!.check!.value).toBe('damaged');
  await me.press(`Accept the dossier ${body.code}`);
  await me.sees('Accepted');
  expect(complaints).toEqual([]);
});
