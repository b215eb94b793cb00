// onceform redact: a copy that shows some answers and stands for the rest by salted digests.

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { redact as redactDossier } from '@onceform/dossier';
import { UsageError, type Command } from '../command.ts';
import { openFile } from '../dossier-file.ts';

const HELP = `Usage: onceform redact FILE --keep POINTER… --out FILE

  --keep POINTER    an answer to show, with all under it; may be repeated
  --component ID    a component whose files stay; may be repeated
  --out FILE        where the copy goes; must not exist yet
`;

export const redact: Command = {
  name: 'redact',
  summary: 'Make a copy of a dossier package that withholds answers and still verifies',
  help: HELP,
  async run(args, io) {
    const {
      values,
      positionals: [file, ...more],
    } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        keep: { type: 'string', multiple: true },
        component: { type: 'string', multiple: true },
        out: { type: 'string' },
      },
    });
    if (file === undefined || more.length > 0 || values.out === undefined)
      throw new UsageError('Give one package, what to --keep, and where it goes with --out.');
    const copy = await redactDossier(await openFile(file, io), {
      pointers: values.keep ?? [],
      components: values.component ?? [],
    });
    await writeFile(resolve(io.cwd, values.out), await copy.bytes(), { flag: 'wx' });
    io.stdout.write(
      `${values.out}: ${values.keep?.length ?? 0} kept, ${copy.manifest.redacted!.withheld.length} withheld\n`,
    );
    return 0;
  },
};
