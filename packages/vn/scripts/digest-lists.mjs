// Writes src/data/digests.json: how many entries each code list has, and the digest of its canonical JSON.
//   npx tsc -b packages/vn && node packages/vn/scripts/digest-lists.mjs
// A test compares it with the lists, so a forgotten run shows.

import { writeFileSync } from 'node:fs';
import { digestJson } from '@onceform/core';
import { codeLists, provenanceOf } from '../dist/index.js';

const out = {};
for (const list of Object.values(codeLists)) {
  const entries = await list.load();
  const { source, licence } = await provenanceOf(list.id);
  out[list.id] = { count: entries.length, digest: await digestJson(entries), source, licence };
}
writeFileSync(new URL('../src/data/digests.json', import.meta.url), `${JSON.stringify(out, null, 1)}\n`);
