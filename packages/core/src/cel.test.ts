import { compileForm } from '@onceform/compiler';
import { describe, expect, test } from 'vitest';
import { celEvaluator, checkPublishedRules, recompute } from './cel.ts';
import { issuesAt, openForm, originAt, type CompiledForm, type JsonObject } from './index.ts';

const order = {
  $id: 'https://example.org/forms/order',
  title: 'Order',
  type: 'object',
  properties: {
    discount: { type: 'integer', minimum: 0 },
    rate: { type: 'number' },
    lines: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          price: { type: 'integer' },
          count: { type: 'integer' },
          total: { type: 'integer', compute: 'self.price * self.count' },
          gift: { type: 'string', when: { properties: { total: { minimum: 100 } }, required: ['total'] } },
        },
      },
    },
    sum: { type: 'integer', compute: 'size(data.lines) == 0 ? 0 : data.lines[0].total' },
    half: { type: 'number', compute: 'data.rate / 2.0' },
    note: { type: 'string', checks: [{ id: 'short', rule: 'size(value) < 5', message: 'Too long.' }] },
  },
  checks: [{ id: 'no-more', rule: 'self.discount <= self.sum', message: 'Less discount, please.' }],
  form: { version: '1', locale: 'en' },
};

const form: CompiledForm = await compileForm(order);
const rules = celEvaluator();
const open = (data?: object): ReturnType<typeof openForm> =>
  openForm(form, { rules, clock: () => new Date(0), ...(data === undefined ? {} : { data: data as never }) });

describe('rules in CEL', () => {
  test('compute values from integers that come back as JSON numbers', () => {
    const session = open();
    session.dispatch({
      changes: [{ insert: '/lines' }, { set: '/lines/0/price', value: 40 }, { set: '/lines/0/count', value: 3 }],
    });
    expect(session.state.data['lines']).toEqual([{ price: 40, count: 3, total: 120 }]);
    expect(originAt(session.state, '/lines/0/total')).toEqual({ origin: 'derived' });
    session.dispatch({ changes: { set: '/lines/0/count', value: 1 } });
    expect(session.state.data['sum']).toBe(40);
  });

  test('go through one topological order: price, total, what the total shows, the sum', () => {
    const session = open({ lines: [{ price: 50, count: 1, gift: 'pen' }] });
    expect(session.state.data['lines']).toEqual([{ price: 50, count: 1, total: 50 }]);
    session.dispatch({ changes: { set: '/lines/0/count', value: 2 } });
    expect(session.state.data['lines']).toEqual([{ price: 50, count: 2, total: 100, gift: 'pen' }]);
  });

  test('leave a value absent while something it needs is absent', () => {
    const session = open({ lines: [{ price: 50 }] });
    expect(session.state.data['lines']).toEqual([{ price: 50 }]);
    expect(session.state.data['sum']).toBeUndefined();
  });

  test('take a number field as double whatever it holds', () => {
    expect(open({ rate: 3 }).state.data['half']).toBe(1.5);
  });

  test('cannot be typed over', () => {
    const session = open({ lines: [{ price: 1, count: 1, total: 99 }] });
    const tr = session.dispatch({ changes: { set: '/lines/0/total', value: 7 } });
    expect(tr.refused).toEqual(['/lines/0/total']);
    expect(session.state.data['lines']).toEqual([{ price: 1, count: 1, total: 1 }]);
  });

  test('make an issue that names the rule, skipped while a need is absent', () => {
    const session = open({ discount: 5 });
    expect(issuesAt(session.state, '')).toEqual([]);
    session.dispatch({ changes: { set: '/lines', value: [{ price: 1, count: 2 }] } });
    expect(issuesAt(session.state, '')).toMatchObject([{ keyword: 'rule', rule: 'no-more', severity: 'error' }]);
    session.dispatch({ changes: { set: '/discount', value: 2 } });
    expect(issuesAt(session.state, '')).toEqual([]);
    session.dispatch({ changes: { set: '/note', value: 'too long' } });
    expect(issuesAt(session.state, '/note')).toMatchObject([{ rule: 'short' }]);
    session.dispatch({ changes: { clear: '/note' } });
    expect(issuesAt(session.state, '/note')).toEqual([]);
  });

  test('are judged the same from what is published', async () => {
    const documents = await form.documents();
    const check = (data: JsonObject): string[] =>
      checkPublishedRules(documents.rules, data, { dataSchema: documents.dataSchema }).map(
        issue => `${issue.rule} ${issue.pointer}`,
      );
    const { data } = open({ rate: 3, discount: 9, lines: [{ price: 2, count: 2 }], note: 'far too long' }).state;
    expect(check(data).length).toBe(2);
    expect(check({ ...data, discount: 4, note: 'ok' })).toEqual([]);
    expect(check({ ...data, discount: 4, note: 'ok', sum: 5 })).toHaveLength(1);
    expect(check({ ...data, discount: 4, note: 'ok', lines: [{ price: 2, total: 4 }] }).length).toBeGreaterThan(0);
  });

  test('bring filed data back into line after a correction: what is computed from computed values, and what has none any more', async () => {
    const { rules, dataSchema } = await form.documents();
    const again = (data: JsonObject): ReturnType<typeof recompute> => recompute(rules, data, { dataSchema });
    const { data } = open({
      rate: 3,
      lines: [
        { price: 50, count: 1 },
        { price: 2, count: 2 },
      ],
    }).state;
    expect(again(data)).toEqual({ data, changed: [] });
    const [first, second] = data['lines'] as readonly JsonObject[];
    expect(again({ ...data, lines: [{ ...first, count: 3 }, second!] })).toEqual({
      data: { ...data, sum: 150, lines: [{ price: 50, count: 3, total: 150 }, second] },
      changed: expect.arrayContaining(['/lines/0/total', '/sum']),
    });
    const { rate: _rate, ...rest } = data;
    const { half: _half, ...without } = rest;
    expect(again(rest)).toEqual({ data: without, changed: ['/half'] });
    expect(checkPublishedRules(rules, again({ ...data, rate: 9 }).data, { dataSchema })).toEqual([]);
  });
});
