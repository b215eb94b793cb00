// What a phone does: rows that a register knows of are chosen, not typed, and come back when they were removed; an input
// method composes a name; the page is thrown away while another app is open, and comes back where it was.

import { expect, test } from 'vitest';
import { openPage, PHONE, shot } from './browser.ts';
import { Citizen } from './citizen.ts';
import { portal } from './stage.ts';
import { openForm, takeFound } from './words.ts';

const FATHER = /Lê Văn Thử/;

test('the members of a household are chosen from the register, on a phone in the dark', async () => {
  const watched = await openPage(PHONE);
  await watched.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  const me = new Citizen(watched.page);
  await openForm(me, `${portal.url}/forms/permanent-residence`, 'vi', FATHER);
  await takeFound(me, 'vi', () => me.sees(/Tìm thấy \d+ bản ghi/));
  await me.rests();
  await watched.page.evaluate(() => {
    const { journey } = (
      document.querySelector('once-form') as unknown as {
        desk: {
          journey: { steps: { id: string; page?: { sections: { nodes: string[] }[] } }[]; goTo(id: string): void };
        };
      }
    ).desk;
    journey.goTo(journey.steps.find(step => step.page?.sections.some(({ nodes }) => nodes.includes('/members')))!.id);
  });
  await me.sees(/Có \d+ bản ghi trong cơ sở dữ liệu/);
  await shot(me.page, 'rows-candidates', '.once-candidates');
  await me.press(/^Dùng thông tin này/);
  await me.settle();
  const rows = (): Promise<number> => watched.page.$$eval('.once-row', found => found.length);
  expect(await rows()).toBe(1);
  await shot(me.page, 'rows-chosen', '.once-row');
  await me.press(/^Xóa/);
  await me.sees('Đã xóa dòng 1.');
  expect(await rows()).toBe(0);
  await shot(me.page, 'rows-undo', '.once-list-undo');
  await me.press('Hoàn tác');
  expect(await rows()).toBe(1);
  expect(watched.complaints).toEqual([]);
  await watched.close();
});

test('a name that an input method composes arrives whole, and a page that was thrown away comes back with it', async () => {
  const watched = await openPage(PHONE);
  const { page } = watched;
  const me = new Citizen(page);
  await openForm(me, `${portal.url}/forms/birth-registration`, 'vi', FATHER);
  await takeFound(me, 'vi');
  await me.rests();
  const form = <T>(ask: string): Promise<T> =>
    page.evaluate(source => {
      const { desk, currentSession } = document.querySelector('once-form') as unknown as {
        desk: { journey: { goTo(id: string): void; step: { id: string } } };
        currentSession: { state: { data: { child?: { fullName?: string } } } };
      };
      if (source === 'go') desk.journey.goTo('page:child');
      return source === 'step' ? desk.journey.step.id : (currentSession.state.data.child?.fullName ?? null);
    }, ask) as Promise<T>;
  await form('go');
  await me.settle();
  const box = await page.waitForSelector('[data-pointer="/child/fullName"] input');
  await box!.focus();
  const keyboard = await page.createCDPSession();
  for (const text of ['Nguye', 'Nguyê', 'Nguyễ']) {
    await keyboard.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    expect(await box!.evaluate(element => (element as HTMLInputElement).value)).toBe(text);
    expect(await form('name'), 'nothing is taken while it is being composed').toBeNull();
  }
  await keyboard.send('Input.insertText', { text: 'Nguyễn' });
  expect(await form('name')).toBe('Nguyễn');
  await page.keyboard.type(' Be');
  await me.sees('Đã lưu nháp');
  // Thrown away while the camera or the identity app was open: the same tab, loaded anew.
  await page.reload();
  await me.rests();
  expect(await form('step')).toBe('page:child');
  expect(await form('name')).toBe('Nguyễn Be');
  expect(watched.complaints).toEqual([]);
  await watched.close();
});
