// Two definitions side by side, for `onceform diff`.

import { diffForms } from '@onceform/compiler';
import { type CommandIo, style } from './command.ts';
import { planFile, readDefinitions, readPack } from './definitions.ts';

const COLOURS = { breaking: 'red', compatible: 'yellow', additive: 'green' } as const;

/** Prints what changed between two definitions. Exit code: 0 nothing or nothing breaking, 1 something breaking. */
export async function diffDefinitions(
  before: string,
  after: string,
  options: { readonly json: boolean; readonly pack?: string | undefined },
  io: CommandIo,
): Promise<number> {
  const pack = await readPack(options.pack, io);
  const [old, now] = await Promise.all(
    [before, after].map(async path => {
      const [file] = await readDefinitions([path], io);
      return planFile(file!, pack);
    }),
  );
  const diff = diffForms(old!, now!);
  if (options.json) {
    io.stdout.write(`${JSON.stringify(diff, null, 2)}\n`);
    return diff.level === 'breaking' ? 1 : 0;
  }
  for (const { level, at, message, code } of diff.changes)
    io.stdout.write(
      `${style(io, COLOURS[level], level.padEnd(10))}  ${message}\n${' '.repeat(12)}${style(io, 'dim', `${code}  ${at || '/'}`)}\n`,
    );
  if (diff.level === null) io.stdout.write('Nothing changed.\n');
  else {
    io.stdout.write(`\nAll in all: ${style(io, COLOURS[diff.level], diff.level)}.`);
    if (diff.migration.steps.length > 0)
      io.stdout.write(
        ` Drafts can be migrated in ${diff.migration.steps.length} step${diff.migration.steps.length === 1 ? '' : 's'} (--json has them).`,
      );
    if (diff.migration.gaps.length > 0)
      io.stdout.write(
        `\n${diff.migration.gaps.map(gap => `${style(io, 'yellow', 'gap')}  ${gap.message}\n`).join('')}`,
      );
    io.stdout.write('\n');
  }
  return diff.level === 'breaking' ? 1 : 0;
}
