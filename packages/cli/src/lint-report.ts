// What lint found, in lines for people: place, severity, sentence, code, and the fix where there is one. A language that a
// form was not translated into would take a line for every text: it takes one.

import type { LintFinding } from '@onceform/compiler';
import { type CommandIo, style } from './command.ts';

const COLOURS = { error: 'red', warning: 'yellow', info: 'blue' } as const;

/** As many texts of a language are named one by one; of more, only where the first stand. */
const NAMED = 3;

/**
 * Empty when nothing was found.
 *
 * @param options.all names every text that is not translated.
 */
export function describeFindings(
  { file, findings }: { readonly file: string; readonly findings: readonly LintFinding[] },
  io: CommandIo,
  { all = false }: { readonly all?: boolean } = {},
): string {
  if (findings.length === 0) return '';
  const shown = all ? findings : byLanguage(findings);
  const width = Math.max(...shown.map(finding => placeOf(finding).length));
  const lines = shown.map(finding => {
    const head = `  ${placeOf(finding).padStart(width)}  ${style(io, COLOURS[finding.severity], finding.severity.padEnd(7))}  `;
    const indent = ' '.repeat(width + 13);
    const fix = finding.fix === undefined ? '' : `\n${indent}${style(io, 'green', `fix: ${finding.fix.description}`)}`;
    return `${head}${finding.message}\n${indent}${style(io, 'dim', `${finding.code}  ${finding.pointer || '/'}`)}${fix}\n`;
  });
  return `${style(io, 'underline', file)}\n${lines.join('')}\n`;
}

const placeOf = ({ line, column }: LintFinding): string => `${line}:${column}`;

/** The first text that a language lacks stands for all of them. */
function byLanguage(findings: readonly LintFinding[]): readonly LintFinding[] {
  return findings.flatMap(finding => {
    const group = findings.filter(({ language }) => language !== undefined && language === finding.language);
    if (group.length <= NAMED) return finding;
    if (group[0] !== finding) return [];
    const places = group.slice(0, NAMED).map(placeOf).join(', ');
    return {
      ...finding,
      message: `${group.length} texts are not translated into "${finding.language}", at ${places} and on; --all names them.`,
    };
  });
}
