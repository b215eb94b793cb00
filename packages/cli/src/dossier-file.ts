// What the commands about packages share: opening a file by reference, and verifying it with what the command line gives.

import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { validateAgainst } from '@onceform/compiler';
import type { Finding } from '@onceform/core';
import { verifyDossier, type DossierVerdict, type VerifyOptions } from '@onceform/dossier';
import { openSeal } from '@onceform/store';
import { style, UsageError, type CommandIo } from './command.ts';

export type Language = 'vi' | 'en';

/** A file as a Blob that is read when needed. @throws {UsageError} when there is no such file. */
export async function openFile(path: string, io: CommandIo): Promise<Blob> {
  try {
    return await openAsBlob(resolve(io.cwd, path));
  } catch {
    throw new UsageError(`There is no file ${path}.`);
  }
}

export async function readJson(path: string, io: CommandIo): Promise<unknown> {
  try {
    return JSON.parse(await readFile(resolve(io.cwd, path), 'utf8')) as unknown;
  } catch (error) {
    throw new UsageError(`${path} is no JSON file: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The options of `parseArgs` that choose what a package is verified with. */
export const verifyFlags = {
  keys: { type: 'string' },
  audience: { type: 'string' },
  received: { type: 'string' },
  forms: { type: 'string', multiple: true },
  lang: { type: 'string' },
} as const;

export interface VerifyFlags {
  readonly keys?: string | undefined;
  readonly audience?: string | undefined;
  readonly received?: string | undefined;
  readonly forms?: readonly string[] | undefined;
}

export const verifyHelp = `  --keys FILE       JWK Set of the gateway: is the seal genuine?
  --audience NAME   who receives: is it addressed to it?
  --received TIME   time of receipt, RFC 3339: were seal and package in time?
  --forms DIGEST    digest of a published form; may be repeated
  --lang vi|en      language of the findings (otherwise by LANG)`;

/** Verifies with all the command line gives; what it does not give is reported as not checked. */
export async function verifyWith(blob: Blob, flags: VerifyFlags, io: CommandIo): Promise<DossierVerdict> {
  const received = flags.received === undefined ? undefined : new Date(flags.received);
  if (received !== undefined && Number.isNaN(received.getTime())) throw new UsageError(`"${flags.received}" is no time like 2026-11-22T15:00:00+07:00.`);
  const keys = flags.keys === undefined ? undefined : await readJson(flags.keys, io) as Parameters<typeof openSeal>[1]['keys'];
  if (keys !== undefined && !Array.isArray(keys?.keys)) throw new UsageError(`${flags.keys} is no JWK Set: it has no "keys".`);
  const options: VerifyOptions = {
    validateData: validateAgainst,
    ...(received === undefined ? {} : { now: received }),
    ...(flags.audience === undefined ? {} : { audience: flags.audience }),
    ...(flags.forms === undefined ? {} : { knownForms: new Set(flags.forms) }),
    ...(keys === undefined ? {} : {
      openSeal: (jws, manifest) => openSeal(jws, {
        keys, audience: manifest.recipient.audience, subject: manifest.submitter?.id ?? null, draft: null, form: manifest.form,
        now: received ?? new Date(manifest.created),
      }),
    }),
  };
  return verifyDossier(blob, options);
}

/** The language of a command: asked for, else that of the system, else English. */
export function languageOf(asked: string | undefined, io: CommandIo): Language {
  if (asked !== undefined && asked !== 'vi' && asked !== 'en') throw new UsageError('--lang is vi or en.');
  return asked ?? ((io.env.LC_ALL ?? io.env.LC_MESSAGES ?? io.env.LANG ?? '').startsWith('vi') ? 'vi' : 'en');
}

const MARKS = { ok: ['green', '✓'], failed: ['red', '✗'], 'not-checked': ['yellow', '?'], note: ['cyan', '·'] } as const;

/** One line per finding: mark, sentence, code. */
export function printFindings(findings: readonly Finding[], language: Language, io: CommandIo): void {
  for (const { status, message, code } of findings) {
    const [colour, mark] = MARKS[status];
    io.stdout.write(`${style(io, colour, mark)} ${message[language]} ${style(io, 'dim', `[${code}]`)}\n`);
  }
}
