// Importing this file registers the elements under their own names. `register` takes another prefix, so that two
// versions can stand on one page.

import { OnceForm } from './once-form.ts';

const elements: { readonly [name: string]: CustomElementConstructor } = {
  form: OnceForm,
};

/**
 * Registers every element as `<prefix-name>`. A name that is taken is left alone: the first version stays.
 *
 * @returns The names that were taken already.
 */
export function register(prefix = 'once'): readonly string[] {
  const taken: string[] = [];
  for (const [name, element] of Object.entries(elements)) {
    const tag = `${prefix}-${name}`;
    if (customElements.get(tag) !== undefined) taken.push(tag);
    // A class can have one name only, so each prefix gets a subclass.
    else customElements.define(tag, prefix === 'once' ? element : class extends (element as typeof HTMLElement) {});
  }
  return taken;
}

register();
