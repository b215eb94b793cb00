// `npm run bench -- NAME [--quick]`: ratios measured in one run, each beside its bound. Writes
// bench/results/NAME.json and exits 1 when a bound is exceeded. Without a name: lists the benches there are.
//
// A bench is bench/NAME.mjs with a default export `({ quick }) => { rows: [{ name, ratio, bound, unit?, note? }] }`.
// `bound` is an upper bound; `{ atLeast: 0.5 }` is a lower one; null is only shown.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { build } from './build.mjs';
import { root } from './run.mjs';

const [name] = process.argv.slice(2).filter(word => !word.startsWith('-'));
const quick = process.argv.includes('--quick');
const known = readdirSync(join(root, 'bench'))
  .filter(file => file.endsWith('.mjs'))
  .map(file => file.slice(0, -4));

if (name === undefined || !known.includes(name)) {
  console.log(name === undefined ? 'Which bench?' : `There is no bench called ${name}.`);
  console.log(known.length === 0 ? 'There is none yet.' : `npm run bench -- ${known.join(' | ')} [--quick]`);
  process.exit(name === undefined ? 0 : 2);
}

// Figures of the heap mean nothing without a collector that can be called.
setFlagsFromString('--expose-gc');
globalThis.gc ??= runInNewContext('gc');

await build({ embed: false });
const { default: bench } = await import(pathToFileURL(join(root, 'bench', `${name}.mjs`)).href);
const { rows, ...rest } = await bench({ quick });

let exceeded = 0;
const width = Math.max(...rows.map(row => row.name.length));
for (const { name: title, ratio, bound, unit = '×', note } of rows) {
  const least = typeof bound === 'object' && bound !== null;
  const holds = bound === null ? null : least ? ratio >= bound.atLeast : ratio <= bound;
  if (holds === false) exceeded += 1;
  const limit = bound === null ? 'shown only' : least ? `≥ ${bound.atLeast}` : `≤ ${bound}`;
  console.log(
    `${holds === null ? ' ' : holds ? '✓' : '✗'} ${title.padEnd(width)}  ${ratio.toFixed(2)} ${unit}  (${limit})${note ? `  ${note}` : ''}`,
  );
}
mkdirSync(join(root, 'bench', 'results'), { recursive: true });
const file = join(root, 'bench', 'results', `${name}${quick ? '-quick' : ''}.json`);
writeFileSync(
  file,
  JSON.stringify({ name, quick, node: process.version, cores: cpus().length, rows, ...rest }, null, 2) + '\n',
);
console.log(exceeded === 0 ? 'Every bound holds.' : `${exceeded} of ${rows.length} bounds are exceeded.`);
process.exit(exceeded === 0 ? 0 : 1);
