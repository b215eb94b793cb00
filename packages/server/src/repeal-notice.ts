// What a citizen is told of a form that is not used any more: since when, why, and what to use instead.

import type { LocalizedText, OnceFormError } from '@onceform/core';
import type { FormRegistry, RegisteredForm, Repeal } from './form-registry.ts';
import { en } from './locales/en.ts';
import { vi } from './locales/vi.ts';
import { refuse } from './problem.ts';

/** In both languages of the portal. */
export function repealNotice(
  { from, reason, replacedBy }: Repeal,
  registry: Pick<FormRegistry, 'versions'>,
): LocalizedText {
  const other = replacedBy === null ? undefined : registry.versions(replacedBy)[0]?.info.title;
  const [year, month, day] = from.split('-');
  const say = (locale: 'vi' | 'en', words: typeof en | typeof vi): string =>
    [
      words.FORM_REPEALED_SINCE.replace('{date}', `${day}/${month}/${year}`),
      textIn(reason, locale),
      replacedBy === null && textIn(reason, locale) === '' ? words.FORM_ENDED : '',
      other === undefined ? '' : words.FORM_REPLACED_BY.replace('{title}', textIn(other, locale)),
    ]
      .filter(part => part !== '')
      .join(' ');
  return { vi: say('vi', vi), en: say('en', en) };
}

/** @throws {OnceFormError} ERR_FORM_REPEALED with that notice, when the version is not used any more on the day. */
export function requireStanding(form: RegisteredForm, registry: FormRegistry, date: string): void {
  const standing = registry.standing(form, date);
  if (standing.state === 'repealed') throw repealed(standing.repeal, registry);
}

export function repealed(repeal: Repeal, registry: FormRegistry): OnceFormError {
  return refuse('ERR_FORM_REPEALED', `${repeal.slug} is not offered since ${repeal.from}.`, {
    message: repealNotice(repeal, registry),
  });
}

function textIn(text: LocalizedText, locale: string): string {
  return typeof text === 'string' ? text : (text[locale] ?? Object.values(text)[0] ?? '');
}
