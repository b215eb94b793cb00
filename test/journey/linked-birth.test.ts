// One declaration, three dossiers: birth, permanent residence and health insurance are filed together from one page, and
// each has its own receipt with what it costs and when its result is due.

import { expect, test } from 'vitest';
import { DESKTOP, openPage, shot } from './browser.ts';
import { answer, fillForm, submit } from './catalogue.ts';
import { Citizen } from './citizen.ts';
import { dayFromNow } from './clock.ts';
import { portal } from './stage.ts';
import { WORDS } from './words.ts';

interface Receipts {
  readonly bundle: string;
  readonly receipts: readonly {
    readonly id: string;
    readonly code: string;
    readonly procedure: string | null;
    readonly due?: { readonly by: string };
    readonly fee?: { readonly total: number | null };
    readonly dossier: { readonly sha256: string };
    readonly bundle?: { readonly id: string; readonly no: number; readonly of: number };
  }[];
}

test('three procedures in one declaration: three receipts, each with its fee and its day', async () => {
  const { page, complaints } = await openPage(DESKTOP);
  const me = new Citizen(page);
  // The head of household agrees in writing, so there is a paper, and it goes ahead while the form is still answered.
  await fillForm(me, portal.url, 'linked-birth-registration', 'vi', shown =>
    answer(shown, { residence: { headConsent: 'written' } }),
  );
  const { status, body, path } = await submit<Receipts>(me, 'vi');
  expect(status).toBe(201);
  expect(path).toMatch(/^\/api\/bundles\/.*\/compose$/);
  await me.sees(WORDS.vi.filed);

  const { receipts } = body;
  expect(receipts.map(({ procedure }) => procedure)).toEqual(['1.001193', '1.004222', null]);
  expect(new Set(receipts.map(({ code }) => code)).size).toBe(3);
  expect(new Set(receipts.map(({ dossier }) => dossier.sha256)).size).toBe(3);
  expect(receipts.map(({ bundle }) => bundle?.no)).toEqual([1, 2, 3]);
  for (const { due } of receipts.slice(0, 2)) expect(due!.by.slice(0, 10) >= dayFromNow(0)).toBe(true);
  expect(receipts[0]!.fee?.total).toBe(0); // in time, no copies

  for (const { code } of receipts) await me.sees(code);
  for (const name of ['Đăng ký khai sinh', 'Đăng ký thường trú', 'Cấp thẻ bảo hiểm y tế']) await me.sees(name);
  await shot(page, 'linked-birth-receipt');

  await page.goto(`${portal.url}/dossiers?lang=vi`);
  for (const { code } of receipts) await me.sees(code);
  await shot(page, 'linked-birth-dossiers');
  expect(complaints).toEqual([]);
});
