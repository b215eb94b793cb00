// What goes wrong on the way: a clear sentence each time, in the reader's language, and nothing lost or doubled.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { DESKTOP, openPage, type WatchedPage } from './browser.ts';
import { BIRTH_WORDS, fillBirthRegistration, takeRecords } from './birth-registration.ts';
import { fillOpened, submit } from './catalogue.ts';
import { Citizen } from './citizen.ts';
import { portal } from './stage.ts';
import { openForm } from './words.ts';

type Mood = 'well' | 'slow' | 'nonsense' | 'error' | 'stop';

const words = BIRTH_WORDS.vi;
const scratch = mkdtempSync(join(tmpdir(), 'onceform-trouble-'));

let watched: WatchedPage, me: Citizen;

afterEach(async () => {
  for (const register of ['population', 'civilStatus', 'health']) await turn(register, 'well');
  for (const licence of [0, 1]) await rule(licence, 'valid');
  expect(watched.complaints).toEqual([]);
  await watched.close();
});

async function arrive(persona: RegExp): Promise<void> {
  watched = await openPage(DESKTOP);
  me = new Citizen(watched.page);
  await openForm(me, `${portal.url}/forms/birth-registration`, 'vi', persona);
}

/** Sends an unsafe request as the page would: with its session and its token. */
function send(
  method: string,
  path: string,
  body?: { type: string; bytes: number[] },
): Promise<{ status: number; json: unknown }> {
  return watched.page.evaluate(
    async (verb, url, content) => {
      const { csrf } = (await (await fetch('/api/session')).json()) as { csrf: string };
      const response = await fetch(url, {
        method: verb,
        headers: { 'X-OnceForm-CSRF': csrf, ...(content === undefined ? {} : { 'Content-Type': content.type }) },
        ...(content === undefined ? {} : { body: Uint8Array.from(content.bytes) }),
      });
      return { status: response.status, json: (await response.json().catch(() => null)) as unknown };
    },
    method,
    path,
    body,
  );
}

async function turn(register: string, mood: Mood): Promise<void> {
  if (mood === 'stop') {
    expect((await send('POST', `/api/demo/registers/${register}/stop`)).status).toBe(200);
  } else {
    await send('POST', `/api/demo/registers/${register}/start`);
    expect((await send('POST', `/api/demo/registers/${register}/${mood}`)).status).toBe(200);
  }
}

/** What the issuer's status list says of a licence: 0 the car's, 1 the motorcycle's. */
async function rule(licence: number, state: 'valid' | 'revoked' | 'suspended'): Promise<void> {
  expect((await send('POST', `/api/demo/credentials/${licence}/${state}`)).status).toBe(200);
}

async function dossiers(): Promise<unknown[]> {
  return (await send('GET', '/api/dossiers')).json as unknown[];
}

test('who goes back after signing out finds nothing of the person who was there', { timeout: 120_000 }, async () => {
  await arrive(/Trần Thị Giả Định/);
  const name = 'Trần Thị Giả Định';
  expect(await me.reads()).toContain(name);
  await me.goes(() => me.press('Đăng xuất'));
  for (let steps = 0; !watched.page.url().includes('/forms/') && steps < 3; steps += 1) await watched.page.goBack();
  expect(watched.page.url()).toContain('/forms/');
  await me.sees('Đăng nhập');
  expect(await me.reads()).not.toContain(name);
});

test('a citizen whose identity no register may be asked about reads why, and can type', async () => {
  await arrive(/Y Mẫu/);
  await me.press(words.agree);
  await me.sees(/định danh mức 2/);
  await me.press(/tự nhập thông tin$/);
  await me.type('Họ, chữ đệm, tên người yêu cầu', 'Y Mau');
  expect(await me.reads()).not.toContain('Đã xác minh');
});

test('a register that is down is named, and is asked again when it is back', async () => {
  await arrive(/Nguyễn Thị Mẫu/);
  await turn('health', 'stop');
  await takeRecords(me, 'vi');
  await me.select(words.relation, words.isMother);
  await me.choose(words.notice, words.hasNotice);
  await me.choose(words.parents, words.married);
  await me.press(words.next);
  await me.sees(/Chưa kết nối được với Cơ sở dữ liệu y tế/);
  await turn('health', 'well');
  await me.press(/^Thử lại/);
  await me.sees(/Lấy từ Cơ sở dữ liệu y tế/);
});

test('a register that answers nonsense fills nothing in and says so', async () => {
  await arrive(/Nguyễn Thị Mẫu/);
  await turn('health', 'nonsense');
  await takeRecords(me, 'vi');
  await me.select(words.relation, words.isMother);
  await me.choose(words.notice, words.hasNotice);
  await me.choose(words.parents, words.married);
  await me.press(words.next);
  await me.sees(/Thông tin từ Cơ sở dữ liệu y tế.* không đúng mẫu/);
});

test('a paper of the wrong kind or too large is refused with a sentence, and the right one is taken', async () => {
  await arrive(/Nguyễn Thị Mẫu/);
  await takeRecords(me, 'vi');
  await fillBirthRegistration(me, 'vi', { notice: 'Không có Giấy chứng sinh', stopAtPapers: true });
  const wrong = join(scratch, 'giay-cam-doan.txt'),
    large = join(scratch, 'anh-lon.pdf'),
    right = join(scratch, 'giay-cam-doan.pdf');
  writeFileSync(wrong, 'just text');
  writeFileSync(large, Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(11 * 1024 * 1024)]));
  writeFileSync(right, '%PDF-1.7\n% a paper\n%%EOF\n');
  const paper = /người làm chứng|giấy cam đoan về việc sinh|Chọn tệp/i;
  await me.attach(paper, wrong);
  await me.sees(/PDF|định dạng|loại tệp/i);
  await me.attach(paper, large);
  await me.sees(/10 ?MB|quá lớn|dung lượng/i);
  await me.attach(paper, right);
  await me.sees('giay-cam-doan.pdf');
  await me.press(words.next);
  await me.sees(words.checked);
});

test('a double click on submit files one dossier', async () => {
  await arrive(/Nguyễn Thị Mẫu/);
  const before = (await dossiers()).length;
  await takeRecords(me, 'vi');
  await fillBirthRegistration(me, 'vi');
  await watched.page.evaluate(name => {
    const button = [...document.querySelectorAll('button')].find(element => element.textContent?.trim() === name)!;
    button.click();
    button.click();
    button.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
  }, words.submit);
  await me.sees(words.filed);
  expect(await dossiers()).toHaveLength(before + 1);
});

test('a locked value that was changed on the way is refused, and the honest form files after it', async () => {
  await arrive(/Nguyễn Thị Mẫu/);
  const before = (await dossiers()).length;
  await takeRecords(me, 'vi');
  await fillBirthRegistration(me, 'vi');
  if (!(await me.has('button', /^Giả mạo/))) await me.press('Bảng trình diễn');
  await me.press(/^Giả mạo/);
  const refusal = watched.page.waitForResponse(
    response => response.request().method() === 'PUT' && response.url().includes('/api/dossiers/'),
  );
  await me.press(words.submit);
  const refused = await refusal;
  expect(refused.status()).toBe(422);
  const problem = (await refused.json()) as { message: { vi: string; en: string } };
  expect(problem.message.vi.length).toBeGreaterThan(20);
  expect(problem.message.en.length).toBeGreaterThan(20);
  expect(await dossiers()).toHaveLength(before);
  await me.press(words.submit);
  await me.sees(words.filed);
  expect(await dossiers()).toHaveLength(before + 1);
});

test('half a package is refused in both languages and kept nowhere', async () => {
  await arrive(/Nguyễn Thị Mẫu/);
  const filed = (await dossiers()) as { id: string }[];
  expect(filed.length).toBeGreaterThan(0);
  const bytes = await watched.page.evaluate(
    async path => [...new Uint8Array(await (await fetch(path)).arrayBuffer())],
    `/api/dossiers/${encodeURIComponent(filed[0]!.id)}/package`,
  );
  const id = `urn:uuid:${crypto.randomUUID()}`;
  const { status, json } = await send('PUT', `/api/dossiers/${encodeURIComponent(id)}`, {
    type: 'application/vnd.onceform.dossier+zip',
    bytes: bytes.slice(0, bytes.length >> 1),
  });
  expect(status).toBe(422);
  expect(json).toMatchObject({
    code: expect.stringMatching(/^ERR_/),
    message: { vi: expect.stringMatching(/\p{L}{2,}/u), en: expect.stringMatching(/\w{2,}/) },
  });
  expect(await dossiers()).toHaveLength(filed.length);
});

test('a revoked licence is not offered, and one that is suspended after it was taken is not filed', async () => {
  watched = await openPage(DESKTOP);
  me = new Citizen(watched.page);
  const form = 'driving-licence-exchange';
  await openForm(me, `${portal.url}/forms/${form}`, 'vi', /Lê Văn Thử/);
  await rule(0, 'valid');
  await rule(1, 'revoked');
  // Of two licences one is left out, and the citizen reads which and why.
  const read: string[] = [];
  await fillOpened(me, form, 'vi', undefined, async () => void read.push(await me.reads()));
  expect(read.join()).toMatch(/A1 •••4321 đã bị thu hồi hoặc tạm đình chỉ/);
  expect(await me.reads()).toContain('420123456789');
  expect(await me.reads()).not.toContain('420987654321');
  await rule(0, 'suspended');
  const refused = await submit<{ issues: { pointer: string; params: { code: string } }[] }>(me, 'vi');
  expect([refused.status, refused.body.issues]).toMatchObject([
    422,
    [{ pointer: '/licence', params: { code: 'SEALED_RECORD_GONE' } }],
  ]);
  await me.sees('Cơ sở dữ liệu không còn thông tin này');
  await rule(0, 'valid');
  expect((await submit(me, 'vi')).status).toBe(201);
  await me.sees(words.filed);
});
