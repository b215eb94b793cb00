// What no source gave: the published schema and rules say what the running form does, on every combination of answers.

import { describe, expect, it } from 'vitest';
import { openForm, type CompiledForm, type Json, type JsonObject } from '@onceform/core';
import { checkPublishedRules } from '@onceform/core/cel';
import { compileForm } from './compile.ts';
import { compileFormAtRuntime } from './runtime.ts';
import { validateAgainst } from './validators.ts';

const text = (onMissing: string, more: JsonObject = {}): JsonObject => ({
  type: 'string',
  subject: 'applicant',
  concept: `person.${onMissing}`,
  reuse: { mode: 'choose', edit: 'locked', onMissing },
  ...more,
});
const form = (properties: JsonObject, more: JsonObject = {}): Promise<CompiledForm> =>
  compileForm({ type: 'object', properties, ...more });
const context = (provided: readonly string[]): JsonObject => ({
  today: '2026-11-22',
  identityLevel: 2,
  channel: 'online',
  retrieved: Object.fromEntries(provided.map(pointer => [pointer, 'provided'])),
});

/** What a receiver says who has the published documents only; the compiled form says the same of the schema. */
async function fits(of: CompiledForm, answers: JsonObject, provided: readonly string[]): Promise<boolean> {
  const data = { ...answers, $context: context(provided) };
  const { dataSchema, rules } = await of.documents();
  const bySchema = validateAgainst(dataSchema, data).length === 0;
  expect(of.validators.whole(data).length === 0, JSON.stringify(data)).toBe(bySchema);
  return bySchema && checkPublishedRules(rules, data, { dataSchema }).length === 0;
}

/** Every object with some of these members. */
function* combinations(members: Readonly<Record<string, readonly Json[]>>): Generator<JsonObject> {
  const [[name, values] = [], ...rest] = Object.entries(members);
  if (name === undefined || values === undefined) return yield {};
  for (const other of combinations(Object.fromEntries(rest))) {
    yield other;
    for (const value of values) yield { [name]: value, ...other };
  }
}

function* subsets(pointers: readonly string[]): Generator<readonly string[]> {
  for (const chosen of combinations(Object.fromEntries(pointers.map(pointer => [pointer, [true]]))))
    yield Object.keys(chosen);
}

describe('an answer that is not asked unless a source gave it', () => {
  it('may be there, and is required, only then', async () => {
    const made = await form({ name: text('skip'), maybe: text('skip') }, { required: ['name'] });
    for (const provided of subsets(['/name', '/maybe']))
      for (const answers of combinations({ name: ['n'], maybe: ['m'] })) {
        const meant =
          (answers.name !== undefined) === provided.includes('/name')
          && (answers.maybe === undefined || provided.includes('/maybe'));
        expect(await fits(made, answers, provided), JSON.stringify({ answers, provided })).toBe(meant);
      }
    expect(made.guards.map(({ target, reads }) => [target, reads])).toEqual([
      ['/name', ['/$context/retrieved/~1name']],
      ['/maybe', ['/$context/retrieved/~1maybe']],
    ]);
  });

  it('may have a condition of its own, and stand in a group of a shared definition', async () => {
    const made = await form(
      { adult: { type: 'boolean' }, me: { $ref: '#/$defs/person' } },
      {
        $defs: {
          person: {
            type: 'object',
            properties: { card: text('skip', { when: { at: '/adult', is: { const: true } } }) },
            required: ['card'],
          },
        },
      },
    );
    for (const provided of subsets(['/me/card']))
      for (const { adult } of combinations({ adult: [true, false] }))
        for (const me of combinations({ card: ['c'] })) {
          const isAsked = adult === true && provided.length > 0;
          const answers: JsonObject = adult === undefined ? { me } : { adult, me };
          expect(await fits(made, answers, provided)).toBe((me.card !== undefined) === isAsked);
        }
  });

  it('is judged alike by both carriers, and by the engine', async () => {
    const definition = { type: 'object', properties: { name: text('skip'), only: text('block') }, required: ['name'] };
    const [built, made] = [await compileForm(definition), await compileFormAtRuntime(definition)];
    for (const provided of subsets(['/name', '/only']))
      for (const answers of combinations({ name: ['n'], only: ['o'] })) {
        const data = { ...answers, $context: context(provided) };
        expect(made.validators.whole(data)).toEqual(built.validators.whole(data));
        const session = openForm(built, { data: answers, context: context(provided) as never });
        const { name } = session.state.data;
        expect(name).toBe(provided.includes('/name') ? answers.name : undefined);
      }
  });

  it('is told from a namesake in another branch', async () => {
    const branch = (kind: string, more: JsonObject): JsonObject => ({
      type: 'object',
      properties: { kind: { const: kind }, ...more },
      required: ['kind'],
    });
    const made = await form({
      contact: { oneOf: [branch('post', { note: text('skip') }), branch('mail', { note: { type: 'string' } })] },
    });
    const note = (kind: string): JsonObject => ({ contact: { kind, note: 'n' } });
    expect(await fits(made, note('mail'), [])).toBe(true);
    expect(await fits(made, note('post'), [])).toBe(false);
    expect(await fits(made, note('post'), ['/contact/note'])).toBe(true);
  });

  const person = { type: 'object', concept: 'person', reuse: { onMissing: 'skip' } };
  const named = {
    type: 'object',
    properties: { name: { type: 'string', concept: 'person.name' } },
    required: ['name'],
  };
  it.each<[string, JsonObject, JsonObject]>([
    [
      'its requirement is one of other places too',
      { a: { ...person, $ref: '#/$defs/named' }, b: { $ref: '#/$defs/named' } },
      { $defs: { named } },
    ],
    ['it is required in a row', { rows: { type: 'array', items: { ...named, ...person } } }, {}],
    [
      'nothing tells which branch it is in',
      {
        contact: {
          oneOf: [
            { type: 'object', properties: { a: text('skip') } },
            { type: 'object', properties: {} },
          ],
        },
      },
      {},
    ],
    [
      'it is in a place of a tuple',
      { pair: { type: 'array', prefixItems: [{ type: 'object', properties: { a: text('skip') } }] } },
      {},
    ],
  ])('is refused where no schema could say it: %s', async (_, properties, more) => {
    await expect(form(properties, more)).rejects.toMatchObject({ code: 'ERR_WHEN_NOT_LOWERABLE' });
  });
});

describe('an answer that only a source may give', () => {
  it('has to be provided while it is asked and its group is there', async () => {
    const made = await form({
      adult: { type: 'boolean' },
      me: {
        type: 'object',
        properties: { id: text('block'), card: text('block', { when: { at: '/adult', is: { const: true } } }) },
      },
    });
    for (const provided of subsets(['/me/id', '/me/card']))
      for (const me of [undefined, ...combinations({ id: ['i'], card: ['c'] })])
        for (const adult of [true, false]) {
          const answers: JsonObject = me === undefined ? { adult } : { adult, me };
          const meant =
            me === undefined
            || (provided.includes('/me/id') && (adult ? provided.includes('/me/card') : me.card === undefined));
          expect(await fits(made, answers, provided), JSON.stringify({ answers, provided })).toBe(meant);
        }
  });

  it('is asked for in the chosen branch only', async () => {
    const branch = (kind: string, more: JsonObject): JsonObject => ({
      type: 'object',
      properties: { kind: { const: kind }, ...more },
      required: ['kind'],
    });
    const made = await form({ contact: { oneOf: [branch('post', { id: text('block') }), branch('mail', {})] } });
    expect(await fits(made, { contact: { kind: 'mail' } }, [])).toBe(true);
    expect(await fits(made, { contact: { kind: 'post' } }, [])).toBe(false);
    expect(await fits(made, { contact: { kind: 'post', id: 'i' } }, ['/contact/id'])).toBe(true);
  });

  it('has to be provided in every row, which a rule says', async () => {
    const row = {
      type: 'object',
      subject: 'applicant',
      concept: 'car',
      properties: { 'plate no': text('block'), note: text('skip') },
    };
    const made = await form({
      cars: { type: 'array', items: { ...row, reuse: { mode: 'choose', edit: 'locked', onMissing: 'block' } } },
    });
    expect((await made.documents()).rules.map(({ id, target }) => [id, target])).toEqual([
      ['block:/cars/[]/plate no', '/cars/[]/plate no'],
      ['block:/cars/[]/note', '/cars/[]/note'],
    ]);
    const plate = (no: number): string[] => [`/cars/${no}/plate no`, `/cars/${no}/note`];
    expect(await fits(made, { cars: [] }, [])).toBe(true);
    expect(await fits(made, { cars: [{}, {}] }, plate(1))).toBe(false);
    expect(await fits(made, { cars: [{ 'plate no': 'p' }, {}] }, [...plate(0), ...plate(1)])).toBe(true);
  });

  it('is, where it is skipped in a row, there only with a source’s word', async () => {
    const row = { type: 'object', subject: 'applicant', concept: 'car', properties: { plate: text('skip') } };
    const made = await form({
      cars: { type: 'array', items: { ...row, reuse: { mode: 'choose', edit: 'locked', onMissing: 'skip' } } },
    });
    expect(await fits(made, { cars: [{}, { plate: 'p' }] }, ['/cars/1/plate'])).toBe(true);
    expect(await fits(made, { cars: [{ plate: 'p' }, {}] }, ['/cars/1/plate'])).toBe(false);
  });
});
