// What lint says about keywords and their values, one by one.

import { type Json, type Pointer, isJsonObject, joinPointer } from '@onceform/core';
import recheck from 'recheck';
import { interpretFunctions } from './interpreter.ts';
import { FORM_KEYWORDS, isKnownKeyword } from './keywords.ts';
import { type Finding, type LintContext, definitionSites } from './lint-context.ts';
import { nearest } from './nearest.ts';

/** KEYWORD_UNKNOWN is noted by lowering; here it gets the keyword that was meant. */
export function* misspelled({ index }: LintContext): Generator<Finding> {
  for (const site of definitionSites(index)) {
    for (const [keyword, value] of Object.entries(site.schema)) {
      if (isKnownKeyword(keyword)) continue;
      // `x-…` is what people write for tools of their own.
      const meant = keyword.startsWith('x-') ? null : nearest(keyword, EVERY_KEYWORD);
      if (meant === null) continue;
      const pointer = joinPointer(site.pointer, keyword);
      yield {
        code: 'KEYWORD_MISSPELLED',
        severity: 'error',
        pointer,
        message: `"${keyword}" does nothing; "${meant}" is probably meant.`,
        ...(Object.hasOwn(site.schema, meant)
          ? {}
          : {
              fix: {
                description: `Rename it to "${meant}"`,
                edits: [{ pointer }, { pointer: joinPointer(site.pointer, meant), value }],
              },
            }),
      };
    }
  }
}

/** PATTERN_CATASTROPHIC: a text exists for which the pattern takes for ever. */
export function* catastrophicPatterns({ index }: LintContext): Generator<Finding> {
  for (const site of definitionSites(index)) {
    const patterns: [string, Pointer][] =
      typeof site.schema.pattern === 'string' ? [[site.schema.pattern, joinPointer(site.pointer, 'pattern')]] : [];
    if (isJsonObject(site.schema.patternProperties))
      for (const pattern of Object.keys(site.schema.patternProperties))
        patterns.push([pattern, joinPointer(site.pointer, 'patternProperties', pattern)]);
    for (const [pattern, pointer] of patterns) {
      const verdict = recheck.checkSync(pattern, 'u', { timeout: 2000 });
      if (verdict.status === 'vulnerable')
        yield {
          code: 'PATTERN_CATASTROPHIC',
          severity: 'error',
          pointer,
          message: `A text can make this pattern take ${verdict.complexity.type === 'exponential' ? 'exponential' : 'far too much'} time, and so stop the page and the server.`,
        };
      else if (verdict.status === 'unknown')
        yield {
          code: 'PATTERN_UNDECIDED',
          severity: 'info',
          pointer,
          message:
            'Whether this pattern can take for ever could not be decided in two seconds; a simpler one is safer.',
        };
    }
  }
}

/** VALUE_INVALID: a default, an example or an offered answer that the field itself refuses. */
export function* ownValues({ index, lowering, plan }: LintContext): Generator<Finding> {
  for (const site of definitionSites(index)) {
    const values: [Json, Pointer][] = [];
    if (site.schema.default !== undefined) values.push([site.schema.default, joinPointer(site.pointer, 'default')]);
    if (Array.isArray(site.schema.examples))
      for (const [i, example] of (site.schema.examples as readonly Json[]).entries())
        values.push([example, joinPointer(site.pointer, 'examples', i)]);
    if (values.length === 0) continue;
    const { self } = interpretFunctions({ definitions: plan.definitions, functions: { self: lowering.lower(site) } });
    for (const [value, pointer] of values) {
      const [error] = self!(value);
      if (error !== undefined)
        yield {
          code: 'VALUE_INVALID',
          severity: 'error',
          pointer,
          message: `The field itself refuses this value ("${error.keyword}").`,
        };
    }
  }
}

/** MULTIPLE_OF_FRACTION: floating point, so that languages disagree. */
export function* fractions({ index }: LintContext): Generator<Finding> {
  for (const site of definitionSites(index)) {
    const { multipleOf } = site.schema;
    if (typeof multipleOf !== 'number' || Number.isInteger(multipleOf)) continue;
    yield {
      code: 'MULTIPLE_OF_FRACTION',
      severity: 'warning',
      pointer: joinPointer(site.pointer, 'multipleOf'),
      message: 'Validators disagree about multiples of a fraction; count the smaller unit, as a whole number.',
    };
  }
}

const EVERY_KEYWORD = [
  'properties',
  'required',
  'type',
  'title',
  'description',
  'items',
  'enum',
  'const',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'uniqueItems',
  'default',
  'examples',
  'readOnly',
  'oneOf',
  'anyOf',
  'allOf',
  'additionalProperties',
  ...FORM_KEYWORDS,
];
