// onceform diff: what changed between two dossier packages, or between two form definitions.

import { parseArgs } from 'node:util';
import { style, UsageError, type Command } from '../command.ts';
import { languageOf, openFile, printFindings, verifyFlags, verifyHelp, verifyWith } from '../dossier-file.ts';
import { diffDefinitions } from '../definition-diff.ts';
import { diffPackages } from '../package-diff.ts';

const HELP = `Usage: onceform diff OLD NEW [options]

Compares the answers, origins, components and files of two packages that verify; or two
form definitions (*.json): what is additive, compatible or breaking, and how drafts migrate.

${verifyHelp}
  --json            the changes as JSON

Exit code: 0 nothing changed (definitions: nothing breaking), 1 something did, 2 one of them does not verify.
`;

export const diff: Command = {
  name: 'diff',
  summary: 'Compare two dossier packages, or two form definitions',
  help: HELP,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...verifyFlags, json: { type: 'boolean' } },
    });
    const [before, after, ...more] = positionals;
    if (before === undefined || after === undefined || more.length > 0)
      throw new UsageError('Give two packages, or two definitions, to compare.');
    if (before.endsWith('.json') && after.endsWith('.json'))
      return diffDefinitions(before, after, { json: values.json === true, pack: values.pack }, io);
    const verdicts = [];
    for (const file of [before, after]) {
      const verdict = await verifyWith(await openFile(file, io), values, io);
      if (!verdict.ok) {
        printFindings(
          verdict.findings.filter(({ status }) => status === 'failed'),
          languageOf(values.lang, io),
          { ...io, stdout: io.stderr },
        );
        throw new UsageError(`${file} does not verify.`);
      }
      verdicts.push(verdict);
    }
    const changes = diffPackages(verdicts[0]!, verdicts[1]!);
    if (values.json) {
      io.stdout.write(`${JSON.stringify(changes, null, 2)}\n`);
      return changes.length === 0 ? 0 : 1;
    }
    for (const { kind, at, before: one, after: two } of changes) {
      io.stdout.write(`${kind.padEnd(9)} ${at}\n`);
      if (one !== undefined) io.stdout.write(style(io, 'red', `  - ${JSON.stringify(one)}\n`));
      if (two !== undefined) io.stdout.write(style(io, 'green', `  + ${JSON.stringify(two)}\n`));
    }
    if (changes.length === 0) io.stdout.write('Nothing changed.\n');
    return changes.length === 0 ? 0 : 1;
  },
};
