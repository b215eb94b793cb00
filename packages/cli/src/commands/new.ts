// onceform new: starts a definition, from nothing or from the record of a procedure.

import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { draftFromProcedure, procedureCode, type ProcedureRecord } from '@onceform/compiler';
import { type Command, type CommandIo, style, UsageError } from '../command.ts';
import { readPack } from '../definitions.ts';

const HELP = `Usage: onceform new <file.form.json> [options]

Writes a first definition. With --from it is drafted from a record of procedures:
a JSON file with { "items": [ … ] }, of which --procedure picks one by code or key.

  --title <text>       title of the form
  --locale <tag>       language of its texts (default: that of the pack)
  --from <file>        records of procedures
  --procedure <code>   the code or key of one of them
  --pack <module>      country pack: "vn" (default), "none", or a module that exports one
  --force              overwrite the file
  --json               a machine-readable report
`;

export const newForm: Command = {
  name: 'new',
  summary: 'Start a definition, from nothing or from a procedure record',
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        title: { type: 'string' },
        locale: { type: 'string' },
        from: { type: 'string' },
        procedure: { type: 'string' },
        pack: { type: 'string' },
        force: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) {
      io.stdout.write(HELP);
      return 0;
    }
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageError('Name one file to write.');
    const path = resolve(io.cwd, file);
    if (
      values.force !== true
      && (await stat(path).then(
        () => true,
        () => false,
      ))
    )
      throw new UsageError(`"${file}" is there already; --force overwrites it.`);
    const pack = await readPack(values.pack, io);
    const options = {
      ...(pack === undefined ? {} : { pack }),
      ...(values.locale === undefined ? {} : { locale: values.locale }),
    };
    const key = basename(file).replace(/(?:\.form)?\.json$/, '');
    const record =
      values.from === undefined
        ? {
            key,
            name: values.title ?? key,
            fields: [
              {
                path: 'requester.fullName',
                label: 'Full name',
                type: 'name',
                required: 'R',
                concept: 'requester:person.fullName',
              },
            ],
          }
        : await pick(values.from, values.procedure, io);
    const { definition, todo } = await draftFromProcedure(
      values.title === undefined ? record : { ...record, name: values.title },
      options,
    );
    await writeFile(path, `${JSON.stringify(definition, null, 2)}\n`);
    if (values.json === true) io.stdout.write(`${JSON.stringify({ file, todo }, null, 2)}\n`);
    else {
      io.stdout.write(`${style(io, 'green', '✓')} ${file}\n`);
      for (const { pointer, message } of values.from === undefined ? [] : todo)
        io.stdout.write(`  ${style(io, 'yellow', 'to do')}  ${message}\n         ${style(io, 'dim', pointer)}\n`);
    }
    return 0;
  },
};

async function pick(file: string, wanted: string | undefined, io: CommandIo): Promise<ProcedureRecord> {
  const json = JSON.parse(await readFile(resolve(io.cwd, file), 'utf8')) as
    ProcedureRecord | { items: ProcedureRecord[] };
  const records = 'items' in json ? json.items : [json];
  const found =
    wanted === undefined && records.length === 1
      ? records[0]
      : records.find(
          record => record.key === wanted || (wanted !== undefined && procedureCode(record.code) === wanted),
        );
  if (found === undefined)
    throw new UsageError(
      `${wanted === undefined ? 'Say which procedure with --procedure' : `There is no procedure "${wanted}"`}. There are: ${records.map(record => procedureCode(record.code) ?? record.key).join(', ')}.`,
    );
  return found;
}
