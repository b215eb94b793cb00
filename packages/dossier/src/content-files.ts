// What the files of a package are called that every package of its kind has.

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
  shown: 'data/shown.json',
} as const satisfies Partial<Record<DossierFile['role'], string>>;

export type ContentRole = keyof typeof CONTENT_FILES;

export const JSON_TYPE = 'application/json';
export const SEAL_TYPE = 'application/jose';
