// The JSON files of a package, read strictly and checked for the shape the later checks rely on.

import {
  isJsonObject,
  isOnceFormError,
  type Decision,
  type DossierManifest,
  type FormDocuments,
  type Json,
  type JsonObject,
  type PublishedRule,
  type Sha256,
} from '@onceform/core';
import { parseCanonicalFile } from './canonical-file.ts';
import { MAX_JSON } from './check-integrity.ts';
import { CONTENT_FILES, type ContentRole } from './content-files.ts';
import { digestBytes } from './digest-blob.ts';
import { isProvenance, isSalts, type Provenance, type Salts } from './provenance.ts';
import type { PackageReader } from './read-package.ts';
import type { Report } from './report.ts';

export interface DossierContent {
  readonly data: JsonObject;
  readonly documents: FormDocuments;
  readonly provenance: Provenance;
  readonly salts: Salts;
  readonly decisions: readonly (Decision & JsonObject)[];
  readonly consents: Json;
  readonly texts: Json | undefined;
  /** The seal as it was signed. */
  readonly jws: string | null;
  /** Only in a redacted copy: the answers it shows. */
  readonly shown: JsonObject | null;
}

const COMPLETE: readonly ContentRole[] = [
  'data',
  'schema',
  'rules',
  'definition',
  'provenance',
  'salts',
  'decisions',
  'consents',
];
const REDACTED: readonly ContentRole[] = ['shown', 'schema', 'rules', 'definition', 'provenance', 'salts'];

const SHAPES: Partial<Record<ContentRole, (value: Json) => boolean>> = {
  data: isJsonObject,
  shown: value => isJsonObject(value) && Object.keys(value).every(isPointer),
  schema: isJsonObject,
  definition: isJsonObject,
  rules: value => Array.isArray(value) && value.every(isRule),
  provenance: isProvenance,
  salts: isSalts,
  decisions: value => Array.isArray(value) && value.every(isDecision),
  consents: Array.isArray,
};

/**
 * SHA-256 of the form's three documents, put together as the canonical JSON of `{ definition, dataSchema, rules }` from
 * their bytes as they are; an empty text when one is missing.
 */
export async function formDigest(reader: PackageReader): Promise<Sha256> {
  const text = (ascii: string): Uint8Array => new TextEncoder().encode(ascii);
  const parts: Uint8Array[] = [];
  for (const [before, role] of [
    ['{"dataSchema":', 'schema'],
    [',"definition":', 'definition'],
    [',"rules":', 'rules'],
  ] as const) {
    const entry = reader.entries.get(CONTENT_FILES[role]);
    if (entry === undefined || entry.size > MAX_JSON) return '';
    parts.push(text(before), await reader.bytes(CONTENT_FILES[role]));
  }
  parts.push(text('}'));
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return (await digestBytes(whole)).sha256;
}

/** Roles of the form's own documents. */
const OF_THE_FORM: ReadonlySet<ContentRole> = new Set(['schema', 'rules', 'definition']);

/**
 * Stops when a file is missing, is somewhere else, or is not what the format says. The documents of a published form
 * are the published ones by their digest, so they are not judged again, and are parsed only when they are used.
 */
export async function readContent(
  report: Report,
  reader: PackageReader,
  manifest: DossierManifest,
  published: boolean,
): Promise<DossierContent> {
  const required = manifest.redacted === undefined ? COMPLETE : REDACTED;
  const content: Partial<Record<ContentRole, Json>> = {};
  await report.gate(async () => {
    for (const [role, path] of Object.entries(CONTENT_FILES) as [ContentRole, string][]) {
      const found = manifest.files.filter(file => file.role === role || file.path === path);
      const right =
        found.length === 0
          ? !required.includes(role)
          : found.length === 1 && found[0]!.role === role && found[0]!.path === path;
      if (!right) report.fail('ROLE_WRONG', { at: path });
      else if (found.length > 0 && !(published && OF_THE_FORM.has(role)))
        content[role] = await readOne(report, reader, role, path);
    }
  });
  const {
    data = {},
    schema,
    rules,
    definition,
    provenance,
    salts,
    decisions = [],
    consents = [],
    texts,
    seal = null,
    shown = null,
  } = content;
  return {
    data: data as JsonObject,
    documents: published
      ? await whenUsed(reader)
      : {
          definition: definition as JsonObject,
          dataSchema: schema as JsonObject,
          rules: rules as unknown as readonly PublishedRule[],
        },
    provenance: provenance as unknown as Provenance,
    salts: salts as Salts,
    decisions: decisions as unknown as DossierContent['decisions'],
    consents,
    texts,
    jws: seal as string | null,
    shown: shown as JsonObject | null,
  };
}

async function whenUsed(reader: PackageReader): Promise<FormDocuments> {
  const lazy = async (role: 'schema' | 'rules' | 'definition'): Promise<() => Json> => {
    const bytes = await reader.bytes(CONTENT_FILES[role]);
    let value: Json | undefined;
    return () => (value ??= JSON.parse(new TextDecoder().decode(bytes)) as Json);
  };
  const [definition, dataSchema, rules] = [await lazy('definition'), await lazy('schema'), await lazy('rules')];
  return {
    get definition() {
      return definition() as JsonObject;
    },
    get dataSchema() {
      return dataSchema() as JsonObject;
    },
    get rules() {
      return rules() as unknown as readonly PublishedRule[];
    },
  };
}

async function readOne(report: Report, reader: PackageReader, role: ContentRole, path: string): Promise<Json> {
  try {
    if (reader.entries.get(path)!.size > MAX_JSON) report.stop('FILE_INVALID', { at: path, detail: 'too large' });
    const bytes = await reader.bytes(path);
    const value =
      role === 'seal'
        ? new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
        : parseCanonicalFile(bytes, path);
    if (SHAPES[role]?.(value) ?? true) return value;
    report.fail('FILE_INVALID', { at: path, detail: 'unexpected shape' });
  } catch (error) {
    if (!isOnceFormError(error) && !(error instanceof TypeError)) throw error;
    report.fail('FILE_INVALID', { at: path, detail: error.message });
  }
  return null;
}

function isRule(value: Json): boolean {
  return (
    isJsonObject(value)
    && typeof value['id'] === 'string'
    && isPointer(value['target'])
    && typeof value['expression'] === 'string'
    && (value['kind'] === 'check' || value['kind'] === 'compute')
  );
}

/** As core's `Decision`, with the rule that ranked the offers. */
function isDecision(value: Json): boolean {
  if (!isJsonObject(value) || !isPointer(value['item'])) return false;
  const { action, offer } = value;
  if (action === 'keep-mine' || action === 'decline') return offer === undefined;
  if (typeof offer !== 'string') return false;
  return (
    action === 'use' || (action === 'dispute' && isPointer(value['pointer']) && typeof value['reason'] === 'string')
  );
}

export function isPointer(value: Json | undefined): value is string {
  return typeof value === 'string' && /^(?:\/(?:[^~/]|~[012])*)*$/.test(value);
}
