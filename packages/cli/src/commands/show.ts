// onceform show: what a package says – the answers with their origins, the components, the files. Verifies first.

import { parseArgs } from 'node:util';
import { isJsonObject, localize, valueAt, type Json } from '@onceform/core';
import type { DossierVerdict } from '@onceform/dossier';
import { style, UsageError, type Command, type CommandIo } from '../command.ts';
import {
  languageOf,
  openFile,
  printFindings,
  verifyFlags,
  verifyHelp,
  verifyWith,
  type Language,
} from '../dossier-file.ts';

const HELP = `Usage: onceform show FILE [options]

${verifyHelp}
  --json            manifest, answers and origins as JSON
`;

export const show: Command = {
  name: 'show',
  summary: 'Print the answers, origins and files of a dossier package',
  help: HELP,
  async run(args, io) {
    const {
      values,
      positionals: [file, ...more],
    } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...verifyFlags, json: { type: 'boolean' } },
    });
    if (file === undefined || more.length > 0) throw new UsageError('Give one package to show.');
    const language = languageOf(values.lang, io);
    const verdict = await verifyWith(await openFile(file, io), values, io);
    const { ok, manifest, data, origins, shown, findings } = verdict;
    if (values.json) io.stdout.write(`${JSON.stringify({ ok, manifest, data, origins, shown }, null, 2)}\n`);
    else print(verdict, language, io);
    if (!ok) {
      io.stderr.write('\nThis package does not verify:\n');
      printFindings(
        findings.filter(({ status }) => status === 'failed'),
        language,
        { ...io, stdout: io.stderr },
      );
    }
    return ok ? 0 : 1;
  },
};

function print({ manifest, data, origins, shown, findings }: DossierVerdict, language: Language, io: CommandIo): void {
  if (manifest === null) return;
  const line = (label: string, text: string): void => void io.stdout.write(`${label.padEnd(12)}${plain(text)}\n`);
  if (manifest.procedure !== null)
    line(
      'procedure',
      [manifest.procedure.code, localize(manifest.procedure.name, language)].filter(Boolean).join('  '),
    );
  line('form', `${manifest.form.id}  ${manifest.form.version}`);
  line('id', manifest.id);
  line('completed', manifest.created);
  const { audience, agency, receivingAgency } = manifest.recipient;
  line('to', [audience, agency].filter(Boolean).join('  '));
  if (receivingAgency !== undefined) line('through', receivingAgency);
  line(
    'by',
    manifest.submitter === null ? '–' : `${manifest.submitter.id}  identity level ${manifest.submitter.identityLevel}`,
  );

  io.stdout.write('\n');
  const sealed = findings.some(({ code }) => code === 'SEAL_VALID');
  const pointers = Object.keys(origins ?? shown ?? {});
  const width = Math.min(48, Math.max(0, ...pointers.map(at => at.length)));
  for (const at of pointers) {
    const entry = origins?.[at];
    const value = shown !== null ? shown[at] : valueAt(data ?? {}, at);
    const source =
      entry?.source === undefined ? '' : ` ${localize(entry.source.name, language)}, ${entry.lastUpdated ?? '?'}`;
    const origin =
      entry === undefined ? '' : `${entry.origin}${entry.origin === 'auto' && !sealed ? '?' : ''}${source}`;
    io.stdout.write(`${at.padEnd(width)}  ${plain(textOf(value))}  ${style(io, 'dim', plain(origin))}\n`);
  }
  if (manifest.redacted !== undefined) io.stdout.write(`${manifest.redacted.withheld.length} answers are withheld.\n`);

  if (manifest.components.length > 0) io.stdout.write('\n');
  for (const { id, title, fulfilledBy, files, reason } of manifest.components) {
    io.stdout.write(
      `${id}  ${plain(localize(title, language))}  ${fulfilledBy}${reason === undefined ? '' : ` (${plain(reason)})`}  ${files.join(' ')}\n`,
    );
  }
  io.stdout.write('\n');
  for (const { path, size, type, name } of manifest.files) {
    io.stdout.write(
      `${String(size).padStart(10)}  ${path}  ${plain(type)}${name === undefined ? '' : `  ${plain(name)}`}\n`,
    );
  }
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string'
    ? value
    : isJsonObject(value) || Array.isArray(value)
      ? JSON.stringify(value)
      : String(value);
}

/** A package must not be able to steer the terminal: controls and direction marks are shown as what they are. */
function plain(text: string): string {
  return text.replace(
    /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu,
    c => `\\u${c.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}
