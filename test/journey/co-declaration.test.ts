// Two people sign one declaration, each on a device of their own: the bride invites, the groom signs in, sees his part only,
// declares it and confirms or refuses; his word then stands in her form, locked, and only then can it be filed.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, openPage, PHONE, shot, type WatchedPage } from './browser.ts';
import { Citizen } from './citizen.ts';
import { now } from './clock.ts';
import { newDataDir } from './portal.ts';
import { portal } from './stage.ts';
import { openForm, takeFound, WORDS, type Language } from './words.ts';

const BRIDE = /Trần Thị Giả Định/,
  GROOM = /Hồ Văn Mẫu/;
const PAIR = {
  vi: {
    invite: /Mời Bên nam tự khai/,
    open: 'Đã mời, chưa nhận lời',
    lead: 'Ông/Bà được mời khai phần của mình',
    by: 'Trần Thị Giả Định mời Ông/Bà cùng khai',
    her: '31/12/1999',
    count: /Kết hôn lần thứ mấy/,
    hisWord: /Bên nam cam đoan/,
    herWord: /Bên nữ cam đoan/,
    confirmed: 'Đã xác nhận',
    done: 'Ông/Bà đã xác nhận phần của mình',
    take: 'Đưa phần đã xác nhận vào tờ khai',
    taken: 'Phần của bên còn lại đã ở trong tờ khai',
    refuse: 'Từ chối',
    wasRefused: 'Đã từ chối',
    refusedHim: 'Ông/Bà đã từ chối',
    kept: /Hồ sơ sẽ được gửi đến Ủy ban nhân dân xã Sơn Kim 1/,
    copies: /Đề nghị cấp bản sao/,
    no: 'Không',
  },
  en: {
    invite: /Invite: The groom/,
    open: 'Invited, not answered yet',
    lead: 'You are invited to declare your part',
    by: 'Trần Thị Giả Định invites you to declare together',
    her: '31 December 1999',
    count: /Which marriage this is/,
    hisWord: /The man declares/,
    herWord: /The woman declares/,
    confirmed: 'Confirmed',
    done: 'You confirmed your part',
    take: 'Put the confirmed part into the form',
    taken: 'Their part is in the form now',
    refuse: 'Refuse',
    wasRefused: 'Refused',
    refusedHim: 'You refused',
    kept: /The dossier will go to People's Committee of Sơn Kim 1/,
    copies: /Copies/,
    no: 'No',
  },
} as const;

/** One person at one device. */
interface Seat {
  readonly watched: WatchedPage;
  readonly me: Citizen;
}

async function seat(viewport: typeof PHONE | typeof DESKTOP): Promise<Seat> {
  const watched = await openPage(viewport);
  return { watched, me: new Citizen(watched.page) };
}

/** What a form on the page holds now. */
const held = ({ watched }: Seat): Promise<Record<string, Record<string, unknown>>> =>
  watched.page.evaluate(
    () =>
      (document.querySelector('once-form') as unknown as { currentSession: { state: { data: never } } }).currentSession
        .state.data,
  );

/** The bride opens the form, takes her record, and invites; the link that she gets. */
async function invites(bride: Seat, url: string, language: Language): Promise<string> {
  await openForm(bride.me, `${url}/forms/marriage-registration`, language, BRIDE);
  await takeFound(bride.me, language);
  return invitesAgain(bride, language);
}

async function invitesAgain({ me, watched }: Seat, language: Language): Promise<string> {
  await me.press(PAIR[language].invite);
  await me.sees(PAIR[language].open);
  return watched.page.$eval('[data-part="link"]', input => (input as HTMLInputElement).value);
}

/** The groom follows the link and signs in. */
async function comes({ me, watched }: Seat, link: string, language: Language): Promise<void> {
  const { origin } = new URL(link);
  await watched.page.goto(link.replace('#', `?lang=${language}#`));
  await me.sees(PAIR[language].lead);
  expect(watched.page.url()).toBe(`${origin}/invitation`); // the secret does not stay in the address
  await me.follow(WORDS[language].signIn);
  await me.goes(() => me.press(GROOM));
}

/** He declares what no register knows, and confirms. */
async function declares(groom: Seat, language: Language): Promise<void> {
  const { me } = groom;
  await takeFound(me, language);
  await me.type(PAIR[language].count, '1');
  await me.press(WORDS[language].next);
  await me.choose(undefined, PAIR[language].hisWord);
  await me.press(WORDS[language].next);
  await me.rests();
  await me.press(WORDS[language].submit);
  await me.sees(PAIR[language].done);
}

/** She walks to the review, answers what is hers to answer, and submits. The status of the answer. */
async function submits(bride: Seat, language: Language): Promise<{ status: number; url: string; body: Json }> {
  const { me, watched } = bride,
    words = PAIR[language];
  for (let no = 0; no < 10 && !(await me.has('button', WORDS[language].submit)); no++) {
    if (await me.has('control', words.count)) await me.type(words.count, '1');
    if (await me.has('control', words.no, words.copies)) await me.choose(words.copies, words.no);
    if (await me.has('control', words.herWord)) await me.choose(undefined, words.herWord);
    await me.press(WORDS[language].next);
    await me.rests();
  }
  const filing = watched.page.waitForResponse(
    response => response.request().method() === 'PUT' && response.url().includes('/api/dossiers/'),
  );
  await me.press(WORDS[language].submit);
  const response = await filing;
  return { status: response.status(), url: response.url(), body: (await response.json()) as Json };
}
type Json = Record<string, unknown>;

describe.each<Language>(['vi', 'en'])('two people in one declaration, in %s', language => {
  const words = PAIR[language];
  let bride: Seat, groom: Seat;
  beforeAll(async () => {
    [bride, groom] = [await seat(DESKTOP), await seat(PHONE)];
  });

  test('the groom declares his own part and confirms it', { timeout: 240_000 }, async () => {
    const link = await invites(bride, portal.url, language);
    await comes(groom, link, language);
    await groom.me.sees(words.by);
    expect(await groom.me.reads()).not.toContain(words.her); // her day of birth
    expect(await bride.me.reads()).not.toContain(words.confirmed);
    await declares(groom, language);
  });

  test('his word stands in her form, and she cannot change it', { timeout: 120_000 }, async () => {
    await bride.me.sees(words.confirmed);
    expect((await held(bride))['male']?.['personalId']).toBeUndefined();
    await bride.me.press(words.take);
    await bride.me.sees(words.taken);
    const said = await held(bride);
    expect(said['male']).toMatchObject({ fullName: 'Hồ Văn Mẫu', personalId: '042098000077', marriageCount: 1 });
    expect(said['commitments']?.['male']).toBe(true);
    for (const [set, value] of [
      ['/male/fullName', 'Somebody'],
      ['/male/marriageCount', 2],
      ['/commitments/male', false],
    ])
      await bride.watched.page.evaluate(
        change =>
          (
            document.querySelector('once-form') as unknown as { currentSession: { dispatch(spec: object): void } }
          ).currentSession.dispatch({ changes: change, userEvent: 'input' }),
        { set, value },
      );
    expect((await held(bride))['male']).toEqual(said['male']);
    expect((await held(bride))['commitments']).toEqual(said['commitments']);
  });

  test('it is filed then, and the package says whose word each answer is', { timeout: 120_000 }, async () => {
    // They live in two communes: either may register them, hers is proposed, and she chooses his.
    const { page } = bride.watched;
    await page.waitForSelector('.agency-choice details');
    await page.click('.agency-choice summary');
    const [hers, his] = await page.$$eval('.agency-choice input', options => options.map(({ value }) => value));
    expect(his).toMatch(/^H27\.1\./);
    await page.click(`.agency-choice input[value="${his}"]`);
    await bride.me.sees(words.kept);
    await shot(page, `agency-of-two-${language}`);
    const { status, url, body } = await submits(bride, language);
    expect([status, body['agency'], hers === his]).toEqual([201, his, false]);
    await bride.me.sees(WORDS[language].filed);
    const bytes = await bride.watched.page.evaluate(
      async address => [...new Uint8Array(await (await fetch(address)).arrayBuffer())],
      `${url}/package`,
    );
    const file = join(mkdtempSync(join(tmpdir(), 'onceform-marriage-')), 'filed.zip');
    writeFileSync(file, Uint8Array.from(bytes));
    const read = (path: string): Json => JSON.parse(execFileSync('unzip', ['-p', file, path], { encoding: 'utf8' }));
    const { answers } = read('data/provenance.json') as { answers: Record<string, Json> };
    expect(answers['/female/fullName']).toMatchObject({ origin: 'auto' });
    expect(answers['/female/fullName']).not.toHaveProperty('by');
    expect(answers['/male/fullName']).toMatchObject({ origin: 'auto', by: 'male' });
    expect(answers['/male/marriageCount']).toMatchObject({ origin: 'manual', by: 'male' });
    expect(answers['/commitments/male']).toMatchObject({ origin: 'manual', by: 'male' });
    expect(answers['/commitments/female']).not.toHaveProperty('by');
  });

  test('nothing on the way went against the policy or broke a script, on either device', () => {
    expect([...bride.watched.complaints, ...groom.watched.complaints]).toEqual([]);
  });
});

describe('a second signatory who does not sign', () => {
  /** Moves the clock of the portal, not of the browser. */
  let shift = 0;
  let stack: { url: string; close(): Promise<void> };
  beforeAll(async () => {
    const { startStack } = (await import('../../examples/portal/stack.mjs')) as unknown as {
      startStack(options: object): Promise<typeof stack>;
    };
    stack = await startStack({
      port: 0,
      dataDir: await newDataDir(),
      quiet: true,
      clock: () => new Date(now().getTime() + shift),
    });
  });
  afterAll(() => stack?.close());

  test('refuses, and she reads nothing of him; then asks again', { timeout: 240_000 }, async () => {
    const bride = await seat(DESKTOP),
      groom = await seat(PHONE);
    const link = await invites(bride, stack.url, 'vi');
    groom.watched.page.on('dialog', dialog => void dialog.accept());
    await comes(groom, link, 'vi');
    await groom.me.sees(PAIR.vi.by);
    await groom.me.press(PAIR.vi.refuse);
    await groom.me.sees(PAIR.vi.refusedHim);
    await bride.me.sees(PAIR.vi.wasRefused);
    const said = JSON.stringify(await held(bride));
    for (const his of ['Hồ Văn Mẫu', '042098000077', '1998-02-03']) expect(said).not.toContain(his);

    const anew = await invitesAgain(bride, 'vi');
    expect(anew).not.toBe(link);
    expect([...bride.watched.complaints, ...groom.watched.complaints]).toEqual([]);
  });

  test('comes too late: the link is worth nothing, and he reads so', { timeout: 240_000 }, async () => {
    const bride = await seat(DESKTOP),
      groom = await seat(PHONE);
    const link = await invites(bride, stack.url, 'vi');
    shift = 15 * 86_400_000;
    await comes(groom, link, 'vi');
    await groom.me.sees('Lời mời này đã hết hạn hoặc đã được thu hồi');
    expect(await groom.me.reads()).not.toContain('Trần Thị Giả Định');
    expect([...bride.watched.complaints, ...groom.watched.complaints]).toEqual([]);
  });
});
