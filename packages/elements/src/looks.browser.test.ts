// How it stands on small screens, with large text, in the dark, in colours that the citizen's system sets, and without
// motion.

import { emulateMedia, executeServerCommand, sendKeys, setViewport } from '@web/test-runner-commands';
import { attemptSubmit } from '@onceform/core';
import { expect } from 'chai';
import { createFakePortal } from '../gallery/portal.ts';
import type { OnceForm } from './once-form.ts';
import { axeFindings, control, loadForm, mount, until } from './testing/open.ts';

let element: OnceForm;
afterEach(async () => {
  element.remove();
  document.documentElement.removeAttribute('style');
  await setViewport({ width: 800, height: 600 });
  await emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
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

describe('colours that the system sets', () => {
  before(() => executeServerCommand('forced-colors', 'active'));
  after(() => executeServerCommand('forced-colors', 'none'));

  /** A system colour as styles are read back. */
  function system(name: string): string {
    const probe = document.createElement('i');
    probe.style.color = name;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }

  /** The colour of a line that is there: solid, two pixels or more. */
  function line(item: Element, kind: 'outline' | 'border-left'): string {
    const styles = getComputedStyle(item);
    expect(styles.getPropertyValue(`${kind}-style`), kind).to.equal('solid');
    expect(parseFloat(styles.getPropertyValue(`${kind}-width`)), kind).to.be.at.least(1);
    return styles.getPropertyValue(`${kind}-color`);
  }

  /** The colours at the beginning and at the end of what lies flat, as they are on the screen. */
  async function ends(selector: string): Promise<number[][]> {
    const png: string = await executeServerCommand('picture', { selector });
    const bytes = Uint8Array.from(atob(png), character => character.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = Object.assign(document.createElement('canvas'), { width: picture.width, height: picture.height });
    const pencil = canvas.getContext('2d')!;
    pencil.drawImage(picture, 0, 0);
    const middle = Math.floor(picture.height / 2);
    return [0.1, 0.95].map(share => [...pencil.getImageData(Math.floor(share * picture.width), middle, 1, 1).data]);
  }

  it('show focus, errors, choices and progress by lines, not by backgrounds', async () => {
    expect(matchMedia('(forced-colors: active)').matches).to.equal(true);
    element = await mount('library-card');
    const canvas = system('Canvas');
    const box = control(element, '/person/name');
    expect(parseFloat(getComputedStyle(box).borderLeftWidth)).to.equal(1);
    box.focus();
    await sendKeys({ press: 'Tab' });
    expect(line(document.activeElement!, 'outline'), 'focus').to.not.equal(canvas);

    await element.desk!.journey!.next();
    await until(() => element.querySelector('.once-summary') !== null);
    expect(line(box, 'border-left'), 'a wrong answer').to.not.equal(canvas);
    expect(parseFloat(getComputedStyle(box).borderLeftWidth), 'thicker than a right one').to.equal(2);
    expect(line(element.querySelector('.once-summary')!, 'border-left'), 'summary').to.not.equal(canvas);
    const issue = element.querySelector('[data-pointer="/person/name"] .once-issue')!;
    expect(getComputedStyle(issue).color).to.equal(system('CanvasText'));
    expect(issue.textContent).to.contain('Error'); // the kind is a word, too

    const radio = element.querySelector<HTMLInputElement>('[data-pointer="/person/student"] input[type=radio]')!;
    radio.click();
    expect(radio.checked).to.equal(true);
    // Drawn by the browser, in colours of the system.
    expect(getComputedStyle(radio).appearance).to.equal('auto');
    expect(getComputedStyle(radio).forcedColorAdjust).to.equal('auto');

    const press = element.querySelector('.once-button[data-kind=primary]')!;
    expect(line(press, 'border-left'), 'the button to go on with').to.equal(system('ButtonText'));

    const bar = element.querySelector('.once-progress-bar')!;
    expect(line(bar, 'border-left'), 'progress').to.equal(system('CanvasText'));
    element.desk!.journey!.goTo('review');
    await until(() => element.querySelector<HTMLProgressElement>('.once-progress-bar')!.value > 1);
    const [done, toDo] = await ends('.once-progress-bar');
    expect(done, 'what is done is told from what is not').to.not.deep.equal(toDo);
  });
});

describe('without motion', () => {
  /** What moves for longer than an eye sees, with its pseudo-elements. */
  const moving = (root: Element): string[] =>
    [root, ...root.querySelectorAll('*')].flatMap(item =>
      [undefined, '::before', '::after'].flatMap(part => {
        const { animationName, animationDuration, transitionDuration, scrollBehavior } = getComputedStyle(item, part);
        const seconds = (list: string): number => Math.max(...list.split(',').map(parseFloat));
        const moves =
          (animationName !== 'none' && seconds(animationDuration) > 0.01)
          || seconds(transitionDuration) > 0.01
          || scrollBehavior === 'smooth';
        return moves ? [`${item.outerHTML.slice(0, 100)}${part ?? ''}`] : [];
      }),
    );

  it('nothing turns, slides or fades, neither in a form nor while one is waited for', async () => {
    element = await mount('all-controls');
    const waiting = document.createElement('once-form') as OnceForm;
    const client = { ...createFakePortal(), session: () => new Promise<never>(() => undefined) };
    Object.assign(waiting, { locale: 'en', form: await loadForm('library-card'), client });
    element.after(waiting);
    try {
      await until(() => waiting.querySelector('.once-busy') !== null);
      expect(moving(waiting), 'where nobody minds, waiting is shown').to.have.length(1);
      await emulateMedia({ reducedMotion: 'reduce' });
      expect(moving(waiting)).to.deep.equal([]);
      element.currentSession!.dispatch(attemptSubmit());
      await element.updateComplete;
      expect(moving(element)).to.deep.equal([]);
    } finally {
      waiting.remove();
    }
  });
});
