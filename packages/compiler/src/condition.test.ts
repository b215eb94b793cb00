// Conditions that reach out of a branch, or to a row that a shared definition describes: what the published schema says
// is what the form means, on every combination of answers.

import { describe, expect, it } from 'vitest';
import { openForm, type CompiledForm, type Json, type JsonObject } from '@onceform/core';
import { compileForm } from './compile.ts';
import { validateAgainst } from './validators.ts';

const form = (properties: JsonObject, more: JsonObject = {}): Promise<CompiledForm> =>
  compileForm({ type: 'object', properties, ...more });
const fits = async (of: CompiledForm, data: Json): Promise<boolean> => {
  const ours = of.validators.whole(data).length === 0;
  expect(validateAgainst((await of.documents()).dataSchema, data).length === 0, JSON.stringify(data)).toBe(ours);
  return ours;
};
const abroad = { at: '/country', is: { const: 'X' } };
const branch = (kind: string, more: JsonObject, required: readonly string[] = []): JsonObject => ({
  title: kind,
  type: 'object',
  properties: { kind: { const: kind }, ...more },
  required: ['kind', ...required],
});

/** Every object with some of these members. */
function* combinations(members: Readonly<Record<string, readonly Json[]>>): Generator<JsonObject> {
  const [[name, values] = [], ...rest] = Object.entries(members);
  if (name === undefined || values === undefined) return yield {};
  for (const other of combinations(Object.fromEntries(rest))) {
    yield other;
    for (const value of values) yield { [name]: value, ...other };
  }
}

describe('a condition on another place, in a branch of a choice', () => {
  it('asks and requires the member of the chosen branch, and says nothing of the others', async () => {
    const made = await form({
      country: { enum: ['X', 'Y'] },
      contact: {
        oneOf: [
          branch('post', { street: { type: 'string' }, visa: { type: 'string', when: abroad } }, ['visa']),
          branch('mail', { address: { type: 'string' } }),
        ],
      },
    });
    let valid = 0;
    for (const contact of combinations({ kind: ['post', 'mail'], visa: ['v', 3], street: ['s'] }))
      for (const { country } of combinations({ country: ['X', 'Y'] })) {
        // As written out: with the condition decided, the branch either requires the member or refuses it.
        const isAbroad = country === 'X';
        const meant =
          contact.kind === 'mail'
          || (contact.kind === 'post' && (isAbroad ? contact.visa === 'v' : contact.visa === undefined));
        const data = country === undefined ? { contact } : { country, contact };
        expect(await fits(made, data), JSON.stringify(data)).toBe(meant);
        if (meant) valid++;
      }
    expect(valid).toBeGreaterThan(10);
    expect(made.guards).toMatchObject([{ target: '/contact/visa', anchor: '', reads: ['/country'] }]);
  });

  it('leaves alone a member of the same name in another branch', async () => {
    const made = await form({
      country: { enum: ['X', 'Y'] },
      contact: {
        oneOf: [
          branch('post', { note: { type: 'string', when: abroad } }),
          branch('mail', { note: { type: 'string' } }, ['note']),
        ],
      },
    });
    expect(await fits(made, { country: 'Y', contact: { kind: 'post', note: 'n' } })).toBe(false);
    expect(await fits(made, { country: 'X', contact: { kind: 'post', note: 'n' } })).toBe(true);
    expect(await fits(made, { country: 'Y', contact: { kind: 'mail', note: 'n' } })).toBe(true);
    expect(await fits(made, { country: 'Y', contact: { kind: 'mail' } })).toBe(false);
    const [guard] = made.guards;
    expect(guard!.test({ country: 'Y', contact: { kind: 'mail' } })).toBe(true);
    expect(guard!.test({ country: 'Y', contact: { kind: 'post' } })).toBe(false);
    const session = openForm(made, { data: { country: 'Y', contact: { kind: 'mail', note: 'kept' } } });
    expect(session.state.data).toMatchObject({ country: 'Y', contact: { kind: 'mail', note: 'kept' } });
  });

  it('works with a condition of each branch on members of one name', async () => {
    const made = await form({
      contact: {
        oneOf: [
          branch('post', { a: { type: 'string' }, note: { type: 'string', when: { required: ['a'] } } }),
          branch('mail', { b: { type: 'string' }, note: { type: 'string', when: { required: ['b'] } } }),
        ],
      },
    });
    for (const contact of combinations({ kind: ['post', 'mail'], a: ['x'], b: ['x'], note: ['n'] })) {
      const meant =
        contact.kind !== undefined
        && (contact.note === undefined || (contact.kind === 'post' ? contact.a : contact.b) !== undefined);
      expect(await fits(made, { contact }), JSON.stringify(contact)).toBe(meant);
      const asked = made.guards.every(guard => guard.test(contact));
      if (contact.kind !== undefined)
        expect(asked).toBe((contact.kind === 'post' ? contact.a : contact.b) !== undefined);
    }
  });

  it('works in every row of a list', async () => {
    const made = await form({
      country: { enum: ['X', 'Y'] },
      rows: {
        type: 'array',
        items: { oneOf: [branch('post', { visa: { type: 'string', when: abroad } }, ['visa']), branch('mail', {})] },
      },
    });
    const row = (kind: string, visa?: string): JsonObject => ({ kind, ...(visa === undefined ? {} : { visa }) });
    expect(await fits(made, { country: 'X', rows: [row('post', 'v'), row('mail')] })).toBe(true);
    expect(await fits(made, { country: 'X', rows: [row('mail'), row('post')] })).toBe(false);
    expect(await fits(made, { country: 'Y', rows: [row('post')] })).toBe(true);
    expect(await fits(made, { country: 'Y', rows: [row('post', 'v')] })).toBe(false);
    expect(await fits(made, { rows: [] })).toBe(true);
  });

  it('is refused where nothing tells which branch was chosen, in words that say what to do', async () => {
    const untold = (kind: string, more: JsonObject): JsonObject => ({ ...branch(kind, more), required: [] });
    await expect(
      form({ contact: { oneOf: [untold('post', { visa: { type: 'string', when: abroad } }), untold('mail', {})] } }),
    ).rejects.toMatchObject({
      code: 'ERR_WHEN_NOT_LOWERABLE',
      pointer: '/properties/contact/oneOf/0/properties/visa/when',
      message: expect.stringContaining('"const"') as string,
    });
  });
});

describe('a condition on another place, in rows of a shared definition', () => {
  const rows = {
    $defs: {
      row: {
        type: 'object',
        properties: {
          big: { type: 'boolean' },
          why: { type: 'string', when: { at: '/rows/[]/big', is: { const: true } } },
        },
        required: ['why'],
      },
      list: { type: 'array', items: { $ref: '#/$defs/row' } },
    },
  };

  it.each([
    ['the row is shared', { rows: { type: 'array', items: { $ref: '#/$defs/row' } } }],
    ['the list is shared', { rows: { $ref: '#/$defs/list' } }],
  ])('is judged row by row: %s', async (_, properties: JsonObject) => {
    const made = await form(properties, rows);
    for (const first of combinations({ big: [true, false], why: ['w'] }))
      for (const second of combinations({ big: [true], why: ['w'] })) {
        const meant = [first, second].every(row => (row.big === true) === (row.why !== undefined));
        expect(await fits(made, { rows: [first, second] }), JSON.stringify([first, second])).toBe(meant);
      }
    expect(made.guards).toMatchObject([{ target: '/rows/[]/why', anchor: '/rows/[]' }]);
  });

  it('leaves another use of the definition as it is written there', async () => {
    const made = await form(
      {
        flag: { type: 'boolean' },
        rows: { $ref: '#/$defs/list' },
        other: { $ref: '#/$defs/list' },
      },
      {
        $defs: {
          ...rows.$defs,
          row: {
            type: 'object',
            properties: { why: { type: 'string', when: { at: '/flag', is: { const: true } } } },
            required: ['why'],
          },
        },
      },
    );
    expect(await fits(made, { flag: true, rows: [{ why: 'w' }], other: [{}] })).toBe(false);
    expect(await fits(made, { flag: true, rows: [{ why: 'w' }], other: [{ why: 'w' }] })).toBe(true);
    expect(await fits(made, { rows: [{}], other: [{ why: 'w' }] })).toBe(false);
    expect(await fits(made, { rows: [{}], other: [{}] })).toBe(true);
  });
});

describe('what no schema could say is refused by name', () => {
  const flagged = { type: 'object', properties: { a: { type: 'string', when: { at: '/flag', is: { const: true } } } } };
  it.each([
    ['the values of a map', { map: { type: 'object', additionalProperties: flagged } }],
    ['the rest of a tuple', { pair: { type: 'array', prefixItems: [{ type: 'string' }], items: flagged } }],
    ['items of unevaluatedItems', { list: { type: 'array', unevaluatedItems: flagged } }],
    ['a place of a tuple', { pair: { type: 'array', prefixItems: [flagged] } }],
    [
      'a condition about a place of a tuple',
      {
        pair: { type: 'array', prefixItems: [{ type: 'boolean' }] },
        a: { type: 'string', when: { at: '/pair/0', is: { const: true } } },
      },
    ],
  ])('%s', async (_, properties) => {
    await expect(form({ flag: { type: 'boolean' }, ...properties })).rejects.toMatchObject({
      code: 'ERR_WHEN_NOT_LOWERABLE',
    });
  });
});
