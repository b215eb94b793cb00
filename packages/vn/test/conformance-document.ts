// Works out docs/conformance.md from conformance.json: every demand of the five plans, and what answers it. A row may
// say "working" only with a test file that exists.

import { existsSync, readFileSync } from 'node:fs';
import { indicators } from '../src/indicators.ts';

export interface ConformanceRow {
  readonly id: string;
  readonly vi: string;
  readonly en: string;
  readonly seed: string;
  readonly status: 'working' | 'port' | 'not-ours';
  /** Test files, from the root of the repository. */
  readonly evidence: readonly string[];
  readonly note: string;
}

export const rows: readonly ConformanceRow[] = JSON.parse(
  readFileSync(new URL('./conformance.json', import.meta.url), 'utf8'),
);

const STATUS = { working: 'working', port: 'port', 'not-ours': 'not ours' } as const;
const BASIS = { 'own-events': 'own events', 'imported-counts': 'imported counts', 'not-ours': 'not ours' } as const;

/** Evidence that does not exist, as `row: file`. */
export function brokenEvidence(): readonly string[] {
  return rows.flatMap(row =>
    row.evidence
      .filter(file => !existsSync(new URL(`../../../${file}`, import.meta.url)))
      .map(file => `${row.id}: ${file}`),
  );
}

export function conformanceDocument(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const count = (status: ConformanceRow['status']): number => rows.filter(row => row.status === status).length;
  const table = (part: readonly ConformanceRow[]): string =>
    [
      '| # | Demand | | Seed | State | By |',
      '|---|---|---|---|---|---|',
      ...part.map(
        row =>
          `| ${row.id} | ${cell(row.vi)} | ${cell(row.en)} | ${cell(row.seed)} | **${STATUS[row.status]}** | ${cell(row.note)} ${row.evidence.map(file => `\`${file}\``).join(' ')} |`,
      ),
    ].join('\n');
  return `# Conformance with the provincial plans

Written by \`node packages/vn/scripts/documents.mjs\`; a test keeps it in step. *Working*: the named test shows it. *Port*: this
repository has the interface and tests it, a portal or agency connects the rest. *Not ours*: with the reason. ${count('working')} working,
${count('port')} ports, ${count('not-ours')} not ours. The state is that of what a demand asks of this software, not of a province: an eForm for 100 % of
services asks for forms that are data; the hundred per cent are written by the province. What the law marks as unsure is said in the definition or data it stands in.

## Demands of the seeds, §1–4

${table(rows.filter(row => !row.id.startsWith('§')))}

## Functions of electronic forms, §7

${table(rows.filter(row => row.id.startsWith('§')))}

## Indicators, §5

| Id | Name | Formula | Target | Counted from | |
|---|---|---|---|---|---|
${indicators.map(each => `| ${each.id} | ${cell(each.name.vi)} | ${cell(each.formula)} | ${cell(each.target)} | ${BASIS[each.basis]} | ${cell(each.why ?? '')} |`).join('\n')}
`;
}
