// The language a form is shown in: state, because what a text means depends on it.

import { StateSlot } from './slot.ts';
import { StateEffectType } from './transaction.ts';

export const setLocaleEffect = StateEffectType.define<string>('setLocale');

/** BCP 47. */
export const localeSlot: StateSlot<string> = StateSlot.define<string>({
  create: state => state.config.locale ?? state.form.locale,
  update(locale, tr) {
    const next = tr.effectsOf(setLocaleEffect).at(-1) ?? locale;
    if (next !== locale) tr.subtrees.add('');
    return next;
  },
});
