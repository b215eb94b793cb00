// What a citizen does with a form, by what they read on the screen: labels, legends, button texts. No selector of ours
// appears here, so a journey breaks when the words or the semantics do.

import type { ElementHandle, Page } from 'puppeteer-core';
import { rest, WAIT } from './browser.ts';

type Kind = 'button' | 'link' | 'control' | 'option' | 'group';

/** What a browser says of a page that gave way to another meanwhile. */
const LEFT = /context was destroyed|detached|Cannot find context/i;

export class Citizen {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async press(name: string | RegExp): Promise<void> {
    await (
      await this.find('button', name)
    ).evaluate(element => {
      element.scrollIntoView({ block: 'center' });
      (element as HTMLElement).click();
    });
    await this.settle();
  }

  async follow(name: string | RegExp): Promise<void> {
    const link = await this.find('link', name);
    await this.goes(() => link.evaluate(element => (element as HTMLElement).click()));
  }

  /** Does something that leads to another page, and waits for that page. */
  async goes(act: () => Promise<void>): Promise<void> {
    await Promise.all([this.page.waitForNavigation({ waitUntil: 'load' }), act()]);
    await this.settle();
  }

  /** Types into the control with this label, as keys. */
  async type(label: string | RegExp, text: string, within?: string | RegExp): Promise<void> {
    const control = await this.find('control', label, within);
    await control.evaluate(element => {
      element.scrollIntoView({ block: 'center' });
      (element as HTMLInputElement).focus();
      (element as HTMLInputElement).select?.();
    });
    await this.page.keyboard.type(text);
    await this.settle();
  }

  /** Picks an option by its text: of a native select, or of a box that is searched by typing. */
  async select(label: string | RegExp, option: string, within?: string | RegExp): Promise<void> {
    const control = await this.find('control', label, within);
    if (await control.evaluate(element => element.getAttribute('role') === 'combobox')) {
      await this.type(label, option, within);
      await (await this.find('option', option)).click();
      return this.settle();
    }
    await control.evaluate((element, text) => {
      const select = element as HTMLSelectElement;
      const found = [...select.options].find(item => item.text.trim() === text);
      if (found === undefined)
        throw new Error(
          `no option "${text}" among ${[...select.options]
            .map(item => item.text.trim())
            .slice(0, 20)
            .join(' | ')}`,
        );
      select.focus();
      select.value = found.value;
      select.dispatchEvent(new Event('input', { bubbles: true }));
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }, option);
    await this.settle();
  }

  /** Picks a radio button or ticks a box by its label, inside the group with this legend. */
  async choose(legend: string | RegExp | undefined, option: string | RegExp): Promise<void> {
    const control = await this.find('control', option, legend);
    await control.evaluate(element => {
      element.scrollIntoView({ block: 'center' });
      (element as HTMLElement).click();
    });
    await this.settle();
  }

  /** Fills the three boxes of a date. */
  async date(legend: string | RegExp, boxes: readonly [string | RegExp, string][]): Promise<void> {
    for (const [label, text] of boxes) await this.type(label, text, legend);
  }

  async attach(label: string | RegExp, ...paths: string[]): Promise<void> {
    const control = await this.find('control', label);
    await (control as ElementHandle<HTMLInputElement>).uploadFile(...paths);
    await this.settle();
  }

  /** Everything that can be read on the page now, white space folded. */
  async reads(): Promise<string> {
    return this.page.evaluate(() => document.body.innerText.replace(/\s+/g, ' '));
  }

  async sees(text: string | RegExp, timeout = WAIT): Promise<void> {
    const pattern = typeof text === 'string' ? escape(text) : text.source;
    try {
      await this.page.waitForFunction(
        source => new RegExp(source, 'iu').test(document.body.innerText.replace(/\s+/g, ' ')),
        // Not at every frame, as is its habit: reading the whole page costs more than what is waited for.
        { timeout, polling: 50 },
        pattern,
      );
    } catch {
      throw new Error(`Never read ${text}. The page says: ${(await this.reads()).slice(0, 3000)}`);
    }
  }

  /** Waits for whichever of these buttons comes first. */
  async seesButton(...names: readonly string[]): Promise<void> {
    await this.find('button', new RegExp(`^(${names.map(escape).join('|')})$`));
  }

  async has(kind: Kind, name: string | RegExp, within?: string | RegExp): Promise<boolean> {
    return (await this.look(kind, name, within)) !== null;
  }

  /** Waits until no request has been under way for half a second: streams have ended, lists are loaded. */
  async rests(): Promise<void> {
    await rest(this.page);
    await this.settle();
  }

  /** Waits until rendering, requests and timers that a click set off have come to rest. */
  async settle(): Promise<void> {
    await this.page
      .evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 30))))
      .catch(error => {
        if (!LEFT.test(String(error))) throw error; // the click led to another page
      });
  }

  private async find(kind: Kind, name: string | RegExp, within?: string | RegExp): Promise<ElementHandle<Element>> {
    const deadline = Date.now() + WAIT / 2;
    for (;;) {
      // On its way to another page, as a sign-in is, there is nothing to find yet.
      const found = await this.look(kind, name, within).catch((error: unknown) => {
        if (!LEFT.test(String(error))) throw error;
        return null;
      });
      if (found !== null) return found;
      if (Date.now() > deadline) {
        throw new Error(
          `No ${kind} "${name}"${within === undefined ? '' : ` in "${within}"`}. The page says: ${(await this.reads()).slice(0, 3000)}`,
        );
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }

  private async look(
    kind: Kind,
    name: string | RegExp,
    within?: string | RegExp,
  ): Promise<ElementHandle<Element> | null> {
    const source = (text: string | RegExp): string =>
      typeof text === 'string' ? `^${escape(text)}( ?\\*)?( ?\\([^)]*\\))?$` : text.source;
    const handle = await this.page.evaluateHandle(
      (what, pattern, scope) => {
        const clean = (text: string | null | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim();
        const visible = (element: Element): boolean =>
          element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
        const name = new RegExp(pattern, 'iu');
        let root: ParentNode = document;
        if (scope !== null) {
          const wanted = new RegExp(scope, 'iu');
          const group = [...document.querySelectorAll('fieldset, [role=group], [role=radiogroup], section')]
            .filter(visible)
            .filter(element => {
              const labelled = element
                .getAttribute('aria-labelledby')
                ?.split(' ')
                .map(id => document.getElementById(id)?.textContent)
                .join(' ');
              return wanted.test(
                clean(
                  element.querySelector(':scope > legend, :scope > h2, :scope > h3, :scope > h4')?.textContent
                    ?? labelled
                    ?? element.getAttribute('aria-label'),
                ),
              );
            })
            .at(-1);
          if (group === undefined) return null;
          root = group;
        }
        const named = (element: Element): string => clean(element.getAttribute('aria-label') ?? element.textContent);
        if (what === 'button' || what === 'link') {
          const selector = what === 'button' ? 'button, summary, [role=button], input[type=submit]' : 'a[href]';
          return (
            [...root.querySelectorAll(selector)].filter(visible).find(element => name.test(named(element))) ?? null
          );
        }
        if (what === 'option') {
          return (
            [...root.querySelectorAll('[role=option]')]
              .filter(visible)
              .find(element => name.test(clean(element.textContent))) ?? null
          );
        }
        if (what === 'group') {
          return (
            [...root.querySelectorAll('legend, h1, h2, h3, h4')]
              .filter(visible)
              .find(element => name.test(clean(element.textContent))) ?? null
          );
        }
        for (const label of root.querySelectorAll('label')) {
          const control = label.control ?? (label.htmlFor ? document.getElementById(label.htmlFor) : null);
          if (control !== null && visible(label) && name.test(clean(label.textContent))) return control;
        }
        return null;
      },
      kind,
      source(name),
      within === undefined ? null : source(within),
    );
    const element = handle.asElement();
    if (element === null) await handle.dispose();
    return element as ElementHandle<Element> | null;
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
