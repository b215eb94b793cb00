// onceform verify: says what holds of a package, what does not, and what nobody looked at.

import { parseArgs } from 'node:util';
import { style, UsageError, type Command } from '../command.ts';
import { languageOf, openFile, printFindings, verifyFlags, verifyHelp, verifyWith } from '../dossier-file.ts';

const HELP = `Usage: onceform verify FILE [options]

${verifyHelp}
  --strict          what was not checked counts as a failure
  --json            the findings as JSON

Exit code: 0 nothing failed, 1 something failed, 2 it could not be tried.
`;

export const verify: Command = {
  name: 'verify',
  summary: 'Check a dossier package: integrity, form, schema, seal, origins, signatures',
  help: HELP,
  async run(args, io) {
    const {
      values,
      positionals: [file, ...more],
    } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...verifyFlags,
        strict: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
    if (file === undefined || more.length > 0) throw new UsageError('Give one package to verify.');
    const language = languageOf(values.lang, io);
    const { ok, findings, manifest } = await verifyWith(await openFile(file, io), values, io);
    const accepted = ok && !(values.strict && findings.some(({ status }) => status === 'not-checked'));
    if (values.json) {
      io.stdout.write(
        `${JSON.stringify({ ok: accepted, id: manifest?.id ?? null, form: manifest?.form ?? null, findings }, null, 2)}\n`,
      );
      return accepted ? 0 : 1;
    }
    printFindings(findings, language, io);
    const unchecked = findings.filter(({ status }) => status === 'not-checked').length;
    const verdict = accepted ? style(io, 'green', 'Nothing failed.') : style(io, 'red', 'Refused.');
    io.stdout.write(`${verdict}${unchecked === 0 ? '' : ` ${unchecked} things were not checked.`}\n`);
    return accepted ? 0 : 1;
  },
};
