// dossier.json from bytes: its shape is checked by hand, member by member, and members it does not know are refused.

import { isJsonObject, OnceFormError, type DossierManifest, type Json } from '@onceform/core';
import { parseCanonicalFile } from './canonical-file.ts';
import { isPackagePath, isSignaturePath } from './package-path.ts';

type Check = (value: Json | undefined) => boolean;

const text: Check = value => typeof value === 'string';
const textOrNull: Check = value => value === null || text(value);
const matches =
  (pattern: RegExp): Check =>
  value =>
    typeof value === 'string' && pattern.test(value);
const oneOf =
  (...options: readonly Json[]): Check =>
  value =>
    value !== undefined && options.includes(value);
const natural: Check = value => Number.isSafeInteger(value) && (value as number) >= 0;
const orNull =
  (check: Check): Check =>
  value =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check);
const optional =
  (check: Check): Check =>
  value =>
    value === undefined || check(value);
const shape =
  (members: Readonly<Record<string, Check>>): Check =>
  value =>
    isJsonObject(value)
    && Object.keys(value).every(key => Object.hasOwn(members, key))
    && Object.entries(members).every(([key, check]) => check(Object.hasOwn(value, key) ? value[key] : undefined));
const localized: Check = value => text(value) || (isJsonObject(value) && Object.values(value).every(text));

const digest = matches(/^[0-9a-f]{64}$/);
const uuid = matches(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const dateTime: Check = value =>
  matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/)(value)
  && !Number.isNaN(Date.parse(value as string));
const pointer = matches(/^(?:\/(?:[^~/]|~[01])*)*$/);
const packagePath: Check = value => typeof value === 'string' && isPackagePath(value) && !isSignaturePath(value);

const isManifest = shape({
  format: oneOf('https://onceform.dev/dossier/1'),
  id: uuid,
  created: dateTime,
  procedure: orNull(shape({ code: textOrNull, name: localized })),
  form: shape({ id: text, version: text, digest }),
  recipient: shape({ audience: text, agency: textOrNull, receivingAgency: optional(text), nonce: textOrNull }),
  submitter: orNull(shape({ id: text, identityLevel: oneOf(0, 1, 2, 3) })),
  language: text,
  reviewDigest: digest,
  previous: optional(shape({ id: uuid, sha256: digest })),
  bundle: optional(shape({ id: uuid, no: natural, of: natural })),
  files: listOf(
    shape({
      path: packagePath,
      role: oneOf(
        'data',
        'schema',
        'rules',
        'definition',
        'provenance',
        'salts',
        'seal',
        'consents',
        'decisions',
        'texts',
        'component',
        'answer-file',
        'human-copy',
        'evidence',
        'original',
        'shown',
      ),
      type: text,
      size: natural,
      sha256: digest,
      name: optional(text),
    }),
  ),
  components: listOf(
    shape({
      id: text,
      title: localized,
      fulfilledBy: oneOf('data', 'file', 'issued-document', 'both', 'waived'),
      files: listOf(packagePath),
      data: optional(listOf(pointer)),
      reason: optional(text),
      copy: optional(shape({ kind: oneOf('certified', 'digitised'), by: text, at: dateTime, mark: optional(text) })),
      reference: optional(shape({ source: text, documentId: text, sha256: digest })),
    }),
  ),
  generator: shape({ name: text, version: text }),
  redacted: optional(shape({ sha256: digest, withheld: listOf(pointer) })),
});

/** @throws {OnceFormError} ERR_DOSSIER_INVALID when the bytes are no manifest of format 1. */
export function readManifest(bytes: Uint8Array, path = 'dossier.json'): DossierManifest {
  const value = parseCanonicalFile(bytes, path);
  if (!isManifest(value)) throw invalid(`${path} is no manifest of this format.`, path);
  const manifest = value as unknown as DossierManifest;
  const paths = manifest.files.map(file => file.path);
  if (paths.some((at, i) => i > 0 && paths[i - 1]! >= at))
    throw invalid(`${path} does not list its files in order, each once.`, path);
  return manifest;
}

function invalid(message: string, path: string): OnceFormError {
  return new OnceFormError('ERR_DOSSIER_INVALID', message, { data: { path } });
}
