// onceform compile: writes each form as ES modules and types.

import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { emitModule } from '@onceform/compiler';
import { isOnceFormError } from '@onceform/core';
import { type Command, style, UsageError } from '../command.ts';
import { DefinitionError, readDefinitions, readPack } from '../definitions.ts';

const HELP = `Usage: onceform compile <file or folder>… [options]

Writes the modules of each definition, and the types of its data, into <out>/<name>/:
  form.js        the form in every language; code.js and form.<language>.js where it has several,
                 so that a page can load form.<language>.js alone
  documents.js   what a dossier carries, loaded when it is filed
  form.d.ts      types

  --out <folder>    where to write (default: compiled)
  --pack <module>   country pack: "vn" (default), "none", or a module that exports one
  --json            a machine-readable report
`;

export const compile: Command = {
  name: 'compile',
  summary: 'Write forms as ES modules with their types',
  help: HELP,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string', default: 'compiled' },
        pack: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    if (positionals.length === 0) throw new UsageError('Name at least one definition or folder.');
    const pack = await readPack(values.pack, io);
    const report: {
      file: string;
      ok: boolean;
      folder?: string;
      digest?: string;
      /** Name and bytes of what was written. */
      files?: Record<string, number>;
      code?: string;
      pointer?: string | undefined;
      message?: string;
      line?: number;
      column?: number;
    }[] = [];
    for (const file of await readDefinitions(positionals, io)) {
      try {
        const emitted = await emitModule(file.text, pack === undefined ? {} : { pack });
        const folder = join(values.out, basename(file.name).replace(/(?:\.form)?\.json$/, ''));
        await mkdir(resolve(io.cwd, folder), { recursive: true });
        for (const [name, text] of Object.entries(emitted.files)) await writeFile(resolve(io.cwd, folder, name), text);
        report.push({
          file: file.name,
          ok: true,
          folder,
          digest: emitted.digest,
          files: Object.fromEntries(
            Object.entries(emitted.files).map(([name, text]) => [name, Buffer.byteLength(text)]),
          ),
        });
        if (values.json !== true)
          io.stdout.write(
            `${style(io, 'green', '✓')} ${file.name} → ${folder}  ${style(io, 'dim', emitted.digest.slice(0, 12))}\n`,
          );
      } catch (error) {
        if (!isOnceFormError(error)) throw error;
        const { code, pointer, message } = error;
        const said = new DefinitionError(file, error);
        report.push({ file: file.name, ok: false, code, pointer, message, line: said.line, column: said.column });
        if (values.json !== true) io.stdout.write(`${style(io, 'red', '✗')} ${said.message}\n`);
      }
    }
    if (values.json === true) io.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return report.every(entry => entry.ok) ? 0 : 1;
  },
};
