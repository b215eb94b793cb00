// The engine's own costs, as ratios within one run: what a key costs in a large form against a small one, after taking
// away the bare structural copy of the way to the answer, which no immutable state can do without.

import { compileForm } from '@onceform/compiler';
import { openForm } from '@onceform/core';

export default async function bench({ quick }) {
  const rounds = quick ? 60 : 400;
  const [small, large] = [await sections(1), await sections(100)];
  const [few, many] = [await table(10), await table(1000)];
  const rows = [];

  const keys = compareKeys([small, large], '/s0/f5', rounds);
  rows.push({ name: 'one key: 5,000 fields against 50', ratio: keys.ratio, bound: 1.5, note: keys.note });
  const half = compareKeys([await sections(1, 0.5), await sections(100, 0.5)], '/s0/f5', rounds);
  rows.push({ name: 'one key, half of the form unanswered', ratio: half.ratio, bound: 1.5, note: half.note });
  const typed = compareKeys([typedAnew(small), typedAnew(large)], '/s0/f5', rounds);
  rows.push({ name: 'one key, every answer typed in this session', ratio: typed.ratio, bound: 1.5, note: typed.note });
  const cells = compareKeys([few, many], '/rows/5/c2', rounds);
  rows.push({ name: 'one cell: 1,000 rows against 10', ratio: cells.ratio, bound: 1.5, note: cells.note });

  const shown = await toggles(rounds);
  rows.push({
    name: 'a condition: the same 50 fields, form of 5,000 against 100',
    ratio: shown.form,
    bound: 1.5,
    note: shown.formNote,
  });
  rows.push({ name: 'a condition: 400 fields against 40', ratio: shown.size, bound: 15, note: shown.sizeNote });

  const opening = await openings(quick ? 15 : 60);
  rows.push({
    name: 'opening 2,000 fields, in structuredClone + one validation',
    ratio: opening.ratio,
    bound: 3,
    note: opening.note,
  });

  const heap = heapGrowth(small, quick ? 20_000 : 100_000);
  rows.push({
    name: `heap after ${heap.transactions.toLocaleString('en')} transactions`,
    ratio: heap.ratio,
    bound: 1.1,
    note: heap.note,
  });
  return { rows };
}

function field(i) {
  return [
    { type: 'string', minLength: 1, maxLength: 60 },
    { type: 'integer', minimum: 0 },
    { type: 'string', format: 'date' },
    { type: 'boolean' },
    { type: 'string', pattern: '^[A-Za-z ]*$' },
  ][i % 5];
}

function valueOf(i) {
  return ['some text', 1234, '2001-02-03', true, 'letters only'][i % 5];
}

async function sections(count, answered = 1) {
  const properties = {},
    data = {};
  for (let s = 0; s < count; s++) {
    const members = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`f${i}`, { ...field(i), title: `Field ${i}` }]),
    );
    properties[`s${s}`] = {
      type: 'object',
      title: `Section ${s}`,
      properties: members,
      required: Object.keys(members),
    };
    data[`s${s}`] = Object.fromEntries(
      Array.from({ length: Math.round(50 * answered) }, (_, i) => [`f${i}`, valueOf(i)]),
    );
  }
  const form = await compileForm({
    $id: `https://example.org/forms/s${count}`,
    title: 'Sections',
    type: 'object',
    properties,
    required: Object.keys(properties),
    form: { version: '1', locale: 'en' },
  });
  return { form, data: asReceived(data) };
}

/** Data as they come from a draft or a server: out of JSON. */
function asReceived(data) {
  return JSON.parse(JSON.stringify(data));
}

async function table(count) {
  const members = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`c${i}`, field(i * 5)]));
  const row = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`c${i}`, 'cell']));
  const form = await compileForm({
    $id: `https://example.org/forms/t${count}`,
    title: 'Table',
    type: 'object',
    properties: {
      rows: { type: 'array', maxItems: 2000, items: { type: 'object', properties: members, required: ['c0'] } },
    },
    form: { version: '1', locale: 'en' },
  });
  return { form, data: asReceived({ rows: Array.from({ length: count }, () => ({ ...row })) }) };
}

/** The same form, with every answer typed into it one by one. */
function typedAnew({ form, data }) {
  const session = openForm(form, { clock: () => new Date(0) });
  for (const [section, members] of Object.entries(data)) {
    for (const [field, value] of Object.entries(members))
      session.dispatch({ changes: { set: `/${section}/${field}`, value } });
  }
  return {
    form,
    session,
    data: Object.fromEntries(Object.entries(session.state.data).filter(([key]) => key !== '$context')),
  };
}

/** Opens with a listener on each field, as a page has. */
function start({ form, data, session = openForm(form, { data, clock: () => new Date(0) }) }) {
  let told = 0;
  const listen = (pointer, value) => {
    if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) listen(`${pointer}/${key}`, item);
    session.watch(pointer, () => {
      told += 1;
    });
  };
  listen('', data);
  return { session, told: () => told };
}

/** A new root with one answer changed, made from the root before it, as any immutable state has to. */
function bareCopy(data, path, leaf) {
  if (path.length === 0) return leaf;
  const [key, ...rest] = path;
  if (Array.isArray(data)) {
    const copy = data.slice();
    copy[key] = bareCopy(data[key], rest, leaf);
    return copy;
  }
  return { ...data, [key]: bareCopy(data[key], rest, leaf) };
}

function compareKeys(cases, pointer, rounds) {
  const runs = cases.map(one => ({ ...start(one), data: one.data, keys: [], copies: [] }));
  const path = pointer.slice(1).split('/');
  let letter = 0;
  const batch = 10;
  for (let round = 0; round < rounds + 20; round++) {
    for (const run of runs) {
      const before = process.hrtime.bigint();
      for (let i = 0; i < batch; i++)
        run.session.dispatch({
          changes: { input: pointer, text: 'abcdefghij'.slice(0, 1 + (letter++ % 9)) },
          userEvent: 'input',
        });
      const middle = process.hrtime.bigint();
      for (let i = 0; i < batch; i++) run.data = bareCopy(run.data, path, `x${i}`);
      const after = process.hrtime.bigint();
      if (round >= 20) {
        run.keys.push(Number(middle - before) / batch / 1000);
        run.copies.push(Number(after - middle) / batch / 1000);
      }
    }
  }
  const [a, b] = runs.map(run => ({ key: quiet(run.keys), copy: quiet(run.copies) }));
  return {
    ratio: (b.key - b.copy) / (a.key - a.copy),
    note: `${b.key.toFixed(1)} µs against ${a.key.toFixed(1)} µs, copies ${b.copy.toFixed(1)} and ${a.copy.toFixed(1)} µs`,
  };
}

async function conditional(count, fields) {
  const { data } = await sections(count);
  const properties = { on: { type: 'boolean' } };
  for (let s = 0; s < count; s++) {
    const members = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, field(i)]));
    properties[`s${s}`] = { type: 'object', properties: members };
  }
  properties.shown = {
    type: 'object',
    when: { properties: { on: { const: true } }, required: ['on'] },
    properties: Object.fromEntries(Array.from({ length: fields }, (_, i) => [`f${i}`, field(i)])),
  };
  const form = await compileForm({
    $id: `https://example.org/forms/c${count}-${fields}`,
    title: 'Conditional',
    type: 'object',
    properties,
    form: { version: '1', locale: 'en' },
  });
  return {
    form,
    data: asReceived({
      ...data,
      on: false,
      shown: Object.fromEntries(Array.from({ length: fields }, (_, i) => [`f${i}`, valueOf(i)])),
    }),
  };
}

async function toggles(rounds) {
  const measure = cases => {
    const runs = cases.map(one => ({
      session: openForm(one.form, { data: one.data, clock: () => new Date(0) }),
      data: one.data,
      times: [],
      copies: [],
    }));
    for (let round = 0; round < rounds + 20; round++) {
      for (const run of runs) {
        const before = process.hrtime.bigint();
        for (let i = 0; i < 4; i++) run.session.dispatch({ changes: { set: '/on', value: i % 2 === 0 } });
        const middle = process.hrtime.bigint();
        for (let i = 0; i < 4; i++) run.data = bareCopy(run.data, ['on'], i % 2 === 0);
        const after = process.hrtime.bigint();
        if (round >= 20) {
          run.times.push(Number(middle - before) / 4000);
          run.copies.push(Number(after - middle) / 4000);
        }
      }
    }
    return runs.map(run => quiet(run.times) - quiet(run.copies));
  };
  const [inSmall, inLarge] = measure([await conditional(1, 50), await conditional(99, 50)]);
  const [forty, fourHundred] = measure([await conditional(1, 40), await conditional(1, 400)]);
  return {
    form: inLarge / inSmall,
    formNote: `${inLarge.toFixed(1)} µs against ${inSmall.toFixed(1)} µs`,
    size: fourHundred / forty,
    sizeNote: `${fourHundred.toFixed(1)} µs against ${forty.toFixed(1)} µs`,
  };
}

async function openings(rounds) {
  const { form, data } = await sections(40);
  const opened = [],
    floor = [];
  for (let round = 0; round < rounds + 5; round++) {
    const before = process.hrtime.bigint();
    const session = openForm(form, { data, clock: () => new Date(0) });
    const middle = process.hrtime.bigint();
    sink = form.validators.whole(structuredClone({ ...data, $context: session.state.data.$context }));
    const after = process.hrtime.bigint();
    if (round >= 5) {
      opened.push(Number(middle - before) / 1e6);
      floor.push(Number(after - middle) / 1e6);
    }
  }
  return {
    ratio: quiet(opened) / quiet(floor),
    note: `${quiet(opened).toFixed(2)} ms against ${quiet(floor).toFixed(2)} ms`,
  };
}

function heapGrowth({ form, data }, transactions) {
  const { session } = start({ form, data });
  const type = count => {
    for (let i = 0; i < count; i++)
      session.dispatch({ changes: { set: `/s0/f${(i % 10) * 5}`, value: `text ${i % 100}` }, userEvent: 'set' });
  };
  const used = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  type(2000);
  const before = used();
  type(transactions);
  const after = used();
  return {
    ratio: after / before,
    transactions,
    note: `${(before / 1e6).toFixed(1)} MB before, ${(after / 1e6).toFixed(1)} MB after${globalThis.gc ? '' : ' (without --expose-gc)'}`,
  };
}

let sink;

/** The lower decile of many rounds: on a machine that does other things too, a median measures those. */
function quiet(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 10)];
}

export { sink };
