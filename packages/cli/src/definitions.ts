// Finding definitions and packs that a command was asked about.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Plan, placeInText, planForm } from '@onceform/compiler';
import { type CountryPack, isOnceFormError, type OnceFormError } from '@onceform/core';
import { type CommandIo, UsageError } from './command.ts';

export interface DefinitionFile {
  /** As shown: relative to where the command runs. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/** Reads the files named, and every `*.form.json` in the folders named, in order. */
export async function readDefinitions(paths: readonly string[], io: CommandIo): Promise<DefinitionFile[]> {
  const out: DefinitionFile[] = [];
  for (const path of paths) {
    const full = resolve(io.cwd, path);
    const info = await stat(full).catch(() => null);
    if (info === null) throw new UsageError(`There is no file or folder "${path}".`);
    const files = info.isDirectory() ? await formFiles(full) : [full];
    if (files.length === 0) throw new UsageError(`The folder "${path}" holds no *.form.json.`);
    for (const file of files)
      out.push({ name: relative(io.cwd, file) || file, path: file, text: await readFile(file, 'utf8') });
  }
  return out;
}

/** A definition that does not compile, told as people look for it: file, line and column. */
export class DefinitionError extends Error {
  readonly code: string;
  readonly line: number;
  readonly column: number;
  constructor({ name, text }: DefinitionFile, error: OnceFormError) {
    const { code, pointer = '', message, data } = error;
    const { line, column } = placeInText(text, pointer, typeof data.column === 'number' ? data.column - 1 : undefined);
    super(`${name}:${line}:${column}: ${message}\n  ${code}  ${pointer || '/'}`, { cause: error });
    this.code = code;
    this.line = line;
    this.column = column;
  }
}

/** Works out the plan of a definition. @throws {DefinitionError} when it does not compile. */
export async function planFile(file: DefinitionFile, pack: CountryPack | undefined): Promise<Plan> {
  try {
    return await planForm(file.text, pack === undefined ? {} : { pack });
  } catch (error) {
    throw isOnceFormError(error) ? new DefinitionError(file, error) : error;
  }
}

async function formFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter(entry => entry.isFile() && entry.name.endsWith('.form.json') && !entry.parentPath.includes('node_modules'))
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
}

/** The country pack of `--pack <module>`: `vn` is the one that comes along, `none` is none, anything else a module. */
export async function readPack(name: string | undefined, io: CommandIo): Promise<CountryPack | undefined> {
  if (name === 'none') return undefined;
  if (name === undefined || name === 'vn') return (await import('@onceform/vn')).vnPack;
  const module = (await import(
    name.startsWith('.') || name.startsWith('/') ? pathToFileURL(resolve(io.cwd, name)).href : name
  )) as Record<string, unknown>;
  const pack =
    module.default
    ?? Object.values(module).find(value => typeof value === 'object' && value !== null && 'concepts' in value);
  if (pack === undefined) throw new UsageError(`The module "${name}" exports no country pack.`);
  return pack as CountryPack;
}
