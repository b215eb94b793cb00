// What the commands about packages share: opening a file by reference, and verifying it with what the command line gives.

import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { validateAgainst } from '@onceform/compiler';
import { OnceFormError, type Finding, type Receipt } from '@onceform/core';
import { checkPublishedRules } from '@onceform/core/cel';
import { digestBlob, verifyDossier, type DossierVerdict, type VerifyOptions } from '@onceform/dossier';
import { openFile as openPackage } from '@onceform/dossier/node';
import { checkReceipt } from '@onceform/dossier/receipt';
import { readPem, signatureChecker, trustedKeyOf } from '@onceform/dossier/signatures';
import { openSeal } from '@onceform/store';
import { style, UsageError, type CommandIo } from './command.ts';
import { readPack } from './definitions.ts';

export type Language = 'vi' | 'en';

/** A file as a Blob that is read when needed. @throws {UsageError} when there is no such file, or it is a folder. */
export async function openFile(path: string, io: CommandIo): Promise<Blob> {
  const found = await stat(resolve(io.cwd, path)).catch(() => null);
  if (found === null) throw new UsageError(`There is no file ${path}.`);
  if (!found.isFile()) throw new UsageError(`${path} is no file.`);
  return openPackage(resolve(io.cwd, path));
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
  pack: { type: 'string' },
  receipt: { type: 'string' },
  trust: { type: 'string' },
  signatures: { type: 'string' },
  previous: { type: 'string' },
  lang: { type: 'string' },
} as const;

export interface VerifyFlags {
  readonly keys?: string | undefined;
  readonly audience?: string | undefined;
  readonly received?: string | undefined;
  readonly forms?: readonly string[] | undefined;
  readonly pack?: string | undefined;
  readonly receipt?: string | undefined;
  readonly trust?: string | undefined;
  readonly signatures?: string | undefined;
  readonly previous?: string | undefined;
}

export const verifyHelp = `  --keys FILE       JWK Set of the gateway and the portal: are seal and receipt genuine?
  --receipt FILE    the receipt: was this package received, and when?
  --trust FILE      root certificates (PEM): do signatures count, and seals that bring a certificate?
  --signatures N    so many trusted signatures there have to be
  --previous FILE   the package it has to follow
  --pack MODULE     country pack with functions of the rules: "vn" (default), "none", or a module
  --audience NAME   who receives: is it addressed to it?
  --received TIME   time of receipt, RFC 3339: were seal and package in time?
  --forms DIGEST    digest of a published form; may be repeated
  --lang vi|en      language of the findings (otherwise by LANG)`;

/** Verifies with all the command line gives; what it does not give is reported as not checked. */
export async function verifyWith(blob: Blob, flags: VerifyFlags, io: CommandIo): Promise<DossierVerdict> {
  const receipt = flags.receipt === undefined ? undefined : ((await readJson(flags.receipt, io)) as Receipt);
  const said = flags.received ?? receipt?.receivedAt;
  const received = said === undefined ? undefined : new Date(said);
  if (received !== undefined && Number.isNaN(received.getTime()))
    throw new UsageError(`"${said}" is no time like 2026-11-22T15:00:00+07:00.`);
  const keys =
    flags.keys === undefined ? undefined : ((await readJson(flags.keys, io)) as Parameters<typeof openSeal>[1]['keys']);
  if (keys !== undefined && !Array.isArray(keys?.keys))
    throw new UsageError(`${flags.keys} is no JWK Set: it has no "keys".`);
  const functions = (await readPack(flags.pack, io))?.functions ?? {};
  const { certificates } = flags.trust === undefined ? { certificates: [] } : readPem(await readText(flags.trust, io));
  const minSignatures = Number(flags.signatures ?? 0);
  if (!Number.isInteger(minSignatures) || minSignatures < 0) throw new UsageError('--signatures takes a number.');
  const before = flags.previous === undefined ? undefined : await readPrevious(flags.previous, io);
  const options: VerifyOptions = {
    // Large packages take seconds: a terminal sees how far it is.
    ...(io.isTTY && blob.size > LARGE ? { onProgress: progressOn(io) } : {}),
    validateData: validateAgainst,
    checkRules: (rules, data, { dataSchema }) => checkPublishedRules(rules, data, { dataSchema, functions }),
    minSignatures,
    renderAgain: async (file, about) => (await import('@onceform/dossier/html')).htmlAgain(file, about),
    ...(received === undefined ? {} : { now: received }),
    ...(flags.audience === undefined ? {} : { audience: flags.audience }),
    ...(flags.forms === undefined ? {} : { knownForms: new Set(flags.forms) }),
    ...(flags.trust === undefined ? {} : { checkSignature: signatureChecker({ anchors: certificates }) }),
    ...(before === undefined ? {} : { previous: before }),
    ...(keys === undefined && flags.trust === undefined
      ? {}
      : {
          openSeal: async (jws, manifest) =>
            openSeal(jws, {
              keys: keys ?? (await certifiedKey(jws, certificates, received ?? new Date(manifest.created))),
              audience: manifest.recipient.audience,
              subject: manifest.submitter?.id ?? null,
              draft: null,
              form: manifest.form,
              now: received ?? new Date(manifest.created),
            }),
        }),
  };
  const verdict = await verifyDossier(blob, options);
  if (receipt === undefined) return verdict;
  const findings = [...verdict.findings, ...(await checkReceipt(receipt, blob, verdict.manifest, keys ?? null))];
  const ok = findings.every(({ status }) => status !== 'failed');
  return { ...verdict, findings, ok, submission: ok ? verdict.submission : null };
}

/** Bytes from which progress is worth telling. */
const LARGE = 64 * 1024 * 1024;

function progressOn(io: CommandIo): (done: number, total: number) => void {
  let last = -1;
  return (done, total) => {
    const percent = Math.floor((done / total) * 100);
    if (percent === last) return;
    last = percent;
    io.stderr.write(`\r${percent} %${percent >= 99 ? '\r      \r' : ''}`);
  };
}

/** The key that a seal brings in a certificate, where the certificate leads to a root that is trusted. */
async function certifiedKey(
  jws: string,
  anchors: Parameters<typeof trustedKeyOf>[1]['anchors'],
  at: Date,
): Promise<{ keys: Parameters<typeof openSeal>[1]['keys']['keys'] }> {
  const { key, detail } = await trustedKeyOf(jws, { anchors }, at);
  if (key === null) throw new OnceFormError('ERR_SEAL_KEY_UNKNOWN', `The seal's key is not trusted: ${detail}.`);
  return { keys: [key] };
}

async function readText(path: string, io: CommandIo): Promise<string> {
  return (await openFile(path, io)).text();
}

async function readPrevious(path: string, io: CommandIo): Promise<{ id: string; sha256: string }> {
  const blob = await openFile(path, io);
  const { manifest } = await verifyDossier(blob);
  if (manifest === null) throw new UsageError(`${path} is no dossier package.`);
  return { id: manifest.id, sha256: (await digestBlob(blob)).sha256 };
}

/** The language of a command: asked for, else that of the system, else English. */
export function languageOf(asked: string | undefined, io: CommandIo): Language {
  if (asked !== undefined && asked !== 'vi' && asked !== 'en') throw new UsageError('--lang is vi or en.');
  return asked ?? ((io.env.LC_ALL ?? io.env.LC_MESSAGES ?? io.env.LANG ?? '').startsWith('vi') ? 'vi' : 'en');
}

const MARKS = {
  ok: ['green', '✓'],
  failed: ['red', '✗'],
  'not-checked': ['yellow', '?'],
  note: ['cyan', '·'],
} as const;

/** One line per finding: mark, sentence, code. */
export function printFindings(findings: readonly Finding[], language: Language, io: CommandIo): void {
  for (const { status, message, code } of findings) {
    const [colour, mark] = MARKS[status];
    io.stdout.write(`${style(io, colour, mark)} ${message[language]} ${style(io, 'dim', `[${code}]`)}\n`);
  }
}
