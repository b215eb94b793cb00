// What a command is, and what it may touch of the world. Everything it does goes through `io`, so tests see all of it.

import { styleText } from 'node:util';

export interface CommandIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Relative paths in arguments are read against it. */
  readonly cwd: string;
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Exit codes: 0 all well, 1 something was found (a lint error, a failed check), 2 the command could not run. */
export interface Command {
  /** As typed: `onceform <name>`. */
  readonly name: string;
  /** One line for `onceform --help`. */
  readonly summary: string;
  /** What `onceform <name> --help` prints. */
  readonly help: string;
  /** @param args without `--help`: that is answered before. */
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

type Style = Parameters<typeof styleText>[0];

/** Colours text on a terminal, and nowhere else; `NO_COLOR` turns it off. */
export function style(io: CommandIo, format: Style, text: string): string {
  return io.isTTY && io.env.NO_COLOR === undefined ? styleText(format, text, { validateStream: false }) : text;
}

/** @throws {UsageError} when an option is no day. */
export function requireDate(option: string, text: string): void {
  if (Number.isNaN(Date.parse(text)) || !/^\d{4}-\d\d-\d\d$/.test(text))
    throw new UsageError(`${option} takes a date, 2026-11-22.`);
}

/** The command was called in a way it does not understand: it says so and ends with 2. */
export class UsageError extends Error {
  static {
    this.prototype.name = 'UsageError';
  }
}
