// What the dossier and the paper say of the answers: labels and words as the citizen read them, and as the official form
// says them, values with parts (an address) as one line.

import {
  isJsonObject,
  joinPointer,
  localize,
  reviewOf,
  valueAt,
  type FormState,
  type Json,
  type LabelOf,
  type PaperWords,
  type Pointer,
} from '@onceform/core';
import type { DossierTexts, spokenTexts, SpokenTexts, textsOf } from '@onceform/dossier';

/** Who finds the words for a dossier: the desk of an element, over the pack of a country. */
export interface Speaker {
  /** Lines over the title of the printed form. */
  readonly letterhead?: readonly string[] | undefined;
  /** How the country's paper says answers of several parts, and who it is addressed to. */
  readonly paper?: PaperWords | undefined;
  /** An answer in words, where a code needs its list: what the dossier keeps for readers without our lists. */
  say?(row: { readonly pointer: Pointer; readonly value: Json | undefined }, locale: string): string | undefined;
  /** Brings a language, before anything is said in it. */
  learn?(locale: string): Promise<unknown>;
  /** Names codes for the paper. */
  readonly labelOf?: LabelOf;
}

/** `textsOf` and `spokenTexts` of @onceform/dossier, which is loaded late. */
export interface TextMakers {
  readonly textsOf: typeof textsOf;
  readonly spokenTexts: typeof spokenTexts;
}

export async function dossierTexts(
  state: FormState,
  locale: string,
  speaker: Speaker,
  { textsOf: write, spokenTexts: writeIn }: TextMakers,
): Promise<ReturnType<typeof textsOf>> {
  const { letterhead = [], paper, labelOf } = speaker;
  const { form, data } = state;
  const official = form.locale;
  const saying = (language: string) => (row: Parameters<NonNullable<Speaker['say']>>[0]) =>
    speaker.say?.(row, language);
  let addressee = '',
    onPaper: Readonly<Record<Pointer, string>> = {};
  if (paper !== undefined && labelOf !== undefined) {
    addressee = await paper.addressee(form.procedure?.code ?? '', data, labelOf).catch(() => '');
    onPaper = await wholesOf(data, paper, labelOf);
  }
  const about = (language: string) => ({
    language,
    title: localize(form.title, language, form.locale),
    wholes: { ...reusedWholes(state, saying(language)), ...(language === official ? onPaper : {}) },
  });
  if (locale !== official) await speaker.learn?.(official);
  const inOfficial = (): SpokenTexts => writeIn(reviewOf(state, official), about(official), saying(official));
  const texts: Omit<DossierTexts, 'format' | 'sections'> = {
    ...about(locale),
    letterhead,
    addressee,
    ...(locale === official ? {} : { official: inOfficial() }),
  };
  return write(reviewOf(state, locale), texts, saying(locale));
}

/** Records and groups that a source may fill, each as one text. */
function reusedWholes(
  { form, data }: FormState,
  say: (row: { readonly pointer: Pointer; readonly value: Json }) => string | undefined,
): Record<Pointer, string> {
  const wholes: Record<Pointer, string> = {};
  for (const { pointer } of form.reuse.flatMap(({ members }) => members)) {
    const value = pointer.includes('/[]') ? undefined : valueAt(data, pointer);
    const text = isJsonObject(value) ? say({ pointer, value }) : undefined;
    if (text !== undefined && text !== '') wholes[pointer] = text;
  }
  return wholes;
}

/** What the country's paper says in one sentence, outermost first. A list that does not come leaves the parts. */
async function wholesOf(
  value: Json | undefined,
  paper: PaperWords,
  labelOf: LabelOf,
  pointer: Pointer = '',
): Promise<Record<Pointer, string>> {
  if (typeof value !== 'object' || value === null) return {};
  const whole = isJsonObject(value) ? await paper.whole(value, labelOf).catch(() => undefined) : undefined;
  if (whole !== undefined) return whole === '' ? {} : { [pointer]: whole };
  const inner = await Promise.all(
    Object.entries(value).map(([key, member]) => wholesOf(member as Json, paper, labelOf, joinPointer(pointer, key))),
  );
  return Object.assign({}, ...inner) as Record<Pointer, string>;
}
