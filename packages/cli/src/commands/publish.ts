// onceform publish: forms, their ends, and dated tables, on a running portal and over its API.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { lintForm, type LintFinding } from '@onceform/compiler';
import { isJsonObject, type Json, type JsonObject } from '@onceform/core';
import { type Command, type CommandIo, style, UsageError } from '../command.ts';
import { readDefinitions, readPack } from '../definitions.ts';
import { describeFindings } from '../lint-report.ts';
import { openStaffPortal, wordsOf, type StaffAnswer, type StaffPortal } from '../staff-portal.ts';

const HELP = `Usage: onceform publish form <portal> <file> [--from <day>] [--until <day>] [--check]
       onceform publish repeal <portal> <form> --reason <text> [--version <v>] [--from <day>] [--instead <form>]
       onceform publish table <portal> <fees|hours|agencies|areas> <file> --from <day>
       onceform publish list <portal> <form|fees|hours|agencies|areas>

form     makes a definition the next version of its form. Lint comes first, here and at the portal: with an error
         nothing is published. The same definition again changes nothing. A published version never changes.
repeal   ends a form, or one version of it, from a day on. Citizens read the reason and what to use instead.
table    publishes an edition of a whole table (a JSON array of rows), valid from a day on.
list     what stands: the versions of a form, or the editions of a table.

  --cookie <header>   the Cookie header of a signed-in publisher; ONCEFORM_COOKIE stands in for it
  --from <day>        first day, 2026-12-01; today when left out (form, repeal)
  --until <day>       last day a version is offered (form)
  --check             judge only, publish nothing; an author may do this (form)
  --version <v>       this version only (repeal)
  --reason <text>     why, for citizens; in several languages: --reason vi=… --reason en=… (repeal)
  --instead <form>    the form to use from then on (repeal)
  --pack <module>     country pack for lint: "vn" (default), "none", or a module that exports one (form)
  --json              what the portal answered, as JSON

Exit code: 0 done, or done before; 1 refused, and why; 2 could not be tried.
`;

const TABLES = ['fees', 'hours', 'agencies', 'areas'];

const OPTIONS = {
  cookie: { type: 'string' },
  from: { type: 'string' },
  until: { type: 'string' },
  check: { type: 'boolean' },
  version: { type: 'string' },
  reason: { type: 'string', multiple: true },
  instead: { type: 'string' },
  pack: { type: 'string' },
  json: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>['values'];

interface Act {
  /** What follows the portal's address, in words. */
  readonly takes: readonly string[];
  readonly options: readonly (keyof typeof OPTIONS)[];
  run(portal: StaffPortal, args: readonly string[], values: Values, io: CommandIo): Promise<Outcome>;
}

/** What came of it, for people and for programs. */
interface Outcome {
  readonly ok: boolean;
  readonly text: string;
  readonly json: Json;
}

const acts: { readonly [name: string]: Act } = {
  form: {
    takes: ['a definition'],
    options: ['from', 'until', 'check', 'pack'],
    async run(portal, [path], values, io) {
      const [file, ...more] = await readDefinitions([path!], io);
      if (file === undefined || more.length > 0) throw new UsageError('Name one definition, not a folder of several.');
      const pack = await readPack(values.pack, io);
      const found = await lintForm(file.text, pack === undefined ? {} : { pack });
      const said = describeFindings({ file: file.name, findings: found }, io);
      if (found.some(({ severity }) => severity === 'error')) {
        const text = `${said}${style(io, 'red', 'Nothing was sent: lint found errors.')}\n`;
        return { ok: false, text, json: { ok: false, findings: found as unknown as Json } };
      }
      const definition = JSON.parse(file.text) as JsonObject;
      const answer = values.check
        ? await portal('POST', '/api/form-checks', { definition })
        : await portal('POST', '/api/forms', {
            definition,
            ...(values.from === undefined ? {} : { validFrom: values.from }),
            ...(values.until === undefined ? {} : { validUntil: values.until }),
          });
      return outcomeOf(answer, io, said, ({ slug, id, version, no, validFrom, digest }) =>
        values.check === true
          ? `${String(id)} ${String(version)} may be published (${String(digest)}).`
          : `${String(slug)} ${String(version)} ${answer.status === 201 ? 'is published' : 'was published before'} as no. ${String(no)}, from ${String(validFrom)}.`,
      );
    },
  },
  repeal: {
    takes: ['a form'],
    options: ['reason', 'version', 'from', 'instead'],
    async run(portal, [slug], { reason, version, from, instead }, io) {
      if (reason === undefined) throw new UsageError('Citizens are told why: --reason.');
      const answer = await portal('POST', `/api/forms/${encodeURIComponent(slug!)}/repeal`, {
        reason: reasonOf(reason),
        ...(version === undefined ? {} : { version }),
        ...(from === undefined ? {} : { from }),
        ...(instead === undefined ? {} : { replacedBy: instead }),
      });
      const what = version === undefined ? slug! : `${slug!} ${version}`;
      return outcomeOf(answer, io, '', () => `${what} is not offered any more from ${from ?? 'today'}.`);
    },
  },
  table: {
    takes: ['a table', 'a file of rows'],
    options: ['from'],
    async run(portal, [table, path], { from }, io) {
      if (from === undefined) throw new UsageError('An edition is valid from a day on: --from.');
      const rows = await readRows(path!, io);
      const answer = await portal('POST', `/api/parameters/${tableOf(table!)}`, { validFrom: from, rows });
      return outcomeOf(
        answer,
        io,
        '',
        ({ no }) => `${table!}: edition ${String(no)} of ${rows.length} rows is published, from ${from}.`,
      );
    },
  },
  list: {
    takes: ['a form or a table'],
    options: [],
    async run(portal, [name], _values, io) {
      const isTable = TABLES.includes(name!);
      const answer = await portal(
        'GET',
        isTable ? `/api/parameters/${name!}` : `/api/forms/${encodeURIComponent(name!)}/versions`,
      );
      if (!answer.ok) return outcomeOf(answer, io, '', () => '');
      const lines = (answer.body as readonly JsonObject[]).map(isTable ? editionLine : versionLine);
      return { ok: true, text: lines.length === 0 ? 'None yet.\n' : lines.join(''), json: answer.body };
    },
  },
};

export const publish: Command = {
  name: 'publish',
  summary: 'Publish and end forms and dated tables on a running portal',
  help: HELP,
  async run(args, io) {
    const {
      values,
      positionals: [name, address, ...rest],
    } = parse(args);
    const act = name !== undefined && Object.hasOwn(acts, name) ? acts[name]! : undefined;
    if (act === undefined) throw new UsageError(`Say what to publish: ${Object.keys(acts).join(', ')}.`);
    if (address === undefined || rest.length !== act.takes.length)
      throw new UsageError(`"publish ${name!}" takes the address of a portal, then ${act.takes.join(' and ')}.`);
    const allowed = new Set(['cookie', 'json', ...act.options]);
    const odd = Object.keys(values).find(option => !allowed.has(option));
    if (odd !== undefined) throw new UsageError(`"publish ${name!}" knows no --${odd}.`);
    for (const day of [values.from, values.until])
      if (day !== undefined && !isDay(day)) throw new UsageError(`"${day}" is no day such as 2026-12-01.`);
    const { ok, text, json } = await act.run(openStaffPortal(address, values.cookie, io), rest, values, io);
    io.stdout.write(values.json === true ? `${JSON.stringify(json, null, 2)}\n` : text);
    return ok ? 0 : 1;
  },
};

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
}

/** What the portal did, or why it did not: its sentence, and what its own lint found. */
function outcomeOf(
  { ok, status, body }: StaffAnswer,
  io: CommandIo,
  before: string,
  done: (answer: JsonObject) => string,
): Outcome {
  const answer = isJsonObject(body) ? body : {};
  if (ok) return { ok, text: `${before}${style(io, 'green', done(answer))}\n`, json: { ok, ...answer } };
  const found = Array.isArray(answer['findings']) ? (answer['findings'] as unknown as readonly LintFinding[]) : [];
  const said = describeFindings({ file: 'The portal', findings: found }, io);
  return {
    ok,
    text: `${before}${said}${style(io, 'red', `Refused: ${wordsOf(body, status)}`)}\n`,
    json: { ok, problem: body },
  };
}

function reasonOf(given: readonly string[]): Json {
  if (given.length === 1 && !/^[a-z]{2,3}=/.test(given[0]!)) return given[0]!;
  return Object.fromEntries(
    given.map(text => {
      const [, locale, reason] = /^([a-z]{2,3})=(.+)$/s.exec(text) ?? [];
      if (locale === undefined || reason === undefined)
        throw new UsageError(`A reason in several languages says which: --reason vi=… (not "${text}").`);
      return [locale, reason];
    }),
  );
}

async function readRows(path: string, io: CommandIo): Promise<readonly Json[]> {
  const text = await readFile(resolve(io.cwd, path), 'utf8');
  try {
    const rows = JSON.parse(text) as Json;
    if (Array.isArray(rows)) return rows as readonly Json[];
  } catch {
    // said below
  }
  throw new UsageError(`${path} is no JSON array of rows.`);
}

function tableOf(name: string): string {
  if (TABLES.includes(name)) return name;
  throw new UsageError(`The tables are ${TABLES.join(', ')}.`);
}

function versionLine({ no, version, validFrom, validUntil, state }: JsonObject): string {
  const number = no === null ? '–' : String(no);
  const until = validUntil === null ? '' : ` until ${String(validUntil)}`;
  return `${number.padStart(4)}  ${String(version).padEnd(12)} ${String(state).padEnd(11)} from ${String(validFrom || 'the beginning')}${until}\n`;
}

function editionLine({ no, validFrom, rows, published }: JsonObject): string {
  return `${String(no).padStart(4)}  from ${String(validFrom)}  ${(rows as readonly Json[]).length} rows, published ${String(published)}\n`;
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
