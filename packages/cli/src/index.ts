// The onceform command line: finds the command, runs it, turns what was thrown into a sentence and an exit code.

import process from 'node:process';
import { isOnceFormError } from '@onceform/core';
import { type Command, type CommandIo, style, UsageError } from './command.ts';
import { commands } from './commands/index.ts';

export type { Command, CommandIo } from './command.ts';

/** Runs `onceform …args` and returns the exit code: 0 all well, 1 something was found, 2 it could not run. */
export async function main(args: readonly string[], io: CommandIo = processIo()): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  const command = commands.find(each => each.name === name);
  if (command === undefined) {
    io.stderr.write(`There is no command "${name}".\n\n${help()}`);
    return 2;
  }
  if (asksForHelp(rest)) {
    io.stdout.write(command.help);
    return 0;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    io.stderr.write(`${style(io, 'red', 'error')} ${explain(command, error)}\n`);
    return 2;
  }
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).some(arg => arg === '--help' || arg === '-h');
}

function explain(command: Command, error: unknown): string {
  const usage = usageOf(error);
  if (usage !== null) return `${usage}\nTry "onceform ${command.name} --help".`;
  if (isOnceFormError(error))
    return `${error.code}${error.pointer === undefined ? '' : ` at ${error.pointer || 'the root'}`}: ${error.message}`;
  const { code, path } = error as { code?: unknown; path?: unknown };
  if (typeof path === 'string' && Object.hasOwn(FILE_TROUBLE, String(code)))
    return `${path} ${FILE_TROUBLE[code as keyof typeof FILE_TROUBLE]}`;
  if (error instanceof Error && 'code' in error) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** What was wrong with the words after the command; null when it was something else. */
function usageOf(error: unknown): string | null {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof Error) || !String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS'))
    return null;
  // Node's second sentence is about words that begin with a dash.
  return error.message.replace(/\n.*$|\.? To .*$/s, '').replace(/\.?$/, '.');
}

/** What is wrong with a file, by the name of the error. */
const FILE_TROUBLE = {
  EEXIST: 'is there already: nothing is overwritten. Name another place.',
  ENOENT: 'is not there, or the folder it should go into is not.',
  EISDIR: 'is a folder.',
  ENOTDIR: 'goes through something that is no folder.',
  EACCES: 'may not be read or written by you.',
  ENOSPC: 'does not fit: the disk is full.',
} as const;

function help(): string {
  const width = Math.max(...commands.map(command => command.name.length));
  return `Usage: onceform <command> [options]\n\n${commands.map(command => `  ${command.name.padEnd(width)}  ${command.summary}\n`).join('')}\nonceform <command> --help tells more.\n`;
}

function processIo(): CommandIo {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: process.cwd(),
    isTTY: process.stdout.isTTY === true,
    env: process.env,
  };
}
