// The Viet Nam pack: everything country-specific that a portal passes to the engine, the compiler and the store.

import type { CountryPack } from '@onceform/core';
import { administration } from './administration.ts';
import { calendar } from './calendar.ts';
import { codeLists } from './code-lists.ts';
import { comparable } from './comparable.ts';
import { concepts } from './concepts.ts';
import { dossierCode } from './dossier-code.ts';
import { formats } from './formats.ts';
import { functions } from './functions.ts';
import { letterhead } from './letterhead.ts';
import { paper } from './paper-words.ts';
import { schemas } from './schemas.ts';

export const vnPack: CountryPack = {
  id: 'vn',
  version: '1.0.0',
  locales: ['vi', 'en'],
  timeZone: 'Asia/Ho_Chi_Minh',
  letterhead,
  paper,
  concepts,
  formats,
  codeLists,
  functions,
  schemas,
  calendar,
  dossierCode,
  comparable,
  administration,
};
