// Our page of the slow-phone row: the form as a portal embeds it, and a word when its first box stands.

import type { CompiledForm } from '@onceform/core';
import '@onceform/elements/register';
import type { OnceForm } from '@onceform/elements';

const { default: form } = (await import(`${location.origin}/form.js`)) as { default: CompiledForm };
const element = document.createElement('once-form') as OnceForm;
element.locale = 'en';
element.form = form;
document.body.append(element);

const seen = new MutationObserver(() => {
  if (element.querySelector('input') === null) return;
  seen.disconnect();
  requestAnimationFrame(() => setTimeout(() => Object.assign(globalThis, { readyToType: performance.now() }), 0));
});
seen.observe(element, { childList: true, subtree: true });
