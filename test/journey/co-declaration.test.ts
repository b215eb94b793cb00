// Two people sign one declaration, each on a device of their own: the bride invites, the groom signs in, sees his part only
// and confirms it; his word then stands in her form, locked.

import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DESKTOP, openBrowser, openPage, PHONE, type WatchedPage } from './browser.ts';
import { Citizen } from './citizen.ts';
import { startPortal, type Portal } from './portal.ts';

let portal: Portal, browser: Browser;
beforeAll(async () => {
  [portal, browser] = await Promise.all([startPortal(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await portal?.close();
});

/** What a form on the page holds now. */
const held = (watched: WatchedPage): Promise<Record<string, Record<string, unknown>>> =>
  watched.page.evaluate(
    () =>
      (document.querySelector('once-form') as unknown as { currentSession: { state: { data: never } } }).currentSession
        .state.data,
  );

async function agree(me: Citizen): Promise<void> {
  await me.press('Đồng ý và lấy thông tin');
  await me.sees('Thông tin tìm thấy');
  await me.press(/^Dùng .*thông tin.*tiếp tục/);
}

test('the groom declares his own part, and the bride cannot change it', { timeout: 180_000 }, async () => {
  const hers = await openPage(browser, DESKTOP),
    his = await openPage(browser, PHONE);
  const bride = new Citizen(hers.page),
    groom = new Citizen(his.page);

  await hers.page.goto(`${portal.url}/forms/marriage-registration?lang=vi`);
  await bride.follow('Đăng nhập');
  await bride.goes(() => bride.press(/Trần Thị Giả Định/));
  await agree(bride);
  await bride.press(/Mời Bên nam tự khai/);
  await bride.sees('Đã mời, chưa nhận lời');
  const link = await hers.page.$eval('[data-part="link"]', input => (input as HTMLInputElement).value);

  await his.page.goto(link);
  await groom.sees('Ông/Bà được mời khai phần của mình');
  expect(his.page.url()).toBe(`${portal.url}/invitation`); // the secret does not stay in the address
  await groom.follow('Đăng nhập');
  await groom.goes(() => groom.press(/Lê Văn Thử/));
  await groom.sees('Trần Thị Giả Định mời Ông/Bà cùng khai');
  expect(await groom.reads()).not.toContain('31/12/1999'); // her day of birth
  await agree(groom);
  await groom.type(/Kết hôn lần thứ mấy/, '1');
  await groom.press('Tiếp tục');
  await groom.choose(undefined, /Chúng tôi cam đoan/);
  expect(await bride.reads()).not.toContain('Đã xác nhận');
  await groom.press('Nộp hồ sơ');
  await groom.sees('Ông/Bà đã xác nhận phần của mình');

  await bride.sees('Đã xác nhận');
  expect((await held(hers))['male']?.['personalId']).toBeUndefined();
  await bride.press('Đưa phần đã xác nhận vào tờ khai');
  await bride.sees('không sửa được');
  const said = (await held(hers))['male'];
  expect(said).toMatchObject({ fullName: 'Lê Văn Thử', personalId: '042094000025', marriageCount: 1 });
  await hers.page.evaluate(() =>
    (
      document.querySelector('once-form') as unknown as { currentSession: { dispatch(spec: object): void } }
    ).currentSession.dispatch({ changes: { set: '/male/fullName', value: 'Somebody' }, userEvent: 'input' }),
  );
  expect((await held(hers))['male']).toEqual(said);
  expect([...hers.complaints, ...his.complaints]).toEqual([]);
});
