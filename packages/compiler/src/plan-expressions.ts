// Computed values and checks as they stand in a definition, at every place they are about.

import { formatPattern, isJsonObject, joinPointer, type Json, OnceFormError, type PublishedRule } from '@onceform/core';
import { analyseExpression, type Expression } from './expression.ts';
import type { Place } from './place.ts';
import type { Site } from './resolve.ts';
import { Texts } from './texts.ts';

export interface PlannedComputed {
  readonly place: Place;
  readonly pointer: string;
  readonly type: string;
  readonly expression: Expression;
}
export interface PlannedRule {
  readonly id: string;
  readonly place: Place;
  readonly site: Site;
  readonly pointer: string;
  readonly severity: 'error' | 'warn' | 'hint';
  readonly message: PublishedRule['message'] & {};
  readonly expression: Expression;
}

/**
 * Reads every `compute` and `checks`.
 *
 * @param locale of texts that are in one language only.
 * @throws {OnceFormError} ERR_DEFINITION_INVALID, ERR_RULE_INVALID.
 */
export function planExpressions(
  places: readonly Place[],
  locale: string,
): { computed: PlannedComputed[]; rules: PlannedRule[] } {
  const out: { computed: PlannedComputed[]; rules: PlannedRule[] } = { computed: [], rules: [] };
  const ids = new Set<string>();
  for (const place of places) {
    for (const site of place.sites) {
      if (typeof site.schema === 'boolean') continue;
      const { compute, checks } = site.schema;
      if (compute !== undefined) {
        const pointer = joinPointer(site.pointer, 'compute');
        if (typeof compute !== 'string')
          throw new OnceFormError('ERR_DEFINITION_INVALID', '"compute" is a CEL expression.', { pointer });
        const type = ['string', 'integer', 'number', 'boolean'].includes(place.type ?? '') ? place.type! : 'any';
        out.computed.push({
          place,
          pointer,
          type,
          expression: analyseExpression(compute, place.path, pointer, false, place.scope !== null),
        });
      }
      if (checks === undefined) continue;
      const list = joinPointer(site.pointer, 'checks');
      if (!Array.isArray(checks))
        throw new OnceFormError('ERR_DEFINITION_INVALID', '"checks" is a list of { rule, message }.', {
          pointer: list,
        });
      const texts = new Texts(site.document, locale);
      for (const [i, check] of (checks as readonly Json[]).entries()) {
        const pointer = joinPointer(list, i);
        const message = isJsonObject(check) ? texts.member(check, pointer, 'message') : undefined;
        if (!isJsonObject(check) || typeof check.rule !== 'string' || message === undefined)
          throw new OnceFormError('ERR_DEFINITION_INVALID', 'A check has a "rule" and a "message".', { pointer });
        const severity = check.severity ?? 'error';
        if (severity !== 'error' && severity !== 'warn' && severity !== 'hint')
          throw new OnceFormError('ERR_DEFINITION_INVALID', '"severity" is error, warn or hint.', {
            pointer: joinPointer(pointer, 'severity'),
          });
        const wish =
          typeof check.id === 'string'
            ? check.id
            : `check:${place.scope === null ? '' : `${place.scope}#`}${formatPattern(place.path)}`;
        let id = wish;
        for (let n = 2; ids.has(id); n++) id = `${wish}:${n}`;
        ids.add(id);
        out.rules.push({
          id,
          place,
          site,
          pointer,
          severity,
          message,
          expression: analyseExpression(
            check.rule,
            place.path,
            joinPointer(pointer, 'rule'),
            true,
            place.scope !== null,
          ),
        });
      }
    }
  }
  return out;
}
