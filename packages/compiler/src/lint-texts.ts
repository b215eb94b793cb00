// What lint says about words: fields, choices and patterns that nobody can understand, texts that nobody translated.

import { type Json, type JsonObject, type Pointer, isJsonObject, joinPointer, valueAt } from '@onceform/core';
import { type Finding, type LintContext, definitionSites, nodesOf, ownSite } from './lint-context.ts';
import { first } from './schema-view.ts';
import type { Site } from './resolve.ts';

/** LABEL_MISSING: a field nobody can name. */
export function* labels({ places, plan }: LintContext): Generator<Finding> {
  for (const { place, node } of nodesOf(places, plan.form)) {
    if (node.title !== undefined || place.path.length === 0 || place.path.at(-1) === null || node.kind === 'recursion')
      continue;
    const site = ownSite(place);
    if (site === null) continue;
    yield {
      code: 'LABEL_MISSING',
      severity: 'warning',
      pointer: site.pointer,
      message: `"${String(place.path.at(-1))}" has no title, so its name in the data is shown to people.`,
    };
  }
}

/** OPTION_TITLE_MISSING: an answer that is offered under its code. */
export function* optionTitles({ index }: LintContext): Generator<Finding> {
  for (const site of definitionSites(index)) {
    if (isInCondition(site)) continue;
    for (const keyword of ['oneOf', 'anyOf'] as const) {
      const list = site.schema[keyword];
      if (!Array.isArray(list) || list.length < 2) continue;
      for (const [i, branch] of (list as readonly Json[]).entries()) {
        if (
          !isJsonObject(branch)
          || branch.title !== undefined
          || branch.type === 'null'
          || branch.const === null
          || branch.$ref !== undefined
        )
          continue;
        if (branch.const === undefined && branch.properties === undefined) continue;
        yield {
          code: 'OPTION_TITLE_MISSING',
          severity: 'warning',
          pointer: joinPointer(site.pointer, keyword, i),
          message: 'This choice has no title, so nobody can tell what it means.',
        };
      }
    }
  }
}

/** TRANSLATION_MISSING and TRANSLATION_UNUSED. */
export function* translations({ definition, locale, options, index }: LintContext): Generator<Finding> {
  const form = isJsonObject(definition.form) ? definition.form : {};
  const locales = isJsonObject(form.locales) ? form.locales : {};
  const wanted = new Set([...(options.locales ?? options.pack?.locales ?? []), ...Object.keys(locales)]);
  wanted.delete(locale);
  const texts = textPointers(definition, index);
  for (const [name, translated] of Object.entries(locales)) {
    for (const pointer of Object.keys(isJsonObject(translated) ? translated : {})) {
      if (texts.has(pointer) || pointer.startsWith('/form/print/')) continue;
      const at = joinPointer('/form/locales', name, pointer);
      yield {
        code: 'TRANSLATION_UNUSED',
        severity: 'warning',
        pointer: at,
        message: `No text of the definition stands at "${pointer}".`,
        fix: { description: 'Remove the translation', edits: [{ pointer: at }] },
      };
    }
  }
  for (const name of wanted) {
    const translated = isJsonObject(locales[name]) ? (locales[name] as JsonObject) : {};
    for (const pointer of texts) {
      if (typeof translated[pointer] === 'string') continue;
      yield {
        code: 'TRANSLATION_MISSING',
        severity: 'warning',
        pointer,
        message: `${quoted(valueAt(definition, pointer))} is not translated into "${name}".`,
        language: name,
      };
    }
  }
}

/** PATTERN_UNEXPLAINED: an error about it could not say what to do. */
export function* explainedPatterns({ places }: LintContext): Generator<Finding> {
  for (const place of places) {
    const pattern = first(place.sites, 'pattern');
    if (place.kind !== 'field' || pattern === undefined || !pattern.site.document.isDefinition) continue;
    if (
      first(place.sites, 'hint') !== undefined
      || first(place.sites, 'description') !== undefined
      || first(place.sites, 'format') !== undefined
    )
      continue;
    yield {
      code: 'PATTERN_UNEXPLAINED',
      severity: 'warning',
      pointer: joinPointer(pattern.site.pointer, 'pattern'),
      message: 'Say in a "hint" what is expected here; people cannot read a regular expression.',
    };
  }
}

/** Pointers to every text of the definition that a translation can be given for. */
function textPointers(definition: JsonObject, index: LintContext['index']): Set<Pointer> {
  const out = new Set<Pointer>();
  const add = (owner: JsonObject, at: Pointer, keys: readonly string[]): void => {
    for (const key of keys) if (typeof owner[key] === 'string') out.add(joinPointer(at, key));
  };
  for (const site of definitionSites(index)) {
    if (isInCondition(site)) continue;
    add(site.schema, site.pointer, ['title', 'description', 'hint', 'placeholder']);
    if (Array.isArray(site.schema.checks))
      for (const [i, check] of (site.schema.checks as readonly Json[]).entries())
        if (isJsonObject(check)) add(check, joinPointer(site.pointer, 'checks', i), ['message']);
  }
  const walk = (value: Json | undefined, at: Pointer): void => {
    if (Array.isArray(value))
      (value as readonly Json[]).forEach((item, i) => {
        walk(item, joinPointer(at, i));
      });
    if (!isJsonObject(value)) return;
    add(value, at, [
      'title',
      'subtitle',
      'description',
      'name',
      'authority',
      'duration',
      'endReason',
      'result',
      'text',
      'label',
      'addressee',
      'commitment',
      'scope',
    ]);
    for (const [key, item] of Object.entries(value)) {
      // The official paper is in the official language.
      if (key === 'when' || key === 'locales' || (at === '/form' && key === 'print')) continue;
      if (key === 'legalBasis' && Array.isArray(item))
        item.forEach((text, i) => {
          if (typeof text === 'string') out.add(joinPointer(at, key, i));
        });
      else walk(item, joinPointer(at, key));
    }
  };
  walk(definition.form, '/form');
  return out;
}

/** The parts of a condition are never shown. */
function isInCondition(site: Site): boolean {
  return /\/when(?:\/|$)/.test(site.pointer);
}

/** A text as it is quoted in a finding: its beginning, if it is long. */
function quoted(text: Json | undefined): string {
  const characters = [...(typeof text === 'string' ? text.replace(/\s+/g, ' ') : 'This text')];
  if (typeof text !== 'string') return characters.join('');
  return `"${characters.length > 40 ? `${characters.slice(0, 39).join('')}…` : characters.join('')}"`;
}
