// npm run fuzz -- compiler [--runs DEFINITIONS]: random forms with data that nearly fit them, judged by everyone who
// may have to: plain ajv, @hyperjump/json-schema and Python's jsonschema on the published dataSchema; the form as Node
// compiles it, as it runs without code generation and as it is emitted. 10,000 definitions with ten answers each unless
// `--runs` says fewer. The same definitions every time; ONCEFORM_SEED starts elsewhere.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { registerSchema, unregisterSchema, validate } from '@hyperjump/json-schema/draft-2020-12';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { build } from 'esbuild';
import { misjudgedByAjv } from './dist/carriers.js';
import { assemble } from './dist/assemble.js';
import { compactPlan } from './dist/compact.js';
import { formOf } from './dist/compile.js';
import { emitModule, planForm } from './dist/index.js';
import { interpretFunctions } from './dist/interpreter.js';

const DEFINITIONS = 10_000;
const ANSWERS = 10;
/** Every so many definitions are emitted too: bundling is what takes long. */
const EMIT_EVERY = 10;

/** Schemas that plain ajv misjudges by the official suite's word (see src/carriers.ts): its verdict on them is no proof. */
const misjudged = ({ $defs = {}, ...body }) => misjudgedByAjv({ definitions: $defs, functions: { body } }).size > 0;

const PYTHON = `
import json, sys
from jsonschema import Draft202012Validator as V
for line in sys.stdin:
    case = json.loads(line)
    v = V(case["schema"])
    print("".join("1" if v.is_valid(value) else "0" for value in case["data"]), flush=True)
`;

const keys = errors =>
  errors
    .map(({ instancePath, keyword, params }) =>
      JSON.stringify([instancePath, keyword, keyword === 'uniqueItems' ? {} : params]),
    )
    .sort()
    .join('\n');

export default async function fuzz({ runs }) {
  const definitions = Math.min(runs, DEFINITIONS);
  const folder = await mkdtemp(join(tmpdir(), 'onceform-fuzz-'));
  const { randomSource, randomDefinition, randomData } = await generator(folder);
  const random = randomSource(Number(process.env.ONCEFORM_SEED ?? 1));
  const python = startPython();
  const counts = { pairs: 0, valid: 0, ajv: 0, hyperjump: 0, python: 0, carriers: 0, emitted: 0 };
  const differences = [];
  const differ = (who, definition, value) => {
    differences.push(who);
    if (differences.length <= 5) console.log(`${who} differs: ${JSON.stringify({ definition, value })}`);
  };
  try {
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    for (let n = 0; n < definitions; n++) {
      const definition = randomDefinition(random, n % 2 === 0);
      const data = Array.from({ length: ANSWERS }, () => randomData(definition, random));
      const plan = await planForm(definition);
      const form = formOf(plan);
      const runtime = assemble(compactPlan(plan), interpretFunctions(plan), () => Promise.resolve(plan.documents));
      const { dataSchema } = plan.documents;
      const verdicts = data.map(value => form.validators.whole(value).length === 0);
      counts.pairs += data.length;
      counts.valid += verdicts.filter(Boolean).length;

      const carriers = [['runtime', runtime]];
      if (n % EMIT_EVERY === 0) carriers.push(['emitted', await load(definition, folder, n)]);
      for (const [who, other] of carriers) {
        counts[who === 'emitted' ? 'emitted' : 'carriers'] += data.length;
        for (const value of data) {
          if (keys(other.validators.whole(value)) !== keys(form.validators.whole(value)))
            differ(who, definition, value);
          form.guards.forEach((guard, i) => {
            if (guard.test(value) !== other.guards[i].test(value)) differ(`${who} guard`, definition, value);
          });
        }
      }

      if (!misjudged(dataSchema)) {
        const plain = new Ajv2020({ strict: false }).compile(dataSchema);
        data.forEach((value, i) => plain(value) === verdicts[i] || differ('ajv', definition, value));
        counts.ajv += data.length;
      }
      const uri = `https://example.org/fuzz-${n}`;
      registerSchema(dataSchema, uri);
      const judge = await validate(uri);
      data.forEach((value, i) => judge(value).valid === verdicts[i] || differ('hyperjump', definition, value));
      unregisterSchema(uri);
      counts.hyperjump += data.length;
      if (python !== null) {
        const answer = await python.ask({ schema: dataSchema, data });
        data.forEach((value, i) => (answer[i] === '1') === verdicts[i] || differ('python', definition, value));
        counts.python += data.length;
      }
      if ((n + 1) % 500 === 0) console.log(`${n + 1} definitions, ${differences.length} differences`);
    }
  } finally {
    python?.stop();
    await rm(folder, { recursive: true });
  }
  const row = (name, count, who) => {
    const found = differences.filter(each => each.startsWith(who)).length;
    return { name, result: `${found} differences in ${count} pairs`, ok: found === 0 && count > 0 };
  };
  return [
    row('dataSchema in plain ajv = compiled form', counts.ajv, 'ajv'),
    row('dataSchema in @hyperjump/json-schema = compiled form', counts.hyperjump, 'hyperjump'),
    python === null
      ? { name: 'dataSchema in Python', result: 'not judged: python3-jsonschema is not installed', ok: true }
      : row('dataSchema in Python (jsonschema) = compiled form', counts.python, 'python'),
    row('run-time carrier = compiled form, every error', counts.carriers, 'runtime'),
    row('emitted module = compiled form, every error', counts.emitted, 'emitted'),
    {
      name: 'answers that fit, so that it means something',
      result: `${Math.round((100 * counts.valid) / counts.pairs)} % of ${counts.pairs}, ${definitions} definitions`,
      ok: counts.valid > counts.pairs / 10 && counts.valid < counts.pairs * 0.9,
    },
  ];
}

async function generator(folder) {
  const file = join(folder, 'random-form.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('src/random-form.test-data.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    outfile: file,
    logLevel: 'error',
  });
  return import(pathToFileURL(file).href);
}

async function load(definition, folder, n) {
  const { files } = await emitModule(definition);
  const file = join(folder, `form-${n}.js`);
  await writeFile(file, files['form.js']);
  const { default: form } = await import(pathToFileURL(file).href);
  await rm(file);
  return form;
}

/** Python's judgement, one process for all; null where there is none. */
function startPython() {
  // Debian's Python has Debian's jsonschema, whatever else is on the path.
  if (spawnSync('/usr/bin/python3', ['-c', 'import jsonschema']).status !== 0) return null;
  const child = spawn('/usr/bin/python3', ['-c', PYTHON], { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let said = '';
  child.stderr.on('data', data => (said += data));
  return {
    async ask(question) {
      if (!child.stdin.write(`${JSON.stringify(question)}\n`)) await once(child.stdin, 'drain');
      const { value, done } = await lines.next();
      if (done) throw new Error(`Python stopped: ${said}`);
      return value;
    },
    stop: () => child.stdin.end(),
  };
}
