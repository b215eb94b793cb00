// A network that comes and goes: files are sent while the citizen goes on and survive a cut, a dossier submitted without
// a connection is filed once when it is back, and another device goes on with the draft.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession } from 'puppeteer-core';
import { afterEach, expect, test } from 'vitest';
import { keptPaths, lineOf } from '../offline.ts';
import { BIRTH_WORDS, fillBirthRegistration, takeRecords } from './birth-registration.ts';
import { DESKTOP, openPage, PHONE, shot, type WatchedPage } from './browser.ts';
import { Citizen } from './citizen.ts';
import { portal } from './stage.ts';
import { openForm } from './words.ts';

const words = BIRTH_WORDS.vi;
const scratch = mkdtempSync(join(tmpdir(), 'onceform-network-'));
const paper = /người làm chứng|giấy cam đoan về việc sinh|Chọn tệp/i;

const devices: WatchedPage[] = [];

afterEach(async () => {
  for (const device of devices.splice(0)) {
    // What the browser itself says of a network that is switched off is what was asked for.
    expect(
      device.complaints.filter(text => !/ERR_INTERNET_DISCONNECTED|ERR_BLOCKED_BY_CLIENT|net::ERR_FAILED/.test(text)),
    ).toEqual([]);
    await device.close();
  }
});

async function arrive(viewport: typeof PHONE | typeof DESKTOP, persona = /Nguyễn Thị Mẫu/): Promise<Citizen> {
  const device = await openPage(viewport);
  devices.push(device);
  const me = new Citizen(device.page);
  await openForm(me, `${portal.url}/forms/birth-registration`, 'vi', persona);
  return me;
}

async function network(me: Citizen): Promise<{ slow(): Promise<void>; cut(): Promise<void>; back(): Promise<void> }> {
  const session: CDPSession = await me.page.createCDPSession();
  const emulate = (offline: boolean, bytesPerSecond: number): Promise<void> =>
    session.send('Network.emulateNetworkConditions', {
      offline,
      latency: bytesPerSecond < 0 ? 0 : 100,
      downloadThroughput: bytesPerSecond,
      uploadThroughput: bytesPerSecond,
    });
  await session.send('Network.enable');
  return { slow: () => emulate(false, 50_000), cut: () => emulate(true, 0), back: () => emulate(false, -1) };
}

async function filed(me: Citizen): Promise<number> {
  return me.page.evaluate(async () => ((await (await fetch('/api/dossiers')).json()) as unknown[]).length);
}

/** What the form would file about the child now. */
async function child(me: Citizen): Promise<unknown> {
  return me.page.evaluate(
    () =>
      (
        document.querySelector('once-form') as unknown as {
          currentSession: { state: { data: { child: Record<string, unknown> } } };
        }
      ).currentSession.state.data.child,
  );
}

test('a large paper is sent while the citizen goes on, waits out a cut, and the dossier is filed without sending it again', async () => {
  const me = await arrive(PHONE);
  await takeRecords(me, 'vi');
  await fillBirthRegistration(me, 'vi', { notice: 'Không có Giấy chứng sinh', stopAtPapers: true });
  const large = join(scratch, 'giay-cam-doan.pdf');
  writeFileSync(
    large,
    Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(1_500_000, 'x'), Buffer.from('\n%%EOF\n')]),
  );

  const line = await network(me);
  await line.slow();
  await me.attach(paper, large);
  await me.sees(/Đang gửi [1-9]\d?%/, 30_000);
  await shot(me.page, 'upload-sending');
  await line.cut();
  await me.sees(/Mất kết nối, đã gửi \d+%/);
  await shot(me.page, 'upload-cut');
  await me.press(words.next); // the citizen goes on without a network
  await me.sees(words.checked);
  await line.back();
  await me.press('Quay lại');
  await me.sees('Đã gửi', 30_000);
  await shot(me.page, 'upload-sent');
  await me.press(words.next);

  const before = await filed(me);
  const composed = me.page.waitForResponse(response => response.url().endsWith('/compose'));
  await me.press(words.submit);
  const response = await composed;
  expect(response.status()).toBe(201);
  expect(response.request().postData()?.length ?? 0).toBeLessThan(600_000);
  await me.sees(words.filed);
  expect(await me.reads()).not.toContain('gói hồ sơ khác');
  expect(await filed(me)).toBe(before + 1);
});

test('a dossier submitted without a network is filed once when it is back, also after a reload', async () => {
  const me = await arrive(DESKTOP);
  await takeRecords(me, 'vi');
  await fillBirthRegistration(me, 'vi');
  const before = await filed(me);
  const session = await me.page.createCDPSession();
  await session.send('Network.enable');
  await session.send('Network.setBlockedURLs', { urls: ['*/api/dossiers/*'] });
  await me.press(words.submit);
  await me.sees('tự động gửi khi có mạng');
  await shot(me.page, 'filing-waits');
  expect(await me.has('button', words.submit)).toBe(false);
  await me.sees('Đã lưu nháp'); // what waits is kept
  await new Promise(resolve => setTimeout(resolve, 1200));
  await me.page.reload();
  await me.rests();
  await me.sees('tự động gửi khi có mạng');
  await session.send('Network.setBlockedURLs', { urls: [] });
  await me.press('Gửi lại');
  await me.sees(words.filed);
  expect(await filed(me)).toBe(before + 1);
  await me.page.reload();
  await me.rests();
  await me.sees(words.agree);
  expect(await filed(me)).toBe(before + 1);
});

test('another device goes on with the draft, and what both changed is put together', async () => {
  const desktop = await arrive(DESKTOP, /Nguyễn Thị Mẫu/);
  await takeRecords(desktop, 'vi');
  await desktop.select(words.relation, words.isMother);
  await desktop.choose(words.notice, words.hasNotice);
  await desktop.choose(words.parents, words.married);
  await desktop.press(words.next);
  await desktop.type(words.name, 'Nguyen Van Mot');
  await desktop.sees('Có thể khai tiếp trên thiết bị khác', 20_000);

  const device = await openPage(PHONE);
  devices.push(device);
  const phone = new Citizen(device.page);
  await phone.page.goto(`${portal.url}/forms/birth-registration?lang=vi`);
  await phone.rests();
  await phone.follow(words.signIn);
  await phone.goes(() => phone.press(/Nguyễn Thị Mẫu/));
  await phone.sees('đã khai trên thiết bị khác');
  await shot(phone.page, 'draft-elsewhere');
  await phone.press('Tiếp tục bản nháp');
  await phone.rests();
  expect(await child(phone)).toMatchObject({ fullName: 'Nguyen Van Mot' });
  await phone.select(words.ethnicity, words.kinh);
  await phone.sees('Có thể khai tiếp trên thiết bị khác', 20_000);

  await desktop.type(words.name, 'Nguyen Van Hai');
  await desktop.sees('cũng đã được sửa trên thiết bị khác', 20_000);
  await shot(desktop.page, 'draft-merged');
  expect(await child(desktop)).toMatchObject({ fullName: 'Nguyen Van Hai', ethnicity: 'kinh' });
});

test('a form that was filled opens again without a network where that was asked for, and is filed when it is back', async () => {
  const me = await arrive(DESKTOP);
  await takeRecords(me, 'vi');
  await fillBirthRegistration(me, 'vi');
  const before = await filed(me);
  await me.press('Bảng trình diễn');
  await me.choose(undefined, /^Mở được biểu mẫu khi không có mạng/);
  await me.sees('Biểu mẫu đã xem mở được khi không có mạng');
  await me.sees('Đã lưu nháp');

  // What is kept is the same for everybody: no session, no draft, no address of one's own.
  const kept = await keptPaths(me.page);
  expect(kept).toContain('/forms/birth-registration');
  expect(kept.filter(path => !/^\/(?:assets\/|forms\/[\w-]+$|api\/(?:forms|code-lists)\/)/.test(path))).toEqual([]);

  const cut = await lineOf(me.page);
  await cut(true);
  await me.page.reload();
  await me.sees(words.checked);
  await shot(me.page, 'offline-reloaded');

  // Not that tab alone: another one, which knows of nothing, finds it too.
  await me.page.evaluate(() => sessionStorage.clear());
  await me.page.reload();
  await me.sees('Có bản nháp');
  await shot(me.page, 'offline-found');
  await me.press('Tiếp tục bản nháp');
  await me.sees(words.checked);
  await me.press(words.submit);
  await me.sees('tự động gửi khi có mạng');
  await shot(me.page, 'offline-waits');
  await cut(false);
  await me.sees(words.filed);
  expect(await filed(me)).toBe(before + 1);
});
