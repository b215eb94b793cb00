// The declaration on paper: what comes out of the printer from the review and from the receipt, as text of a PDF.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BIRTH_WORDS, fillBirthRegistration, takeRecords } from './birth-registration.ts';
import { DESKTOP, openPage } from './browser.ts';
import { Citizen } from './citizen.ts';
import { portal } from './stage.ts';
import { openForm } from './words.ts';

const words = BIRTH_WORDS.vi;
const folder = process.env['ONCEFORM_SHOTS'] ?? mkdtempSync(join(tmpdir(), 'onceform-paper-'));
const reader = spawnSync('pdftotext', ['-v']).error === undefined;
if (!reader) console.log('pdftotext is not installed: what is printed is read from the page, not from the PDF');

test('the review prints a draft of the official form, the receipt prints what was filed, and neither prints the page around it', async () => {
  const { page, complaints, close } = await openPage(DESKTOP);
  const me = new Citizen(page);
  const printed = async (name: string): Promise<string> => {
    await page.waitForSelector('.once-print');
    const file = join(folder, `${name}.pdf`);
    writeFileSync(file, await page.pdf({ preferCSSPageSize: true, timeout: 60_000 }));
    if (reader) return execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
    await page.emulateMediaType('print');
    const text = await me.reads();
    await page.emulateMediaType('screen');
    return text;
  };
  await openForm(me, `${portal.url}/forms/birth-registration`, 'vi', /Nguyễn Thị Mẫu/);
  await takeRecords(me, 'vi');
  await fillBirthRegistration(me, 'vi');
  const draft = await printed('paper-draft');
  expect(draft).toMatch(/CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\s+Độc lập - Tự do - Hạnh phúc/);
  expect(draft).toContain('TỜ KHAI ĐĂNG KÝ KHAI SINH');
  expect(draft).toContain('BẢN NHÁP');
  expect(draft).toContain('NGUYEN VAN BE');
  expect(draft).not.toContain('Bảng trình diễn');
  expect(draft).not.toContain('Đăng xuất');

  await me.press(words.submit);
  await me.sees(words.filed);
  await me.sees('In tờ khai');
  const filed = await printed('paper-filed');
  expect(filed).not.toContain('BẢN NHÁP');
  expect(filed).toContain('urn:uuid:');
  expect(filed).not.toContain('Biên nhận này không thay thế');

  // The same package, opened and checked on the citizen's own page, as it is and with one character changed.
  await page.goto(`${portal.url}/dossiers`);
  await me.press('Kiểm tra gói ngay trên máy này');
  await me.sees('Gói hồ sơ nguyên vẹn');
  await me.sees('Nguyen Van Be');
  await page.screenshot({ path: join(folder, 'dossier-intact.png'), fullPage: true });
  await me.press(/sửa một ký tự/i);
  await me.sees('Gói hồ sơ không đạt');
  await page.screenshot({ path: join(folder, 'dossier-tampered.png'), fullPage: true });
  expect(complaints).toEqual([]);
  await close();
});
