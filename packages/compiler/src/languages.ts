// A form in several languages, taken apart: the form with a number where a text stands, and one list of texts for each
// language. A page loads the form once and the language it needs; another language joins the same form later.

import { isJsonObject, type Json, type JsonObject } from '@onceform/core';

export interface SeparatedTexts {
  /** The value with `mark` in the place of each text. */
  readonly value: Json;
  /** A text that is no other text of the value. */
  readonly mark: string;
  readonly count: number;
  /**
   * What each language adds, `{ vi: [text of the first mark, of the second, …] }`. Where a text was not translated,
   * `{ en: […, null], vi: { '1': text } }`: the text that stands in, under its own language.
   */
  readonly languages: Readonly<Record<string, JsonObject>>;
}

// Data, in which an object is no text even if it looks like one.
const DATA = new Set(['default', 'examples', 'const', 'constraints', 'discriminator']);

/**
 * Separates the texts of a planned form.
 *
 * @param locales the languages of the form, its own first; a text in others only stays where it is.
 */
export function separateTexts(form: Json, locales: readonly string[]): SeparatedTexts {
  const source = JSON.stringify(form);
  let mark = '$';
  while (source.includes(`"${mark}"`)) mark += '$';
  const texts: JsonObject[] = [];
  const visit = (value: Json): Json => {
    if (Array.isArray(value)) return (value as readonly Json[]).map(visit);
    if (!isJsonObject(value)) return value;
    if (isText(value, locales)) {
      texts.push(value);
      return mark;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, DATA.has(key) ? member : visit(member)]),
    );
  };
  const value = visit(form);
  const used = locales.filter(locale => texts.some(text => Object.hasOwn(text, locale)));
  return {
    value,
    mark,
    count: texts.length,
    languages: Object.fromEntries(used.map(locale => [locale, textsIn(locale, texts, used)])),
  };
}

/** An object of texts, or of Markdown, by language. */
function isText(value: JsonObject, locales: readonly string[]): boolean {
  const entries = Object.entries(value);
  return (
    entries.length > 0
    && entries.every(([key, text]) => locales.includes(key) && (typeof text === 'string' || isMarkdown(text)))
  );
}

function isMarkdown(text: Json): boolean {
  return (
    Array.isArray(text) && (text as readonly Json[]).every(block => isJsonObject(block) && block.kind !== undefined)
  );
}

function textsIn(locale: string, texts: readonly JsonObject[], locales: readonly string[]): JsonObject {
  const out: Record<string, Json> = { [locale]: texts.map(text => text[locale] ?? null) };
  texts.forEach((text, i) => {
    const other = locales.find(each => Object.hasOwn(text, each));
    if (Object.hasOwn(text, locale) || other === undefined) return;
    out[other] = { ...(out[other] as JsonObject | undefined), [i]: text[other]! };
  });
  return out;
}
