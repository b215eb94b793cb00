// The first look says of a form what the engine says of it when it opens, place by place.

import { readFileSync } from 'node:fs';
import { compileForm } from '@onceform/compiler';
import { vnPack } from '@onceform/vn';
import { describe, expect, it } from 'vitest';
import { answerAt, branchAt, rawTextAt } from './answers.ts';
import { celEvaluator } from './cel.ts';
import { isRelevant, isRequired } from './derived.ts';
import { firstLook } from './first-look.ts';
import type { Json } from './json.ts';
import type { OutlineNode } from './compiled.ts';
import { joinPointer } from './pointer.ts';
import { FormState, type StateConfig } from './state.ts';

const clock = (): Date => new Date('2026-11-22T10:00:00+07:00');

/** Every place outside of rows and recursion. */
function places(node: OutlineNode, pointer = ''): string[] {
  const below = (children: readonly OutlineNode[]): string[] =>
    children.flatMap(child => places(child, joinPointer(pointer, child.key)));
  switch (node.kind) {
    case 'group':
    case 'tuple':
      return [pointer, ...below(node.children)];
    case 'choice':
      return [pointer, ...below(node.shared)];
    default:
      return [pointer];
  }
}

/** What both say of every place. */
function compare(config: StateConfig): { first: readonly unknown[]; engine: readonly unknown[] } {
  const state = FormState.create(config);
  const look = firstLook({ ...config, locale: config.locale ?? config.form.locale });
  const computed = config.form.computed.map(({ target }) => target);
  const all = places(config.form.outline.root).filter(
    at => !at.startsWith('/$context') && !computed.some(target => target === at || target.startsWith(at + '/')),
  );
  return {
    first: all.map(at => [
      at,
      look.isRelevant(at),
      look.isRequired(at),
      look.branchAt(at),
      look.answerAt(at),
      look.textOf(at, look.answerAt(at)),
    ]),
    engine: all.map(at => [
      at,
      isRelevant(state, at),
      isRequired(state, at),
      branchAt(state, at),
      answerAt(state, at),
      rawTextAt(state, at),
    ]),
  };
}

const definition = {
  $schema: 'https://onceform.dev/form/1',
  $id: 'https://forms.example/first-look',
  title: 'First look',
  type: 'object',
  properties: {
    kind: { type: 'string', enum: ['a', 'b'], default: 'a' },
    amount: { type: 'number', unit: 'EUR' },
    day: { type: 'string', format: 'date' },
    person: {
      type: 'object',
      properties: {
        adult: { type: 'boolean' },
        guardian: { type: 'string', when: { properties: { adult: { const: false } }, required: ['adult'] } },
        fixed: { const: 'always' },
      },
      required: ['adult', 'guardian', 'fixed'],
    },
    shop: {
      type: 'object',
      when: { properties: { kind: { const: 'b' } }, required: ['kind'] },
      properties: { name: { type: 'string' } },
      required: ['name'],
    },
    sign: { type: 'string', when: { at: '/shop/name', is: { type: 'string' } } },
    spouse: {
      type: 'object',
      properties: { name: { type: 'string' }, since: { type: 'string', format: 'date' } },
    },
    pay: {
      oneOf: [
        { type: 'object', title: 'Card', properties: { card: { type: 'string' } }, required: ['card'] },
        { type: 'object', title: 'Bank', properties: { bank: { type: 'string' } }, required: ['bank'] },
      ],
    },
    rows: { type: 'array', items: { type: 'object', properties: { text: { type: 'string' } } } },
  },
  required: ['kind', 'person', 'shop', 'pay'],
  form: { version: '1', locale: 'en' },
};

describe('the first look', () => {
  it('says what the engine says of an official form that asks sources, but for computed values', async () => {
    const source = readFileSync(new URL('../../vn/forms/household-business.form.json', import.meta.url), 'utf8');
    const form = await compileForm(JSON.parse(source), { pack: vnPack });
    const rules = celEvaluator({ functions: vnPack.functions });
    const { first, engine } = compare({ form, clock, locale: 'vi', pack: vnPack, rules });
    expect(first.length).toBeGreaterThan(50);
    expect(first).toEqual(engine);
  });

  const cases: [string, Json | undefined][] = [
    ['nothing', undefined],
    ['null', null],
    ['half of it', { kind: 'b', person: { adult: false }, $context: { today: '1900-01-01' } }],
    [
      'much',
      {
        kind: 'b',
        amount: 1250.5,
        day: '2021-02-18',
        shop: { name: 'Corner' },
        pay: { bank: 'B' },
        spouse: { name: 'An', since: '2020-01-01' },
        rows: [{ text: 'x' }],
      },
    ],
    [
      'what is not asked',
      { kind: 'a', shop: { name: 'Corner' }, sign: 'left', person: { adult: true, guardian: 'no' } },
    ],
    ['another shape', { kind: 7, person: 'An', pay: [], rows: 'none' }],
  ];

  it.each(cases)('says what the engine says of a form opened with %s', async (_name, data) => {
    const form = await compileForm(definition as never);
    const { first, engine } = compare({ form, clock, locale: 'vi', ...(data === undefined ? {} : { data }) });
    expect(first).toEqual(engine);
  });
});
