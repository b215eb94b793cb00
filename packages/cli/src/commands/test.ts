// onceform test: runs the form tests that stand beside definitions.

import { parseArgs } from 'node:util';
import type { FormTestReport } from '@onceform/core/form-test';
import { type Command, type CommandIo, style, UsageError } from '../command.ts';
import { readDefinitions, readPack } from '../definitions.ts';
import { runTestsOf } from '../form-tests.ts';
import { simulatedSourcesOf } from '../prefill-port.ts';

const HELP = `Usage: onceform test <file or folder>… [options]

Runs <name>.tests.json beside each <name>.form.json.

  --pack <module>   country pack: "vn" (default), "none", or a module that exports one; tests that ask sources
                    use the simulated ones of <module>/sources and <module>/personas
  --json            a machine-readable report

Exit code: 0 every test holds, 1 one fails, 2 could not run.
`;

export const test: Command = {
  name: 'test',
  summary: 'Run the tests of forms',
  help: HELP,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { pack: { type: 'string' }, json: { type: 'boolean' } },
    });
    if (positionals.length === 0) throw new UsageError('Name at least one definition or folder.');
    const pack = await readPack(values.pack, io);
    const sources = pack === undefined ? null : await simulatedSourcesOf(values.pack);
    const reports: ({ file: string } & FormTestReport)[] = [];
    const untested: string[] = [];
    for (const file of await readDefinitions(positionals, io)) {
      const report = await runTestsOf(file, pack, sources);
      if (report === null) {
        untested.push(file.name);
        continue;
      }
      reports.push({ file: file.name, ...report });
      if (values.json !== true) describe(file.name, report, io);
    }
    const all = reports.flatMap(report => report.results);
    const failed = all.filter(result => !result.ok).length;
    if (values.json === true)
      io.stdout.write(`${JSON.stringify({ tests: all.length, failed, untested, forms: reports }, null, 2)}\n`);
    else {
      for (const name of untested) io.stdout.write(`${style(io, 'yellow', '–')} ${name} has no tests\n`);
      io.stdout.write(
        style(
          io,
          failed > 0 ? 'red' : 'green',
          `${all.length} test${all.length === 1 ? '' : 's'} of ${reports.length} form${reports.length === 1 ? '' : 's'}: ${failed} failed`,
        ) + '\n',
      );
    }
    return failed > 0 || all.length === 0 ? 1 : 0;
  },
};

function describe(file: string, report: FormTestReport, io: CommandIo): void {
  io.stdout.write(`${style(io, 'underline', file)}\n`);
  for (const result of report.results) {
    io.stdout.write(`  ${result.ok ? style(io, 'green', '✓') : style(io, 'red', '✗')} ${result.name}\n`);
    if (result.error !== undefined) io.stdout.write(`      ${result.error}\n`);
    for (const { at, what, expected, actual } of result.failures) {
      io.stdout.write(
        `      ${at}: ${what}\n        ${style(io, 'green', `expected ${JSON.stringify(expected) ?? 'nothing'}`)}\n        ${style(io, 'red', `got      ${JSON.stringify(actual) ?? 'nothing'}`)}\n`,
      );
    }
  }
}
