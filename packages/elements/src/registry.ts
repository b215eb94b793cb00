// Gives the elements their names. A prefix lets two versions stand on one page.

import { OnceForm } from './once-form.ts';

/** All but the form, which brings its own: loaded at once where one stands in the page already, else when it rests. */
const OTHERS = [
  'provider',
  'page',
  'field',
  'task-list',
  'progress',
  'error-summary',
  'prefill',
  'origin',
  'components',
  'review',
  'receipt',
  'dossier',
] as const;
export type OtherName = (typeof OTHERS)[number];

/**
 * Registers every element as `<prefix-name>`: the form at once, its parts and the dossier a moment later
 * (`customElements.whenDefined` tells). A name that is taken is left alone: the first version stays.
 *
 * @returns The names that were taken already.
 */
export function register(prefix = 'once'): readonly string[] {
  const tags = ['form', ...OTHERS].map(name => `${prefix}-${name}`);
  const taken = tags.filter(tag => customElements.get(tag) !== undefined);
  define(prefix, 'form', OnceForm);
  if (tags.slice(1).some(tag => customElements.get(tag) === undefined)) {
    const load = () => void loadOthers(prefix);
    if (document.querySelector(tags.slice(1).join()) !== null) load();
    else whenQuiet(`${prefix}-form`, load);
  }
  return taken;
}

/** Waits until a form stands, or none seems to come: on a poor line nothing must be loaded before it. */
function whenQuiet(tag: string, load: () => void, tries = 0): void {
  const form = document.querySelector(tag);
  const stands = (form?.querySelector('input, select, textarea, button') ?? null) !== null;
  if (document.readyState !== 'complete' || (!stands && tries < (form === null ? 4 : 20)))
    setTimeout(() => whenQuiet(tag, load, tries + 1), 500);
  else if (typeof requestIdleCallback === 'function') requestIdleCallback(load);
  else load();
}

async function loadOthers(prefix: string): Promise<void> {
  try {
    const { others } = await import('./others.ts');
    for (const name of OTHERS) define(prefix, name, others[name]);
  } catch (error) {
    // A page without network: tried again when it is back, since nothing of it can be drawn before.
    console.warn('OnceForm: the parts of a form could not be loaded.', error);
    addEventListener('online', () => void loadOthers(prefix), { once: true });
  }
}

function define(prefix: string, name: string, element: CustomElementConstructor): void {
  const tag = `${prefix}-${name}`;
  if (customElements.get(tag) !== undefined) return;
  // A class can have one name only, so each further prefix gets a subclass.
  customElements.define(tag, prefix === 'once' ? element : class extends (element as typeof HTMLElement) {});
}
