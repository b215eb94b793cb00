// How it stands on small screens, with large text, in the dark and without motion.

import { emulateMedia, setViewport } from '@web/test-runner-commands';
import { attemptSubmit } from '@onceform/core';
import { expect } from 'chai';
import type { OnceForm } from './once-form.ts';
import { axeFindings, mount } from './testing/open.ts';

let element: OnceForm;
afterEach(async () => {
  element.remove();
  document.documentElement.removeAttribute('style');
  await setViewport({ width: 800, height: 600 });
  await emulateMedia({ colorScheme: 'light' });
});

const wider = (): string[] =>
  [...element.querySelectorAll<HTMLElement>('*')]
    .filter(
      item =>
        item.getClientRects().length > 0
        && item.getBoundingClientRect().right > document.documentElement.clientWidth + 1
        && !item.closest('.once-hidden, [hidden]'),
    )
    .map(item => item.outerHTML.slice(0, 100));

describe('every control', () => {
  for (const locale of ['vi', 'en']) {
    it(`fits 320 px without scrolling sideways, with errors, in ${locale}`, async () => {
      await setViewport({ width: 320, height: 640 });
      element = await mount('all-controls', { locale });
      element.currentSession!.dispatch(attemptSubmit());
      expect(wider()).to.deep.equal([]);
    });
  }

  it('fits 640 px with text of 200 %', async () => {
    await setViewport({ width: 640, height: 640 });
    document.documentElement.style.setProperty('font-size', '200%');
    element = await mount('all-controls');
    expect(wider()).to.deep.equal([]);
  });

  it('has enough contrast in the dark, when the page is dark', async () => {
    await emulateMedia({ colorScheme: 'dark' });
    document.documentElement.style.setProperty('color-scheme', 'dark');
    element = await mount('all-controls');
    element.currentSession!.dispatch(attemptSubmit());
    expect(getComputedStyle(element.querySelector('.once')!).backgroundColor).to.not.equal('rgb(255, 255, 255)');
    expect(await axeFindings(element)).to.deep.equal([]);
  });
});
