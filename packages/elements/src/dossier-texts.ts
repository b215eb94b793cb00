// What the dossier and the paper say of the answers: labels and words as the citizen read them, values with parts (an
// address) as one line.

import { isJsonObject, localize, reviewOf, valueAt, type FormState, type Pointer } from '@onceform/core';
import type { DossierTexts, textsOf } from '@onceform/dossier';
import type { FilingInput } from './filing.ts';

export interface Speaker {
  readonly locale: string;
  /** Lines over the title of the printed form. */
  readonly letterhead: readonly string[];
  readonly say: FilingInput['say'];
}

/** @param make `textsOf` of @onceform/dossier, which is loaded late. */
export function dossierTexts(
  state: FormState,
  { locale, letterhead, say }: Speaker,
  make: typeof textsOf,
): ReturnType<typeof textsOf> {
  const { form, data } = state;
  const wholes: Record<Pointer, string> = {};
  for (const { pointer } of form.reuse.flatMap(({ members }) => members)) {
    const value = pointer.includes('/[]') ? undefined : valueAt(data, pointer);
    const text = isJsonObject(value ?? null) ? say?.({ pointer, value }) : undefined;
    if (text !== undefined && text !== '') wholes[pointer] = text;
  }
  const about: Pick<DossierTexts, 'language' | 'title' | 'letterhead' | 'wholes'> = {
    language: locale,
    title: localize(form.title, locale, form.locale),
    letterhead,
    wholes,
  };
  return make(reviewOf(state), about, say);
}
