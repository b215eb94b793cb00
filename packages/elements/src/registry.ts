// Gives the elements their names. A prefix lets two versions stand on one page.

import { OnceDossier } from './once-dossier.ts';
import { OnceForm } from './once-form.ts';
import {
  OnceComponents,
  OnceErrorSummary,
  OnceField,
  OnceOrigin,
  OncePage,
  OncePrefill,
  OnceProgress,
  OnceReceipt,
  OnceReview,
  OnceTaskList,
} from './once-parts.ts';
import { OnceProvider } from './once-provider.ts';

const elements: { readonly [name: string]: CustomElementConstructor } = {
  form: OnceForm,
  provider: OnceProvider,
  page: OncePage,
  field: OnceField,
  'task-list': OnceTaskList,
  progress: OnceProgress,
  'error-summary': OnceErrorSummary,
  prefill: OncePrefill,
  origin: OnceOrigin,
  components: OnceComponents,
  review: OnceReview,
  receipt: OnceReceipt,
  dossier: OnceDossier,
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
    // A class can have one name only, so each further prefix gets a subclass.
    else customElements.define(tag, prefix === 'once' ? element : class extends (element as typeof HTMLElement) {});
  }
  return taken;
}
