// onceform papers: which data of which form stand in for which paper, as a table to publish.

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compileForm } from '@onceform/compiler';
import { replacementsCsv } from '@onceform/dossier';
import { type Command, UsageError } from '../command.ts';
import { readDefinitions, readPack } from '../definitions.ts';

const HELP = `Usage: onceform papers <file or folder> ... [options]

Writes a CSV table: every document a form asks for, and the data that replace it.

  --out <file>      write there instead of to the terminal; must not exist yet
  --lang <tag>      language of the titles (otherwise the form's own)
  --pack <module>   country pack: "vn" (default), "none", or a module that exports one
`;

export const papers: Command = {
  name: 'papers',
  summary: 'Write the table of which data replace which paper, as CSV',
  help: HELP,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        lang: { type: 'string' },
        pack: { type: 'string' },
      },
    });
    if (positionals.length === 0) throw new UsageError('Name a definition or a folder of definitions.');
    const pack = await readPack(values.pack, io);
    const files = await readDefinitions(positionals, io);
    const forms = await Promise.all(files.map(({ text }) => compileForm(text, pack === undefined ? {} : { pack })));
    const table = replacementsCsv(forms, values.lang ?? forms[0]?.locale ?? 'en');
    if (values.out === undefined) io.stdout.write(table);
    // The mark at the beginning lets spreadsheets read the letters right.
    else await writeFile(resolve(io.cwd, values.out), `\uFEFF${table}`, { flag: 'wx' });
    return 0;
  },
};
