// The country pack: all that a country brings. Passed in; the engine knows no country.

import type { ReusePolicy, Sensitivity } from './compiled.ts';
import type { IssueSeverity, LocalizedText } from './issue.ts';
import type { Json } from './json.ts';
import type { ConceptId, SourceRef } from './statement.ts';

export interface CountryPack {
  /** `vn`: also the prefix of its formats. */
  readonly id: string;
  readonly version: string;
  /** First is the official one. */
  readonly locales: readonly string[];
  readonly timeZone: string;
  readonly concepts: { readonly [id: ConceptId]: ConceptSpec };
  readonly formats: { readonly [name: string]: FormatSpec };
  readonly codeLists: { readonly [id: string]: CodeListSpec };
  /** Functions rules may call beside the built-in ones, by name. */
  readonly functions: { readonly [name: string]: RuleFunction };
  /** Schemas that definitions may `$ref`, by `$id`. */
  readonly schemas: { readonly [id: string]: Json };
  /** Lines over the title of an official declaration, in the official language; a rule as wide as the last one goes below. */
  readonly letterhead?: readonly string[];
  readonly calendar: Calendar;
  readonly dossierCode: DossierCodeScheme;
  /**
   * Turns a value into a form in which spelling variants of it are equal (tone placement, look-alike letters, old
   * and new administrative units), so that two sources that mean the same are not in conflict. Only compared, never
   * stored or shown. Absent: NFC, spaces and letter case.
   */
  comparable?(concept: ConceptId, value: Json): Json;
}

export interface ConceptSpec {
  readonly id: ConceptId;
  readonly label: LocalizedText;
  readonly sensitivity: Sensitivity;
  /** Ids of sources that can give it, in order of trust. */
  readonly sources: readonly string[];
  readonly autocomplete?: string;
  /** The default policy; a form may only narrow it. */
  readonly reuse?: Partial<ReusePolicy>;
  /** The JSON Schema of its value, where the dictionary fixes one. */
  readonly schema?: Json;
}

/** A format of a country. `pattern` is what pure JSON Schema keeps of it. */
export interface FormatSpec {
  readonly name: string;
  readonly label: LocalizedText;
  /** ECMA-262 with `u`, anchored. The error strength must be in here, or in a rule: nothing else is published. */
  readonly pattern: string;
  /** A sentence for a value that fails. */
  readonly message: LocalizedText;
  /** An example that is right, and invented. */
  readonly example: string;
  readonly inputMode?: 'text' | 'numeric' | 'tel' | 'email';
  /** Turns what was typed into what is stored: spaces, full-width digits, letter case. Never guesses. */
  normalize?(text: string): string;
  /** Turns what is stored into what is shown: groups of digits. */
  display?(value: string): string;
  /** Warnings and hints; errors are the pattern's business. */
  advise?(value: string): readonly FormatAdvice[];
  /** Masked for screens: `025 ••• ••• 010`. */
  mask?(value: string): string;
}

export interface FormatAdvice {
  readonly severity: Exclude<IssueSeverity, 'error'>;
  readonly message: LocalizedText;
}

export interface CodeListSpec {
  readonly id: string;
  readonly title: LocalizedText;
  /** The list that narrows it: communes are within provinces. */
  readonly within?: string;
  readonly count: number;
  /** For lists of more than 300 entries: the pattern of a code; exact membership is a rule. */
  readonly pattern?: string;
  /** SHA-256 of the canonical JSON of all entries. */
  readonly digest: string;
  readonly source?: string;
  readonly licence?: string;
  /** Entries, of one part when `within` is given. Sorted for reading. */
  load(within?: string): Promise<readonly CodeEntry[]>;
}

export interface CodeEntry {
  readonly code: string;
  readonly label: LocalizedText;
  /** Further words it is found by; search ignores case and diacritics. */
  readonly aliases?: readonly string[];
  readonly within?: string;
  readonly validFrom?: string;
  readonly validUntil?: string;
}

export interface RuleFunction {
  /** CEL overloads: `['int', 'string']` in, `string` out. */
  readonly parameters: readonly ('string' | 'int' | 'double' | 'bool' | 'dyn')[];
  readonly result: 'string' | 'int' | 'double' | 'bool';
  readonly description: string;
  /** Pure. Integers arrive as numbers. */
  call(...args: readonly Json[]): Json;
}

export interface Calendar {
  /** Dates are `YYYY-MM-DD` in the pack's time zone. */
  isWorkingDay(date: string): boolean;
  /** The date `days` working days after `date`; 0 is the same day. */
  addWorkingDays(date: string, days: number): string;
}

export interface DossierCodeScheme {
  /** `serial` counts from 1 for an agency and day. */
  format(agency: string, date: string, serial: number): string;
  pattern: string;
}

export type { SourceRef };
