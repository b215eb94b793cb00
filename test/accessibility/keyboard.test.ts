// A whole form by keyboard alone, from the first question to the receipt: Tab, letters, Space, arrows and Enter. Wherever
// the focus goes, it can be seen, and nothing covers it.

import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openGallery, type Gallery } from './gallery-page.ts';

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
}, 60_000);
afterAll(async () => {
  await gallery?.close();
});

const TYPED: Readonly<Record<string, string>> = {
  '/person/name': 'An Nguyen',
  '/person/school': 'Trường Mẫu',
  '/person/email': 'an@example.org',
  '/wishes/days': '12',
};

/** What has the focus, and whether a person can see that. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement as HTMLInputElement;
    const box = at.getBoundingClientRect();
    const over = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
    return {
      tag: at.localName,
      type: at.type ?? '',
      text: at.textContent!.trim(),
      pointer: at.closest('[data-pointer]')?.getAttribute('data-pointer') ?? '',
      empty: at.localName === 'input' && at.value === '',
      checked:
        at.checked === true || [...document.getElementsByName(at.name)].some(one => (one as HTMLInputElement).checked),
      inForm: at.closest('.once-main') !== null,
      outline: getComputedStyle(at).outlineStyle,
      covered: over === null || !(at.contains(over) || over.contains(at) || at.parentElement!.contains(over)),
      heading: document.querySelector('.once-step-title')!.textContent!.trim(),
    };
  });

it('goes through by keyboard alone, and always shows where it is', async () => {
  const page = await gallery.open({ form: 'library-card', locale: 'en' });
  const been = new Set<string>();
  const headings: string[] = [];
  for (let press = 0; press < 160; press += 1) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (at.tag === 'body' || !at.inForm) continue;
    if (headings.at(-1) !== at.heading) headings.push(at.heading);
    if (at.heading === 'Submitted') break;
    been.add(`${at.tag} ${at.type}`.trim());
    expect(at.outline, `the focus shows on ${at.pointer} ${at.tag} ${at.text}`).toBe('solid');
    expect(at.covered, `something covers ${at.pointer} ${at.tag} ${at.text}`).toBe(false);
    if (at.type === 'file') {
      // The keyboard opens the browser's own dialog here, which is not a page: the file is put in its place.
      const box = (await page.evaluateHandle(() => document.activeElement)).asElement()!;
      if (at.empty)
        await box.evaluate(input => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(['%PDF-1.7'], 'proof.pdf', { type: 'application/pdf' }));
          (input as HTMLInputElement).files = transfer.files;
          input.dispatchEvent(new Event('change', { bubbles: true }));
        });
    } else if (at.type === 'radio' && !at.checked) await page.keyboard.press('Space');
    else if (at.type === 'checkbox' && !at.checked) await page.keyboard.press('Space');
    else if (at.tag === 'input' && at.empty && TYPED[at.pointer] !== undefined)
      await page.keyboard.type(TYPED[at.pointer]!);
    else if (at.tag === 'select') await page.keyboard.press('ArrowDown');
    else if (at.tag === 'button' && /^(Continue|Submit)$/.test(at.text)) {
      await page.keyboard.press('Enter');
      await new Promise(done => setTimeout(done, 400));
    }
  }
  expect(headings).toEqual(['About you', 'Your wishes', 'Papers', 'Check and submit', 'Submitted']);
  for (const kind of ['input text', 'input radio', 'input checkbox', 'button button', 'button submit'])
    expect([...been], kind).toContain(kind);
  await page.close();
}, 120_000);

it('goes from the error summary to the field by Enter, and back to the list by typing on', async () => {
  const page = await gallery.open({ form: 'library-card', state: 'error', locale: 'en' });
  await page.evaluate(() => document.querySelector<HTMLElement>('.once-summary')!.focus());
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const at = await focused(page);
  expect(at.pointer).toBe('/person/name');
  await page.keyboard.type('An Nguyen');
  await page.keyboard.press('Tab');
  expect(await page.$$eval('.once-summary a', links => links.map(link => link.textContent))).not.toContain(
    'Please enter Full name.',
  );
  await page.close();
}, 60_000);

it('fills a table cell by cell: adds a row, types, chooses, takes it away and brings it back', async () => {
  const page = await gallery.open({ form: 'household', state: 'empty', locale: 'en' });
  await page.setViewport({ width: 1280, height: 900 });
  const press = async (...keys: ('Tab' | 'Enter')[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const tabTo = async (name: string): Promise<void> => {
    for (let no = 0; no < 12; no++) {
      await press('Tab');
      if ((await focused(page)).text.startsWith(name)) return;
    }
    throw new Error(`Twelve times Tab do not lead to ${name}.`);
  };
  const rowsAre = (count: number) =>
    page.waitForFunction(wanted => document.querySelectorAll('.once-row').length === wanted, {}, count);
  const members = () =>
    page.evaluate(
      () =>
        (
          document.querySelector('once-form') as unknown as {
            currentSession: { state: { data: { members: object[] } } };
          }
        ).currentSession.state.data.members,
    );
  await page.evaluate(() =>
    [...document.querySelectorAll('button')].find(each => each.textContent!.trim().startsWith('Add'))!.focus(),
  );
  await press('Enter');
  await rowsAre(1);
  for (const text of ['Chi', '9', '8', '2011']) {
    await press('Tab');
    await page.keyboard.type(text);
  }
  await press('Tab');
  await page.keyboard.type('F');
  await press('Tab');
  await page.keyboard.type('001211000003');
  const chi = { name: 'Chi', born: '2011-08-09', sex: 'f', id: '001211000003' };
  await tabTo('Add');
  expect(await members()).toEqual([chi]);
  await press('Enter');
  await rowsAre(2);
  await tabTo('Remove');
  await press('Enter');
  await rowsAre(1);
  expect(await members()).toEqual([chi]);
  await tabTo('Undo');
  await press('Enter');
  await rowsAre(2);
  await page.close();
}, 60_000);
