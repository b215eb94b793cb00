// npm run bench -- compiler: what compiling and judging cost, beside plain ajv on the same data in the same run.

import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { compileForm, emitModule, planForm } from '../packages/compiler/dist/index.js';
import { vnPack } from '../packages/vn/dist/index.js';

const forms = new URL('../packages/vn/forms/', import.meta.url);

/** A form of `fields` fields in sections of ten, and data that fit it. */
function sectioned(fields) {
  const properties = {};
  const data = {};
  for (let s = 0; s < fields / 10; s++) {
    const members = {};
    const answers = {};
    for (let f = 0; f < 10; f++) {
      members[`f${f}`] = [
        { type: 'string', title: 'Text', minLength: 1, maxLength: 80 },
        { type: 'string', title: 'Date', format: 'date' },
        { type: 'integer', title: 'Number', minimum: 0, maximum: 100 },
        { title: 'Choice', enum: ['a', 'b', 'c'] },
        { type: 'string', title: 'Code', pattern: '^[0-9]{12}$' },
      ][f % 5];
      answers[`f${f}`] = ['Some text', '2024-02-29', 42, 'b', '012345678901'][f % 5];
    }
    properties[`s${s}`] = { type: 'object', title: `Section ${s}`, properties: members, required: ['f0', 'f1'] };
    data[`s${s}`] = answers;
  }
  return {
    definition: { $id: `https://example.org/bench-${fields}`, title: 'Bench', type: 'object', properties },
    data,
  };
}

const plainAjv = () => new Ajv2020({ allErrors: true, strict: false });

/** Milliseconds of one call: the fastest of several batches, the two contenders taking turns. */
function race(a, b, calls, rounds) {
  const best = [Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    for (const [i, run] of [a, b].entries()) {
      const start = performance.now();
      for (let n = 0; n < calls; n++) run();
      best[i] = Math.min(best[i], (performance.now() - start) / calls);
    }
  }
  return best;
}

async function median(run, times) {
  const took = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await run();
    took.push(performance.now() - start);
  }
  return took.sort((a, b) => a - b)[Math.floor(times / 2)];
}

export default async function bench({ quick }) {
  const rows = [];
  for (const fields of [50, 500]) {
    const { definition, data } = sectioned(fields);
    const form = await compileForm(definition);
    const { dataSchema } = await form.documents();
    const plain = plainAjv().compile(dataSchema);
    if (form.validators.whole(data).length > 0 || !plain(data))
      throw new Error('The data of the bench do not fit its form.');
    const [ours, theirs] = race(
      () => form.validators.whole(data),
      () => plain(data),
      (quick ? 20_000 : 100_000) / fields,
      quick ? 8 : 20,
    );
    rows.push({
      name: `judge a form of ${fields} fields / plain ajv`,
      ratio: ours / theirs,
      bound: 1.0,
      note: `${(ours * 1000).toFixed(1)} µs against ${(theirs * 1000).toFixed(1)} µs`,
    });
  }

  const definitions = readdirSync(forms)
    .filter(name => name.endsWith('.form.json'))
    .map(name => ({ name, text: readFileSync(new URL(name, forms), 'utf8') }));
  const plans = await Promise.all(
    definitions.map(async ({ name, text }) => ({
      name,
      text,
      size: JSON.stringify((await planForm(text, { pack: vnPack })).documents.dataSchema).length,
    })),
  );
  const largest = plans.reduce((a, b) => (a.size >= b.size ? a : b));
  const { dataSchema } = (await planForm(largest.text, { pack: vnPack })).documents;
  const times = quick ? 3 : 9;
  const ours = await median(() => compileForm(largest.text, { pack: vnPack }), times);
  const theirs = await median(() => plainAjv().compile(dataSchema), times);
  rows.push({
    name: 'compile the largest catalogue form / ajv compiles its schema',
    ratio: ours / theirs,
    bound: 10,
    note: `${largest.name}: ${ours.toFixed(0)} ms against ${theirs.toFixed(0)} ms`,
  });

  const { files, languages } = await emitModule(readFileSync(new URL('birth-registration.form.json', forms), 'utf8'), {
    pack: vnPack,
  });
  // What a page loads before anyone can type: the form, and one language.
  const kilobytes = name => gzipSync(files[name], { level: 9 }).length / 1000;
  const texts = Math.max(...languages.map(language => kilobytes(`form.${language}.js`)));
  rows.push({
    name: 'emitted birth registration with one language, gzip',
    ratio: kilobytes('code.js') + texts,
    bound: 15,
    unit: 'kB',
    note: `code.js ${kilobytes('code.js').toFixed(1)}, its largest language ${texts.toFixed(1)}; documents.js, loaded for filing: ${kilobytes('documents.js').toFixed(1)} kB`,
  });
  return { rows };
}
