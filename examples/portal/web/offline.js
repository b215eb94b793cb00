// Whether the forms can be opened without a network: only where somebody asked for it, on this device.

import { openDraftStore } from '@onceform/elements/drafts';
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
      await forgetForms(openDraftStore());
      return 'off';
    }
    const kept = await keepForms(OPTIONS);
    if (kept) localStorage.setItem(KEY, 'on');
    return kept ? 'kept' : 'missed';
  },
};

// A newer version of the portal is kept with the next visit.
if (offline.on) void keepForms(OPTIONS);
