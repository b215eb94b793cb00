// onceform preview: shows a form in the browser while it is written.

import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { type Command, requireDate, style, UsageError } from '../command.ts';
import { readDefinitions, readPack } from '../definitions.ts';
import { testsPath } from '../form-tests.ts';
import { simulatedSourcesOf } from '../prefill-port.ts';
import { type PreviewState, startPreview } from '../preview/preview-server.ts';

const HELP = `Usage: onceform preview <file> [options]

Opens the form on this machine as citizens will meet it, and shows it anew whenever the file is saved: what was typed
stays. Beside it stand what lint and the form's tests say. Registers are simulated, people are invented, and what is
filed is gone with the preview. Ctrl+C ends it.

  --pack <module>   country pack: "vn" (default), or a module that exports one
  --port <n>        where it answers (default: 8085, or any that is free)
  --today <date>    the day it is taken to be (default: today)

Exit code: 0 ended, 2 could not run: the form does not compile.
`;

/** Milliseconds an editor may take to write a file in several goes. */
const REST = 100;

export const preview: Command = {
  name: 'preview',
  summary: 'Show a form in the browser while it is written',
  help: HELP,
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { pack: { type: 'string' }, port: { type: 'string' }, today: { type: 'string' } },
    });
    const [path, ...others] = positionals;
    if (path === undefined || others.length > 0) throw new UsageError('Name one definition.');
    const { today, port = '8085' } = values;
    if (today !== undefined) requireDate('--today', today);
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError('--port takes a number up to 65535.');
    const pack = await readPack(values.pack, io);
    if (pack === undefined)
      throw new UsageError('A preview needs a country pack: its portal has a calendar and codes.');
    const [file, ...more] = await readDefinitions([path], io);
    if (more.length > 0) throw new UsageError('Name one definition, not a folder of several.');
    const ahead = today === undefined ? 0 : Date.parse(`${today}T12:00:00Z`) - Date.now();
    const options = {
      file: file!,
      pack,
      sources: await simulatedSourcesOf(values.pack),
      clock: () => new Date(Date.now() + ahead),
      onError: (error: unknown) => io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`),
    };
    const shown = await startPreview({ ...options, port: Number(port) }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || values.port !== undefined) throw error;
      return startPreview({ ...options, port: 0 });
    });
    const say = (state: PreviewState): void =>
      void io.stdout.write(`${describe(state, text => style(io, 'red', text))}\n`);
    say(shown.state);
    io.stdout.write(`\n  ${style(io, 'bold', shown.url)}\n\n`);

    const names = new Set([file!.path, testsPath(file!.path) ?? file!.path].map(each => basename(each)));
    let rest: NodeJS.Timeout | undefined;
    const watcher = watch(dirname(file!.path), (_kind, name) => {
      if (name === null || !names.has(name)) return;
      clearTimeout(rest);
      rest = setTimeout(() => void shown.refresh().then(say), REST);
    });
    await new Promise<void>(resolve => process.once('SIGINT', resolve).once('SIGTERM', resolve));
    clearTimeout(rest);
    watcher.close();
    await shown.close();
    return 0;
  },
};

function describe({ file, trouble, findings, tests }: PreviewState, red: (text: string) => string): string {
  if (trouble !== null) {
    const { place, message } = trouble;
    const at = place === null ? file : `${file}:${place.line}:${place.column}`;
    return `${red('✗')} ${at}: ${message}\n  The form before it is still shown.`;
  }
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  const failed = tests.filter(({ ok }) => !ok).length;
  const said = `lint: ${errors} errors, ${warnings} warnings; ${tests.length} tests, ${failed} failed`;
  return `${errors + failed > 0 ? red('✗') : '✓'} ${file}  ${said}`;
}
