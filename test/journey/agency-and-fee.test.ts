// Where a dossier goes and what it costs: the citizen chooses among the agencies that may decide, and pays nothing where a
// register says so. What ends soon is said on the page of what is held of them.

import { expect, test } from 'vitest';
import type { Receipt } from '@onceform/core';
import { DESKTOP, openPage, shot } from './browser.ts';
import { answer, fillForm, fillOpened, submit } from './catalogue.ts';
import { Citizen } from './citizen.ts';
import { dayFromNow } from './clock.ts';
import { portal } from './stage.ts';
import { openForm, WORDS } from './words.ts';

test('a copy from the register may be asked of any commune: the chosen one gets it, and the paper is addressed to it', async () => {
  const { page, complaints } = await openPage(DESKTOP);
  const me = new Citizen(page);
  await fillForm(me, portal.url, 'civil-status-extract', 'vi');
  // Their own commune is proposed.
  await me.sees(/Hồ sơ được gửi đến: Ủy ban nhân dân phường Thành Sen/);
  await page.click('.agency-choice summary');
  const [own, other] = await page.$$eval('.agency-choice option', options => options.map(({ value }) => value));
  expect(own).not.toBe(other);
  await page.select('.agency-choice select', other!);
  await me.sees(/Hồ sơ sẽ được gửi đến Ủy ban nhân dân/);
  const name = await page.$eval('.agency-choice summary strong', element => element.textContent);
  const { status, body } = await submit<Receipt>(me, 'vi');
  expect([status, body.agency]).toEqual([201, other]);
  expect(body.code).toMatch(new RegExp(`^${other}-`));
  await me.sees(WORDS.vi.filed);
  const paper = await page.waitForSelector('.once-print');
  expect(await paper!.evaluate(sheet => sheet.textContent)).toContain(`Kính gửi: (1) ${name}`);
  expect(complaints).toEqual([]);
});

test('whom a register knows as poor pays nothing, reads by which rule, and reads what of theirs ends soon', async () => {
  const { page, complaints } = await openPage(DESKTOP);
  const me = new Citizen(page);
  await fillForm(me, portal.url, 'temporary-residence', 'vi');
  await me.sees(/Hồ sơ được gửi đến: Công an/);
  const { status, body } = await submit<Receipt>(me, 'vi');
  expect([status, body.fee]).toMatchObject([
    201,
    { total: 0, saved: 15_000, lines: [{ exemption: { code: 'poor' } }] },
  ]);
  await me.sees(/Lệ phí: miễn phí \(Người thuộc hộ nghèo, Thông tư 75\/2022\/TT-BTC\)/);
  await page.goto(`${portal.url}/papers?lang=vi`);
  await me.sees(/Sắp hết hạn: Hợp đồng thuê nhà số 55/);

  // Later they register a death. In time nothing is asked about a fee; of late, and only when they ask for exemption, the
  // register is.
  await openForm(me, `${portal.url}/forms/death-registration`, 'vi', /Trần Thị Giả Định/);
  let late = false,
    told = false;
  await fillOpened(me, 'death-registration', 'vi', async () => {
    const text = await me.reads();
    if (!late && /Nguyên nhân chết/.test(text)) {
      expect(text).not.toContain('Đề nghị miễn lệ phí');
      await answer(page, {
        death: { date: dayFromNow(-16) },
        deceased: { lastResidence: { provinceCode: '92', communeCode: '31135' } },
      });
      await me.sees('Miễn lệ phí đăng ký quá hạn');
      await shot(page, 'fee-late-asked');
      await answer(page, { lateFee: { exemption: true } });
      late = true;
    } else if (!told && /Đề nghị cấp bản sao/.test(text)) {
      await me.sees(/Hộ nghèo, hộ cận nghèo .*Thuộc hộ nghèo/);
      expect(await me.reads()).not.toContain('Thuộc đối tượng có giấy tờ chứng minh');
      await shot(page, 'fee-late-told');
      told = true;
    }
  });
  expect([late, told]).toEqual([true, true]);
  const death = await submit<Receipt>(me, 'vi');
  expect([death.status, death.body.fee]).toMatchObject([
    201,
    { total: 0, saved: 8000, lines: [{ charge: 'late', exemption: { code: 'poor' } }] },
  ]);
  await me.sees(
    /Lệ phí đăng ký quá hạn: miễn phí \(Người thuộc hộ nghèo, Luật Phí và lệ phí 97\/2015\/QH13, điều 10\)/,
  );
  await me.sees(/Ông\/Bà được miễn, giảm 8\.000\s₫\./);
  await shot(page, 'fee-late');
  expect(complaints).toEqual([]);
});

test('a resident of a border commune pays nothing: the register says where, the table what that commune is, and no paper is asked', async () => {
  const { page, complaints } = await openPage(DESKTOP);
  const me = new Citizen(page);
  await openForm(me, `${portal.url}/forms/temporary-residence`, 'vi', /Hồ Văn Mẫu/);
  let claimed = false,
    shown = false;
  await fillOpened(me, 'temporary-residence', 'vi', async () => {
    if (!claimed)
      await answer(page, {
        head: { fullName: 'Hồ Văn Mẫu', personalId: '042098000077' },
        situation: { feeExemption: { claimed: 'borderCommune' } },
      });
    claimed = true;
    if (shown || !/Thuộc đối tượng khác, có giấy tờ/.test(await me.reads())) return;
    shown = true;
    await me.sees(/Nơi thường trú theo cơ sở dữ liệu .*xã Sơn Kim 1/i);
    await shot(page, 'fee-border-asked');
  });
  expect(shown).toBe(true);
  const { status, body } = await submit<Receipt>(me, 'vi');
  expect([status, body.fee]).toMatchObject([
    201,
    { total: 0, saved: 15_000, lines: [{ exemption: { code: 'borderCommune' } }] },
  ]);
  await me.sees(/miễn phí \(Công dân thường trú tại xã biên giới, huyện đảo, Thông tư 75\/2022\/TT-BTC; Ví dụ/);
  await me.sees(/Ông\/Bà được miễn, giảm 15\.000\s₫\./);
  await shot(page, 'fee-border');
  expect(complaints).toEqual([]);
});
