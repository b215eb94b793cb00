// An issue: one finding about one answer. Data, returned; never thrown.

import type { Json } from './json.ts';
import type { Pointer } from './pointer.ts';

/** `error` blocks filing, `warn` asks the citizen to confirm, `hint` only helps (domain/formats.md). */
export type IssueSeverity = 'error' | 'warn' | 'hint';

export interface Issue {
  /** Where the citizen puts it right: for `required` the missing member, not its parent. */
  readonly pointer: Pointer;
  /** The JSON Schema keyword that failed (`required`, `pattern`, `format`, …), or `rule`, `parse`, `locked`, `server`. */
  readonly keyword: string;
  readonly severity: IssueSeverity;
  /** What the sentence needs: `{ limit: 3 }`, `{ format: 'vn-personal-id' }`, `{ missing: 'fullName' }`, … */
  readonly params: { readonly [name: string]: Json };
  /** The id of the rule, for `rule`. */
  readonly rule?: string;
  /** Sentence by locale, where the definition or the server worded it. */
  readonly message?: LocalizedText;
}

/** Text by BCP 47 tag: `{ fr: 'Nom', en: 'Name' }`. A plain string is in the form's own language. */
export type LocalizedText = string | { readonly [locale: string]: string };

/** Picks a text: the locale, its language, the fallback, then whatever there is; `''` when there is nothing. */
export function localize(text: LocalizedText | undefined, locale: string, fallback = 'vi'): string {
  if (text === undefined || typeof text === 'string') return text ?? '';
  return text[locale] ?? text[locale.split('-')[0]!] ?? text[fallback] ?? Object.values(text)[0] ?? '';
}
