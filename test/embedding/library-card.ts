// The library card of the examples, as a person fills it in, and what nobody should see on the way.

import type { Frame, Page } from 'puppeteer-core';

export const NAME = '[data-pointer="/name"] input';

/** Presses the button with this text. */
export const press = (on: Frame | Page, label: string): Promise<void> =>
  on.evaluate(text => {
    [...document.querySelectorAll('button')].find(button => button.textContent.trim() === text)!.click();
  }, label);

/** Answers what is left after the name, declares, and submits. */
export async function fileCard(
  on: Frame | Page,
  { by = 'click', next = 'Continue', submit = 'Submit' }: { by?: 'click' | 'tap'; next?: string; submit?: string } = {},
): Promise<void> {
  await on[by]('[data-pointer="/student"] label[for$="~1"]');
  await press(on, next);
  await on.waitForSelector('.once-commitment input');
  await on[by]('.once-commitment input');
  await press(on, submit);
}

/** Script errors and what the browser complains of on a page, from now on: must stay empty. */
export function problemsOf(page: Page, kinds: readonly string[] = ['error', 'warn']): string[] {
  const problems: string[] = [];
  page.on('pageerror', error => problems.push(String(error)));
  page.on('console', message => void (kinds.includes(message.type()) && problems.push(message.text())));
  return problems;
}
