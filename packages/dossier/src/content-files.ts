// What the fixed JSON files of a package are called, and which a package cannot do without.

import type { DossierFile } from '@onceform/core';

export const CONTENT_FILES = {
  data: 'data/form.json',
  schema: 'data/schema.json',
  rules: 'data/rules.json',
  definition: 'data/definition.json',
  provenance: 'data/provenance.json',
  salts: 'data/salts.json',
  decisions: 'data/decisions.json',
  consents: 'data/consents.json',
  texts: 'data/texts.json',
  seal: 'data/seal.jws',
} as const satisfies Partial<Record<DossierFile['role'], string>>;

export type ContentRole = keyof typeof CONTENT_FILES;

export const REQUIRED_ROLES: readonly ContentRole[] = ['data', 'schema', 'rules', 'definition', 'provenance', 'salts', 'decisions', 'consents'];

export const JSON_TYPE = 'application/json';
export const SEAL_TYPE = 'application/jose';
