// onceform conformance: does a back end, in whatever language, keep the protocol between page and portal?

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Command, type CommandIo, style, UsageError } from '../command.ts';
import { runConformance, type CheckResult, type Specimen } from '../conformance/conformance.ts';

const HELP = `Usage: onceform conformance URL [options]

Tries every call of the protocol against a running back end, and everything that it has to refuse. It opens drafts and
files one dossier: use test citizens. The form's module is run, as a browser would run it.

  --cookie <header>        the Cookie header of a signed-in test citizen of identity level 2
  --other-cookie <header>  that of another one, who must see nothing of the first
  --answers <file>         what is filed: {"form": slug, "answers": {…}, "prefill": [pointer…], "components": […]}
  --timeout <seconds>      for one call; 15 when left out
  --strict                 what was not checked counts as a failure
  --json                   the results as JSON

ONCEFORM_COOKIE and ONCEFORM_OTHER_COOKIE stand in for the two cookies, so that they are in no list of processes.

Exit code: 0 no rule is broken, 1 one is, 2 it could not be tried.
`;

export const conformance: Command = {
  name: 'conformance',
  summary: 'Test a back end against the protocol: every call, every refusal',
  help: HELP,
  async run(args, io) {
    const {
      values,
      positionals: [address, ...more],
    } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        cookie: { type: 'string' },
        'other-cookie': { type: 'string' },
        answers: { type: 'string' },
        timeout: { type: 'string' },
        strict: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
    if (address === undefined || more.length > 0) throw new UsageError('Give the address of one back end.');
    if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
      throw new UsageError(`"${address}" is no address such as http://localhost:8080.`);
    const seconds = Number(values.timeout ?? 15);
    if (!(seconds > 0)) throw new UsageError('--timeout takes a number of seconds.');
    const cookie = values.cookie ?? io.env['ONCEFORM_COOKIE'];
    const otherCookie = values['other-cookie'] ?? io.env['ONCEFORM_OTHER_COOKIE'];
    const specimen = values.answers === undefined ? undefined : await readSpecimen(values.answers, io);
    const results = await reachable(address, () =>
      runConformance({
        base: address.replace(/\/$/, ''),
        timeout: seconds * 1000,
        ...(cookie === undefined ? {} : { cookie }),
        ...(otherCookie === undefined ? {} : { otherCookie }),
        ...(specimen === undefined ? {} : { specimen }),
        onResult: result => values.json || print(result, io),
      }),
    );
    const count = (status: CheckResult['status']): number => results.filter(one => one.status === status).length;
    const ok = count('failed') === 0 && !(values.strict && count('not-checked') > 0);
    if (values.json) io.stdout.write(`${JSON.stringify({ ok, address, results }, null, 2)}\n`);
    else {
      const verdict = ok ? style(io, 'green', 'No rule is broken.') : style(io, 'red', 'It does not conform.');
      io.stdout.write(
        `\n${verdict} ${count('ok')} hold, ${count('failed')} do not, ${count('not-checked')} were not checked.\n`,
      );
    }
    return ok ? 0 : 1;
  },
};

function print({ id, rule, status, detail }: CheckResult, io: CommandIo): void {
  const mark = { ok: style(io, 'green', '✓'), failed: style(io, 'red', '✗'), 'not-checked': '–' }[status];
  io.stdout.write(`${mark} ${id.padEnd(24)} ${rule}\n`);
  if (detail !== undefined)
    io.stdout.write(`${' '.repeat(27)}${status === 'failed' ? '' : 'not checked: '}${detail}\n`);
}

async function readSpecimen(path: string, io: CommandIo): Promise<Specimen> {
  const value = JSON.parse(await readFile(resolve(io.cwd, path), 'utf8')) as Partial<Specimen>;
  if (typeof value.form !== 'string' || typeof value.answers !== 'object' || value.answers === null)
    throw new UsageError(`${path} needs "form", the slug of one, and "answers", an object.`);
  return value as Specimen;
}

async function reachable<T>(address: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof TypeError && error.message === 'fetch failed')
      throw new UsageError(`Nothing answers at ${address}: ${String((error.cause as Error | undefined)?.message)}.`);
    throw error;
  }
}
