// Whether the forms can be opened without a network: only where somebody asked for it, on this device.

import { forgetForms, keepForms } from '@onceform/elements/offline';

const KEY = 'onceform-offline';
const OPTIONS = { worker: '/once-offline.js', list: '/assets/offline.json' };

export const offline = {
  get on() {
    try {
      return localStorage.getItem(KEY) === 'on';
    } catch {
      return false;
    }
  },
  /** @returns {Promise<'kept' | 'missed' | 'off'>} */
  async turn(on) {
    if (!on) {
      localStorage.removeItem(KEY);
      await forgetForms();
      return 'off';
    }
    const kept = await keepForms(OPTIONS);
    if (kept) localStorage.setItem(KEY, 'on');
    // The page that stands, and its form, as a visit would have kept them.
    if (kept) await Promise.all([fetch(location.pathname), ...visited()]);
    return kept ? 'kept' : 'missed';
  },
};

/** The forms and code lists of this page were asked for before the worker was there. */
function visited() {
  return performance
    .getEntriesByType('resource')
    .map(({ name }) => new URL(name))
    .filter(({ origin, pathname }) => origin === location.origin && /^\/api\/(?:forms|code-lists)\//.test(pathname))
    .map(({ href }) => fetch(href));
}

// A newer version of the portal is kept with the next visit.
if (offline.on) void keepForms(OPTIONS);
