// The lint rules, in the order they are asked.

import { conditions, pages, requiredMembers } from './lint-conditions.ts';
import type { LintRule } from './lint-context.ts';
import { ending } from './lint-dates.ts';
import { catastrophicPatterns, fractions, misspelled, ownValues } from './lint-keywords.ts';
import { components, policies, unbound } from './lint-reuse.ts';
import { explainedPatterns, labels, optionTitles, translations } from './lint-texts.ts';

export const LINT_RULES: readonly LintRule[] = [
  labels,
  optionTitles,
  translations,
  explainedPatterns,
  pages,
  conditions,
  requiredMembers,
  misspelled,
  catastrophicPatterns,
  ownValues,
  fractions,
  unbound,
  components,
  policies,
  ending,
];
