import { describe, expect, it } from 'vitest';
import { formatPattern } from '@onceform/core';
import { compileForm } from './compile.ts';
import { analyseExpression } from './expression.ts';

const analyse = (
  source: string,
  target: readonly (string | null)[] = ['a', 'b'],
): { reads: string[]; needs: string[] } => {
  const { reads, needs } = analyseExpression(source, target, '', true);
  return { reads: reads.map(formatPattern).sort(), needs: needs.map(formatPattern).sort() };
};

const withRule = (rule: string, more: object = {}): Promise<unknown> =>
  compileForm(
    {
      type: 'object',
      properties: {
        name: { type: 'string' },
        count: { type: 'integer', checks: [{ rule, message: 'No.' }] },
        price: { type: 'number' },
        agreed: { type: 'boolean' },
        rows: { type: 'array', items: { type: 'object', properties: { amount: { type: 'integer' } } } },
        ...more,
      },
    },
    {
      pack: {
        functions: { ageAt: { parameters: ['string', 'string'], result: 'int', description: '', call: () => 1 } },
      },
    },
  );

describe('what an expression reads and needs', () => {
  it('follows data, self, value and context to paths', () => {
    expect(analyse('data.x.y == self.c && value > 1 && context.today != ""')).toEqual({
      reads: ['/$context/today', '/a/b', '/a/c', '/x/y'],
      needs: ['/$context/today', '/a/b', '/a/c', '/x/y'],
    });
  });

  it('does not need what it asks about with has()', () => {
    expect(analyse('!has(self.c) || self.c.d > value')).toEqual({ reads: ['/a/b', '/a/c', '/a/c/d'], needs: ['/a/b'] });
  });

  it('reads every item inside a macro', () => {
    expect(analyse('data.rows.exists(row, row.kind == data.kind)')).toEqual({
      reads: ['/kind', '/rows', '/rows/[]/kind'],
      needs: ['/kind', '/rows', '/rows/[]/kind'],
    });
  });

  it('takes a literal index as a path and stops at a computed one', () => {
    expect(analyse('self["x/y"] + data.rows[0].n + data.rows[value].n').reads).toEqual([
      '/a/b',
      '/a/x~1y',
      '/rows',
      '/rows/0/n',
    ]);
  });
});

describe('a rule that cannot be', () => {
  it.each([
    ['value >', 8, 'EOF'],
    ['valeu > 1', 1, 'there is no variable "valeu"'],
    ['data.nmae == "x"', 6, 'there is no field "nmae"'],
    ['value == "x"', 1, 'int == string'],
    ['data.rows.all(r, r.amuont > 1)', 20, 'there is no field "amuont"'],
    ['ageAt(value, "x") > 1', 1, 'ageAt(int, string)'],
    ['value + 1', 1, 'it gives a whole number, and true or false is needed'],
    ['data.price * value > 1.0', 1, 'double * int'],
  ])('%s says so at its column', async (rule, column, words) => {
    await expect(withRule(rule)).rejects.toMatchObject({
      code: 'ERR_RULE_INVALID',
      pointer: '/properties/count/checks/0/rule',
      data: { column },
      message: expect.stringContaining(words) as string,
    });
  });

  it.each([
    'value > 1',
    'data.price > 1.5',
    'data.price > 1',
    'double(value) * data.price > 1.0',
    '!has(data.name) || data.name.size() > 1',
    'context.identityLevel >= 2',
    'ageAt(data.name, context.today) >= 18',
    'data.rows.all(r, r.amount > 0)',
    '"/name" in context.retrieved',
  ])('%s is fine', async rule => {
    await expect(withRule(rule)).resolves.toBeDefined();
  });

  it('has to give what a computed field holds', async () => {
    await expect(withRule('true', { total: { type: 'string', compute: 'data.count * 2' } })).rejects.toMatchObject({
      code: 'ERR_RULE_INVALID',
      pointer: '/properties/total/compute',
    });
    await expect(withRule('true', { total: { type: 'number', compute: 'data.count * 2' } })).resolves.toBeDefined();
  });
});

describe('a cycle', () => {
  it('of computed values is refused, naming both', async () => {
    await expect(
      withRule('true', {
        x: { type: 'integer', compute: 'data.y + 1' },
        y: { type: 'integer', compute: 'data.x + 1' },
      }),
    ).rejects.toMatchObject({
      code: 'ERR_RULE_CYCLE',
      message: expect.stringMatching(/compute of \/x.*compute of \/y/) as string,
    });
  });

  it('through a condition is refused too', async () => {
    await expect(
      withRule('true', {
        x: { type: 'integer', compute: 'data.y + 1' },
        y: { type: 'integer', when: { properties: { x: { const: 1 } }, required: ['x'] } },
      }),
    ).rejects.toMatchObject({ code: 'ERR_RULE_CYCLE' });
  });

  it('of two conditions is refused', async () => {
    await expect(
      withRule('true', {
        x: { type: 'integer', when: { required: ['y'] } },
        y: { type: 'integer', when: { required: ['x'] } },
      }),
    ).rejects.toMatchObject({ code: 'ERR_RULE_CYCLE' });
  });
});
