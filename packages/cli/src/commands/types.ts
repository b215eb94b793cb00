// onceform types: prints or writes the TypeScript types of a form's data.

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { typesOf } from '@onceform/compiler';
import { type Command, UsageError } from '../command.ts';
import { planFile, readDefinitions, readPack } from '../definitions.ts';

const HELP = `Usage: onceform types <file> [options]

  --out <file>      write there instead of to the terminal
  --pack <module>   country pack: "vn" (default), "none", or a module that exports one
`;

export const types: Command = {
  name: 'types',
  summary: "Write the TypeScript types of a form's data",
  help: HELP,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { out: { type: 'string' }, pack: { type: 'string' } },
    });
    if (positionals.length !== 1) throw new UsageError('Name one definition.');
    const [file, ...more] = await readDefinitions(positionals, io);
    if (file === undefined || more.length > 0) throw new UsageError('Name one definition, not a folder of several.');
    const pack = await readPack(values.pack, io);
    const source = await typesOf(await planFile(file, pack));
    if (values.out === undefined) io.stdout.write(source);
    else await writeFile(resolve(io.cwd, values.out), source);
    return 0;
  },
};
