// Several findings about one answer mostly have one cause: a code that is on no list breaks its shape, the list and the
// rules about it. People are told once, and what else there is when that is put right.

import type { FieldNode } from './compiled.ts';
import type { Issue } from './issue.ts';

/** What the schema says of a value itself, the most telling first. */
const SHAPE: readonly (readonly string[])[] = [
  ['type'],
  ['enum', 'const'],
  ['format'],
  ['minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ['pattern'],
];
const CONSEQUENCES: ReadonlySet<string> = new Set(['rule', 'advice']);

/**
 * The issues of one answer without those that follow from another of them: where the schema refuses the value, what rules
 * and advice say of it, and all but the most telling of its own errors. The order stays.
 */
export function oncePerCause(issues: readonly Issue[], field: FieldNode | undefined): readonly Issue[] {
  if (issues.length < 2) return issues;
  const rankOf = ({ keyword }: Issue): number =>
    SHAPE.findIndex(keywords =>
      keywords.includes(
        // A code list and a format are published as patterns, and have sentences of their own.
        keyword !== 'pattern'
          ? keyword
          : field?.codeList !== undefined
            ? 'enum'
            : field?.format === undefined
              ? keyword
              : 'format',
      ),
    );
  const shape = issues.filter(issue => rankOf(issue) >= 0);
  if (shape.length === 0 && !issues.some(({ keyword }) => keyword === 'parse')) return issues;
  const told = shape.reduce<Issue | null>(
    (best, issue) => (best === null || rankOf(issue) < rankOf(best) ? issue : best),
    null,
  );
  return issues.filter(issue => issue === told || (rankOf(issue) < 0 && !CONSEQUENCES.has(issue.keyword)));
}
