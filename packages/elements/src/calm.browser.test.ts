// How often the live regions of a form speak: not while somebody types, once when something is in the way.

import { attemptPage } from '@onceform/core';
import { sendKeys } from '@web/test-runner-commands';
import { expect } from 'chai';
import { openDraftStore, type DraftStore } from './draft-store.ts';
import type { OnceForm } from './once-form.ts';
import { button, control, mount, type, until } from './testing/open.ts';

let element: OnceForm;
let observer: MutationObserver | undefined;
let store: DraftStore | undefined;
afterEach(async () => {
  observer?.disconnect();
  element.remove();
  sessionStorage.clear();
  await store?.clear();
  store = undefined;
});

const LIVE = '[role=status], [role=alert], [aria-live]';

/** What a screen reader is told from now on: each text that comes into a live region, or comes with one. */
function listen(): string[] {
  const said: string[] = [];
  const texts = new Map<Element, string>();
  const look = (): void => {
    for (const region of element.querySelectorAll(LIVE)) {
      const text = region.textContent.replace(/\s+/g, ' ').trim();
      if (text !== '' && text !== texts.get(region)) said.push(text);
      texts.set(region, text);
    }
  };
  look();
  said.length = 0;
  observer = new MutationObserver(look);
  observer.observe(element, { subtree: true, childList: true, characterData: true, attributes: true });
  return said;
}

const heading = (): HTMLElement => element.querySelector('h2')!;

describe('live regions', () => {
  it('say nothing while 20 characters are typed into a box with an error, nor when the draft is saved', async () => {
    store = openDraftStore('test-calm');
    element = await mount('library-card', { drafts: store });
    element.currentSession!.dispatch(attemptPage('person'));
    const box = control(element, '/person/email');
    type(box, 'x');
    await until(() => box.getAttribute('aria-invalid') === 'true');
    const said = listen();
    box.focus();
    await sendKeys({ type: 'abcdefghijklmnopqrst' });
    expect(box.value).to.have.length(21);
    await until(() => element.desk!.drafts!.state.kind === 'saved');
    await element.updateComplete;
    expect(box.getAttribute('aria-invalid'), 'still wrong').to.equal('true');
    expect(said).to.deep.equal([]);
  });

  it('say once, when the keys rest, how much room is left; the eye sees it at every key', async () => {
    element = await mount('library-card');
    element.desk!.journey!.goTo('page:wishes');
    await until(() => element.querySelector('[data-pointer="/wishes/note"]') !== null);
    const box = control<HTMLTextAreaElement>(element, '/wishes/note', 'textarea');
    type(box, 'x'.repeat(150));
    const said = listen();
    const seen = new Set<string>();
    box.focus();
    // In one go, so that no slow machine makes a rest of it.
    for (const character of 'abcdefghijklmnopqrst') {
      box.value += character;
      box.dispatchEvent(new InputEvent('input', { bubbles: true }));
      await element.updateComplete;
      seen.add(element.querySelector('.once-room')?.textContent ?? '');
    }
    expect(said, 'while keys are pressed').to.deep.equal([]);
    await until(() => said.length > 0);
    expect(said).to.have.length(1);
    expect(said[0]).to.contain('30');
    expect(seen.size, 'seen meanwhile').to.be.greaterThan(5);
  });

  it('say once what is in the way; a page that comes is told by the focus alone', async () => {
    element = await mount('library-card');
    const said = listen();
    button(element, 'Continue').click();
    await until(() => document.activeElement?.classList.contains('once-summary'));
    expect(said).to.have.length(1);
    expect(said[0]).to.contain('2');

    type(control(element, '/person/name'), 'An Nguyễn');
    [...element.querySelectorAll<HTMLLabelElement>('[data-pointer="/person/student"] label')]
      .find(({ textContent }) => textContent.trim() === 'No')!
      .click();
    await until(() => element.querySelector('.once-summary') === null);
    said.length = 0;
    button(element, 'Continue').click();
    await until(() => heading().textContent.trim() === 'Your wishes');
    await until(() => document.activeElement === heading());
    expect(said).to.deep.equal([]);
  });

  it('say that a draft was not saved, each time it was tried', async () => {
    const inner = (store = openDraftStore('test-calm'));
    const full: DraftStore = { ...inner, save: () => Promise.reject(new DOMException('full', 'QuotaExceededError')) };
    element = await mount('library-card', { drafts: full });
    const said = listen();
    type(control(element, '/person/name'), 'An');
    await until(() => said.length > 0);
    expect(said).to.have.length(1);
    expect(said[0]).to.contain('no room left');
    button(element, 'Try again').click();
    await until(() => said.length === 2);
    expect(said[1]).to.equal(said[0]);
  });
});
