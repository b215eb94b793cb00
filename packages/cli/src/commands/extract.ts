// onceform extract: unpacks a package into a folder, which is then a BagIt bag. Verifies first.

import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError, type Command } from '../command.ts';
import { languageOf, openFile, printFindings, verifyFlags, verifyHelp, verifyWith } from '../dossier-file.ts';

const HELP = `Usage: onceform extract FILE --to FOLDER [PATH…]

Writes the files of a package, or only those at PATH, into a new folder. Nothing is written unless it verifies.
The folder of a whole package is a BagIt 1.0 bag: sha256sum -c manifest-sha256.txt

${verifyHelp}
  --to FOLDER       must not exist yet
`;

export const extract: Command = {
  name: 'extract',
  summary: 'Unpack a dossier package that verifies',
  help: HELP,
  async run(args, io) {
    const {
      values,
      positionals: [file, ...only],
    } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...verifyFlags, to: { type: 'string' } },
    });
    if (file === undefined || values.to === undefined)
      throw new UsageError('Give one package, and a folder with --to.');
    const verdict = await verifyWith(await openFile(file, io), values, io);
    if (!verdict.ok || verdict.package === null) {
      printFindings(
        verdict.findings.filter(({ status }) => status === 'failed'),
        languageOf(values.lang, io),
        io,
      );
      return 1;
    }
    const reader = verdict.package;
    const paths = only.length === 0 ? [...reader.entries.keys()] : only;
    const unknown = paths.find(path => !reader.entries.has(path));
    if (unknown !== undefined) throw new UsageError(`The package has no ${unknown}.`);
    const folder = resolve(io.cwd, values.to);
    // Into a new folder only: nothing that exists is overwritten or followed.
    await mkdir(folder);
    for (const path of paths) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      const handle = await open(target, 'wx');
      try {
        await writeFile(handle, reader.content(path).stream());
      } finally {
        await handle.close();
      }
    }
    io.stdout.write(`${paths.length} files in ${values.to}\n`);
    return 0;
  },
};
