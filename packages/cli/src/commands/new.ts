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
  help: HELP,
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
      },
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageError('Name one file to write.');
    const path = resolve(io.cwd, file);
    const there = await stat(path).catch(() => null);
    if (there?.isDirectory() === true) throw new UsageError(`"${file}" is a folder; name the file to write.`);
    if (there !== null && values.force !== true)
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
  const records = recordsIn(await readJson(file, io), file);
  const found =
    wanted === undefined && records.length === 1
      ? records[0]
      : records.find(
          record => record.key === wanted || (wanted !== undefined && procedureCode(record.code) === wanted),
        );
  if (found !== undefined) return found;
  const names = records.slice(0, 20).map(record => procedureCode(record.code) ?? record.key);
  if (records.length > 20) names.push(`and ${records.length - 20} more`);
  throw new UsageError(
    `${wanted === undefined ? 'Say which procedure with --procedure' : `There is no procedure "${wanted}"`}. There are: ${names.join(', ')}.`,
  );
}

async function readJson(file: string, io: CommandIo): Promise<unknown> {
  const path = resolve(io.cwd, file);
  const info = await stat(path).catch(() => null);
  if (info === null) throw new UsageError(`There is no file "${file}".`);
  if (info.isDirectory()) throw new UsageError(`"${file}" is a folder; name a file of records.`);
  if (info.size > MOST) throw new UsageError(`"${file}" has ${info.size} bytes; ${MOST} are read at most.`);
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`"${file}" is not JSON: ${(error as Error).message}.`);
  }
}

/** Bytes of a file of records. */
const MOST = 50_000_000;

/** Records as a register of procedures gives them. @throws {UsageError} naming what is missing, and where. */
function recordsIn(json: unknown, file: string): readonly ProcedureRecord[] {
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  const items = isObject(json) && 'items' in json ? json.items : [json];
  const broken = (what: string): UsageError => new UsageError(`"${file}" holds no records of procedures: ${what}.`);
  if (!Array.isArray(items)) throw broken('"items" is no list');
  if (items.length === 0) throw broken('"items" is empty');
  for (const [i, record] of (items as readonly unknown[]).entries()) {
    const at = items.length === 1 ? 'the record' : `record ${i + 1}`;
    if (!isObject(record)) throw broken(`${at} is no object`);
    for (const name of ['key', 'name']) if (typeof record[name] !== 'string') throw broken(`${at} has no "${name}"`);
    if (record.code !== undefined && record.code !== null && typeof record.code !== 'string')
      throw broken(`the "code" of ${at} is no text`);
    if (!Array.isArray(record.fields)) throw broken(`${at} has no list of "fields"`);
    for (const [no, field] of (record.fields as readonly unknown[]).entries())
      for (const name of ['path', 'label', 'type'])
        if (!isObject(field) || typeof field[name] !== 'string')
          throw broken(`field ${no + 1} of ${at} has no "${name}"`);
  }
  return items as readonly ProcedureRecord[];
}
