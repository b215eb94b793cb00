// Declare once: what a citizen typed in one form and let be kept is not typed in the next. Counted in a real browser, with
// the population register down, which is when it matters most.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DESKTOP, openPage, type WatchedPage } from './browser.ts';
import { Citizen } from './citizen.ts';
import { startPortal, type Portal } from './portal.ts';

const PERSON = {
  fullName: 'Trần Thị Giả Định',
  birthDate: '1999-12-31',
  gender: 'female',
  personalId: '040199000033',
  ethnicity: 'kinh',
  nationality: 'VN',
  phone: '+84912000111',
  email: 'dinh@example.vn',
  permanentAddress: { scheme: '2-tier-2025', provinceCode: '42', communeCode: '18073', street: 'Số 12, đường Mẫu' },
  currentAddress: { scheme: '2-tier-2025', provinceCode: '42', communeCode: '18073', street: 'Số 12, đường Mẫu' },
};
const BUSINESS = {
  person: PERSON,
  business: {
    ownName: 'Mẫu Minh',
    office: PERSON.permanentAddress,
    activities: [{ name: 'Bán lẻ trong cửa hàng tổng hợp', code: '4711', main: true }],
    capital: 50_000_000,
  },
  tax: { otherNoticeAddress: false, employees: 2, method: 'declaration' },
  ownership: { kind: 'individual', byAuthorisation: false },
  dataConsent: true,
  commitment: true,
};
const RESIDENCE = {
  person: PERSON,
  head: { fullName: PERSON.fullName, relation: 'head', personalId: PERSON.personalId },
  request: {
    address: PERSON.permanentAddress,
    basis: 'rented',
    from: '2026-12-01',
    to: '2027-11-30',
    areaEnough: true,
  },
};

let portal: Portal, watched: WatchedPage, me: Citizen;
const scratch = mkdtempSync(join(tmpdir(), 'onceform-second-'));

beforeAll(async () => {
  portal = await startPortal();
  watched = await openPage(DESKTOP);
  me = new Citizen(watched.page);
});
afterAll(() => portal?.close());

const call = (method: string, path: string, body?: object): Promise<{ status: number; json: unknown }> =>
  watched.page.evaluate(
    async (verb, url, content) => {
      const { csrf } = (await (await fetch('/api/session')).json()) as { csrf: string };
      const response = await fetch(url, {
        method: verb,
        headers: { 'X-OnceForm-CSRF': csrf, 'Content-Type': 'application/json' },
        ...(content === undefined ? {} : { body: JSON.stringify(content) }),
      });
      return { status: response.status, json: (await response.json().catch(() => null)) as unknown };
    },
    method,
    path,
    body,
  );

/** The files below a folder that hold a text. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of names.filter(one => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}

const KEEP = /Lưu vào kho dữ liệu của tôi/;

/** The boxes by which the review asks what may be kept. */
function keepable(): Promise<{ label: string; ticked: boolean }[]> {
  return watched.page.evaluate(legend => {
    const group = [...document.querySelectorAll('fieldset')].find(({ textContent }) =>
      new RegExp(legend).test(textContent ?? ''),
    );
    return [...(group?.querySelectorAll('label') ?? [])].map(({ textContent, control }) => ({
      label: (textContent ?? '').replace(/\s+/g, ' ').trim(),
      ticked: (control as HTMLInputElement).checked,
    }));
  }, KEEP.source);
}

/** Opens a form anew, agrees to the fetch and takes everything that was found. */
async function begin(slug: string): Promise<void> {
  await watched.page.goto(`${portal.url}/forms/${slug}?lang=vi`);
  await me.rests();
  if (await me.has('link', 'Đăng nhập')) {
    await me.follow('Đăng nhập');
    await me.goes(() => me.press(/Trần Thị Giả Định/));
  }
  if (await me.has('button', /Bắt đầu hồ sơ mới/)) await me.press(/Bắt đầu hồ sơ mới/);
  await me.press('Đồng ý và lấy thông tin');
  await me.rests();
  if (await me.has('button', /^Dùng .*thông tin.*tiếp tục/)) await me.press(/^Dùng .*thông tin.*tiếp tục/);
  else await me.press(/tự nhập|Tiếp tục/);
  await me.rests();
}

/** Answers what the form still lacks, and says which answers those were. */
function answer(wanted: object): Promise<string[]> {
  return watched.page.evaluate(given => {
    interface Session {
      readonly state: { readonly data: unknown };
      dispatch(spec: object): void;
    }
    const session = (document.querySelector('once-form') as unknown as { currentSession: Session }).currentSession;
    const at = (pointer: string): unknown =>
      pointer
        .slice(1)
        .split('/')
        .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], session.state.data);
    const typed: string[] = [];
    const visit = (pointer: string, value: unknown): void => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return Object.entries(value).forEach(([key, inner]) => visit(`${pointer}/${key}`, inner));
      const held = at(pointer);
      const isEmpty = held === undefined || held === '' || held === false || (Array.isArray(held) && held.length === 0);
      if (!isEmpty) return;
      session.dispatch({ changes: { set: pointer, value }, userEvent: 'input' });
      if (at(pointer) !== undefined) typed.push(pointer);
    };
    visit('', given);
    return typed;
  }, wanted);
}

test(
  'a second form asks for less, and what it holds is the citizen’s own word of that day',
  { timeout: 240_000 },
  async () => {
    await watched.page.goto(portal.url);
    await call('POST', '/api/demo/registers/population/stop');

    await begin('temporary-residence');
    const before = await answer(RESIDENCE);

    await begin('household-business');
    const first = await answer(BUSINESS);
    const paper = join(scratch, 'can-cuoc.pdf');
    writeFileSync(paper, '%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
    for (let step = 0; step < 12 && !(await me.has('button', 'Nộp hồ sơ')); step++) {
      if (await me.has('control', /Giấy tờ pháp lý của cá nhân/)) await me.attach(/Giấy tờ pháp lý của cá nhân/, paper);
      await me.press('Tiếp tục');
    }
    await me.rests();
    if (await me.has('control', /Sau khi nộp chỉ được sửa/)) await me.choose(undefined, /Sau khi nộp chỉ được sửa/);
    // Nothing is ticked beforehand: the citizen says of each answer that it may be kept.
    const boxes = await keepable();
    expect(boxes.filter(({ ticked }) => ticked)).toEqual([]);
    expect(boxes.map(({ label }) => label).join('\n')).toContain(`Email (nếu có): ${PERSON.email}`);
    for (const { label } of boxes) await me.choose(KEEP, label);
    expect((await keepable()).filter(({ ticked }) => !ticked)).toEqual([]);
    await me.press('Nộp hồ sơ');
    await me.sees('Nộp hồ sơ thành công', 60_000);
    await me.sees(`Đã lưu ${boxes.length} mục vào kho dữ liệu`);

    await begin('temporary-residence');
    const after = await answer(RESIDENCE);
    console.info(
      `left to type, population register down: first form ${first.length} (household business); `
        + `second form ${before.length} without kept answers, ${after.length} with them (temporary residence)\n`
        + `  no longer typed: ${before.filter(pointer => !after.includes(pointer)).join(' ')}`,
    );
    expect(after.length).toBeLessThan(before.length);
    for (const pointer of ['/person/phone', '/person/email'])
      expect([pointer, before.includes(pointer), after.includes(pointer)]).toEqual([pointer, true, false]);
    // Nothing of it stands in the database in clear: not in a log, a draft, an offer, nor in what is kept.
    for (const value of [PERSON.email, PERSON.phone, PERSON.permanentAddress.street])
      expect([value, await filesWith(join(portal.dataDir, 'database'), value)]).toEqual([value, []]);
    // P8: nor on the console.
    expect(portal.printed()).toContain('OnceForm portal');
    for (const value of [PERSON.email, PERSON.phone, PERSON.permanentAddress.street, PERSON.personalId])
      expect(portal.printed()).not.toContain(value);
    // It never looks official: it says whose word it is.
    await me.sees(/khai lần trước/);

    // What is held is on a page of its own, and the citizen's own words can be forgotten there.
    await watched.page.goto(`${portal.url}/papers?lang=vi`);
    await me.rests();
    await me.sees(PERSON.email);
    await me.sees(/Thông tin Ông\/Bà đã khai lần trước · Lưu lúc/);
    watched.page.once('dialog', dialog => void dialog.accept());
    await me.press(/^Xóa .*thư điện tử/i);
    await me.sees('Đã xóa.');
    expect(await me.reads()).not.toContain(PERSON.email);
    expect(await me.reads()).toContain(PERSON.phone);

    // A use of the data is complained about beside its entry in the log, and followed there.
    await watched.page.goto(`${portal.url}/usage?lang=vi`);
    await me.rests();
    await me.press(/^Khiếu nại lần dùng này: /);
    await me.type(/không đồng ý điều gì/, 'Tôi không yêu cầu lần dùng này.');
    await me.press('Gửi khiếu nại');
    await me.sees('Đã gửi khiếu nại.');
    await me.sees(/Chờ trả lời.*Tôi không yêu cầu lần dùng này\./);
    // The registers say themselves who asked them, or that they cannot now.
    await me.press('Hỏi các cơ sở dữ liệu');
    await me.sees(/Tra cứu – onceform-portal/);
    await me.sees('Hiện không trả lời; đề nghị hỏi lại sau.');
    expect(watched.complaints).toEqual([]);
  },
);
