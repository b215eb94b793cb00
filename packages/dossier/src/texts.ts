// data/texts.json: the labels and words the citizen read, so that the dossier can be read without the form's software
// and without code lists. Made from the review screen; it is the builder's word, which a receiver compares with its own.

import { isJsonObject, type Json, type JsonObject, type Pointer } from '@onceform/core';

export const TEXTS_FORMAT = 'https://onceform.dev/texts/1';

export interface DossierTexts extends SpokenTexts {
  readonly format: typeof TEXTS_FORMAT;
  /** The lines a country puts over its forms, so that a copy can be made again without the country's pack. */
  readonly letterhead?: readonly string[];
  /** Who decides, as the declaration addresses them. */
  readonly addressee?: string;
  /** The same in the language of the official form, where the citizen read another: what the paper says. */
  readonly official?: SpokenTexts;
}

/** Labels and answers in one language. */
export interface SpokenTexts {
  /** BCP 47. */
  readonly language: string;
  readonly title: string;
  readonly sections: readonly TextSection[];
  /** Answers of several parts as one text, by pointer: an address. */
  readonly wholes?: Readonly<Record<Pointer, string>>;
}

export interface TextSection {
  readonly title: string;
  readonly rows: readonly TextRow[];
}

export interface TextRow {
  readonly pointer: Pointer;
  readonly label: string;
  /** Titles of the groups between the section and the answer. */
  readonly within: readonly string[];
  /** As people read it; empty where nothing was answered. */
  readonly text: string;
}

/** What a review gives: core's `reviewOf(state)` fits. */
export interface ReviewLike {
  readonly sections: readonly {
    readonly title: string;
    readonly rows: readonly (TextRow & { readonly value: Json | undefined })[];
  }[];
}

/**
 * Writes the texts of a review. `textOf` gives the words for an answer where the review has only a code: an entry of a
 * long code list.
 */
export function textsOf(
  review: ReviewLike,
  about: Omit<DossierTexts, 'format' | 'sections'>,
  textOf?: (row: TextRow & { readonly value: Json | undefined }) => string | undefined,
): DossierTexts & JsonObject {
  const { letterhead = [], addressee = '', official } = about;
  const texts: DossierTexts = {
    format: TEXTS_FORMAT,
    ...spokenTexts(review, about, textOf),
    ...(letterhead.length === 0 ? {} : { letterhead: [...letterhead] }),
    ...(addressee === '' ? {} : { addressee }),
    ...(official === undefined ? {} : { official }),
  };
  return texts as DossierTexts & JsonObject;
}

/** The part of the texts that is in one language. */
export function spokenTexts(
  review: ReviewLike,
  { language, title, wholes = {} }: Omit<SpokenTexts, 'sections'>,
  textOf?: (row: TextRow & { readonly value: Json | undefined }) => string | undefined,
): SpokenTexts {
  return {
    language,
    title,
    sections: review.sections.map(section => ({
      title: section.title,
      rows: section.rows.map(row => ({
        pointer: row.pointer,
        label: row.label,
        within: [...row.within],
        text: textOf?.(row) ?? row.text,
      })),
    })),
    ...(Object.keys(wholes).length === 0 ? {} : { wholes: { ...wholes } }),
  };
}

/** Tells whether a parsed file has the shape of texts. */
export function isTexts(value: Json | undefined): value is DossierTexts & JsonObject {
  return (
    isSpoken(value)
    && value['format'] === TEXTS_FORMAT
    && (value['letterhead'] === undefined || (Array.isArray(value['letterhead']) && value['letterhead'].every(isText)))
    && (value['addressee'] === undefined || isText(value['addressee']))
    && (value['official'] === undefined || isSpoken(value['official']))
  );
}

function isText(member: Json | undefined): boolean {
  return typeof member === 'string';
}

function isSpoken(value: Json | undefined): value is SpokenTexts & JsonObject {
  return (
    isJsonObject(value)
    && isText(value['language'])
    && isText(value['title'])
    && (value['wholes'] === undefined
      || (isJsonObject(value['wholes']) && Object.values(value['wholes']).every(isText)))
    && Array.isArray(value['sections'])
    && value['sections'].every(
      (section: Json) =>
        isJsonObject(section)
        && isText(section['title'])
        && Array.isArray(section['rows'])
        && section['rows'].every(
          (row: Json) =>
            isJsonObject(row)
            && isText(row['pointer'])
            && isText(row['label'])
            && isText(row['text'])
            && Array.isArray(row['within'])
            && row['within'].every(isText),
        ),
    )
  );
}
