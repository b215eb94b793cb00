// onceform lint: says what is likely wrong with forms, where, and how to put it right.

import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { applyFixes, lintForm, type LintFinding } from '@onceform/compiler';
import type { JsonObject } from '@onceform/core';
import { type Command, type CommandIo, requireDate, style, UsageError } from '../command.ts';
import { readDefinitions, readPack } from '../definitions.ts';
import { describeFindings } from '../lint-report.ts';

const HELP = `Usage: onceform lint <file or folder>… [options]

Folders are searched for *.form.json.

  --pack <module>     country pack: "vn" (default), "none", or a module that exports one
  --locale <tag>      a language every text has to be in; may be repeated (default: those of the pack)
  --today <date>      the day forms are judged on, for those that end (default: today)
  --fix               apply the fixes there are, and write the files
  --quiet             errors only
  --all               every text that is not translated, not a line for each language
  --max-warnings <n>  more warnings than this are an error
  --json              a machine-readable report

Exit code: 0 no errors, 1 errors, 2 could not run.
`;

export const lint: Command = {
  name: 'lint',
  summary: 'Say what is likely wrong with forms, and where',
  help: HELP,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        pack: { type: 'string' },
        locale: { type: 'string', multiple: true },
        today: { type: 'string' },
        fix: { type: 'boolean' },
        quiet: { type: 'boolean' },
        all: { type: 'boolean' },
        'max-warnings': { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    if (positionals.length === 0) throw new UsageError('Name at least one definition or folder.');
    const limit = values['max-warnings'] === undefined ? Infinity : Number(values['max-warnings']);
    if (Number.isNaN(limit)) throw new UsageError('--max-warnings takes a number.');
    const { today = new Date().toISOString().slice(0, 10) } = values;
    requireDate('--today', today);
    const pack = await readPack(values.pack, io);
    const options = {
      today,
      ...(pack === undefined ? {} : { pack }),
      ...(values.locale === undefined ? {} : { locales: values.locale }),
    };
    const files = await readDefinitions(positionals, io);
    const reports: { file: string; findings: readonly LintFinding[] }[] = [];
    for (const [i, file] of files.entries()) {
      progress(io, values.json === true, i, files.length, file.name);
      let findings = await lintForm(file.text, options);
      if (values.fix === true && findings.some(finding => finding.fix !== undefined)) {
        const fixed = `${JSON.stringify(applyFixes(JSON.parse(file.text) as JsonObject, findings), null, 2)}\n`;
        await writeFile(file.path, fixed);
        findings = await lintForm(fixed, options);
      }
      reports.push({
        file: file.name,
        findings: values.quiet === true ? findings.filter(finding => finding.severity === 'error') : findings,
      });
    }
    progress(io, values.json === true, files.length, files.length, '');
    const count = (severity: LintFinding['severity']): number =>
      reports.reduce((sum, report) => sum + report.findings.filter(finding => finding.severity === severity).length, 0);
    const errors = count('error');
    const warnings = count('warning');
    const fixable = reports.reduce(
      (sum, report) => sum + report.findings.filter(finding => finding.fix !== undefined).length,
      0,
    );
    if (values.json === true) io.stdout.write(`${JSON.stringify({ errors, warnings, files: reports }, null, 2)}\n`);
    else
      io.stdout.write(
        `${reports.map(report => describeFindings(report, io, { all: values.all === true })).join('')}${summary(files.length, errors, warnings, fixable, io)}\n`,
      );
    return errors > 0 || warnings > limit ? 1 : 0;
  },
};

function summary(files: number, errors: number, warnings: number, fixable: number, io: CommandIo): string {
  const number = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
  const repairable = fixable === 0 ? '' : `; --fix puts ${fixable === 1 ? 'one' : fixable} right`;
  const text = `${number(files, 'form')}: ${number(errors, 'error')}, ${number(warnings, 'warning')}${repairable}`;
  return style(io, errors > 0 ? 'red' : warnings > 0 ? 'yellow' : 'green', text);
}

// One line that is overwritten, on a terminal only.
function progress(io: CommandIo, isJson: boolean, done: number, all: number, name: string): void {
  if (!io.isTTY || isJson || all < 2) return;
  io.stderr.write(done === all ? '\r\x1b[K' : `\r\x1b[K${done + 1}/${all} ${name}`);
}
