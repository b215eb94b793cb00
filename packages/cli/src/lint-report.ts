// What lint found, in lines for people: place, severity, sentence, code, and the fix where there is one.

import type { LintFinding } from '@onceform/compiler';
import { type CommandIo, style } from './command.ts';

const COLOURS = { error: 'red', warning: 'yellow', info: 'blue' } as const;

/** Empty when nothing was found. */
export function describeFindings(
  { file, findings }: { readonly file: string; readonly findings: readonly LintFinding[] },
  io: CommandIo,
): string {
  if (findings.length === 0) return '';
  const place = (finding: LintFinding): string => `${finding.line}:${finding.column}`;
  const width = Math.max(...findings.map(finding => place(finding).length));
  const lines = findings.map(finding => {
    const head = `  ${place(finding).padStart(width)}  ${style(io, COLOURS[finding.severity], finding.severity.padEnd(7))}  `;
    const indent = ' '.repeat(width + 13);
    const fix = finding.fix === undefined ? '' : `\n${indent}${style(io, 'green', `fix: ${finding.fix.description}`)}`;
    return `${head}${finding.message}\n${indent}${style(io, 'dim', `${finding.code}  ${finding.pointer || '/'}`)}${fix}\n`;
  });
  return `${style(io, 'underline', file)}\n${lines.join('')}\n`;
}
