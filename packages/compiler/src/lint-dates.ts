// Lint rules about days: a form that ends, or has ended, and nothing that comes after. They speak only when they are told
// what day it is, so that a form that was right stays right in tests.

import type { LintRule } from './lint-context.ts';

/** Days ahead that whoever publishes forms needs to draw up and judge the next version. */
const AHEAD = 120;

export const ending: LintRule = function* ({ plan, options: { today } }) {
  const { validUntil, endReason } = (plan.form.procedure as { validUntil?: string; endReason?: string } | null) ?? {};
  if (today === undefined || validUntil === undefined) return;
  const days = Math.round((Date.parse(validUntil) - Date.parse(today)) / 86_400_000);
  if (!(days <= AHEAD)) return;
  const when = days < 0 ? `The form ended on ${validUntil}` : `The form ends on ${validUntil}, in ${days} days`;
  yield {
    code: 'FORM_ENDS',
    severity: 'warning',
    pointer: '/form/procedure/validUntil',
    message: `${when}: publish what comes after.${endReason === undefined ? ' "endReason" tells who comes too late why.' : ''}`,
  };
};
