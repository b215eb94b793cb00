// Rules and computed values inside definitions that contain themselves: compiled, type-checked, ordered, published, and
// judged by the engine and by whoever holds the published rules.

import { describe, expect, it } from 'vitest';
import { celEvaluator, checkPublishedRules } from '@onceform/core/cel';
import { allIssues, instancesOfPart, openForm, valueAt, type CompiledForm, type JsonObject } from '@onceform/core';
import { compileForm } from './compile.ts';

const household = (part: JsonObject, root: JsonObject = {}): JsonObject => ({
  $id: 'https://example.org/forms/household',
  title: 'Household',
  type: 'object',
  $defs: {
    person: {
      type: 'object',
      title: 'Person',
      properties: {
        age: { type: 'integer', title: 'Age' },
        children: { type: 'array', title: 'Children', items: { $ref: '#/$defs/person' } },
        ...part,
      },
    },
  },
  properties: { limit: { type: 'integer', title: 'Limit' }, head: { $ref: '#/$defs/person' }, ...root },
});
const younger = {
  age: {
    type: 'integer',
    title: 'Age',
    checks: [
      {
        id: 'older',
        rule: '!has(self.children) || self.children.all(c, !has(c.age) || c.age < value)',
        message: 'No.',
      },
      { id: 'limit', rule: 'value <= data.limit', message: 'Too old.' },
      { id: 'today', rule: 'context.today > "2000"', message: 'When?' },
    ],
  },
};
const count = { count: { type: 'integer', title: 'Count', compute: 'has(self.children) ? size(self.children) : 0' } };

describe('in a definition that contains itself', () => {
  it('a check is compiled at the place that is written out and in the definition', async () => {
    const { rules } = await compileForm(household(younger));
    expect(
      rules.map(({ id, scope, target, reads, needs, dataReads, dataNeeds }) => ({
        id,
        scope,
        target,
        reads,
        needs,
        dataReads,
        dataNeeds,
      })),
    ).toEqual([
      {
        id: 'older',
        target: '/head/age',
        reads: ['/head/children', '/head/children/[]/age', '/head/age'],
        needs: ['/head/age'],
      },
      { id: 'limit', target: '/head/age', reads: ['/head/age', '/limit'], needs: ['/head/age', '/limit'] },
      { id: 'today', target: '/head/age', reads: ['/$context/today'], needs: ['/$context/today'] },
      {
        id: 'older:2',
        scope: 'person',
        target: '/age',
        reads: ['/children', '/children/[]/age', '/age'],
        needs: ['/age'],
      },
      {
        id: 'limit:2',
        scope: 'person',
        target: '/age',
        reads: ['/age'],
        needs: ['/age'],
        dataReads: ['/limit'],
        dataNeeds: ['/limit'],
      },
      { id: 'today:2', scope: 'person', target: '/age', reads: ['/$context/today'], needs: ['/$context/today'] },
    ]);
  });

  it('a published rule says the steps that lead to its places, and no other rule does', async () => {
    const { rules } = await (await compileForm(household({ ...younger, ...count }))).documents();
    expect(rules.filter(rule => rule.within === undefined).map(rule => rule.target)).toEqual([
      '/head/count',
      '/head/age',
      '/head/age',
      '/head/age',
    ]);
    const recursive = rules.find(rule => rule.id === 'limit:2')!;
    expect(recursive).toMatchObject({ target: '/age', needs: ['/age'], dataNeeds: ['/limit'] });
    const data = { head: { children: [{ age: 3, children: [{ age: 1 }] }, {}] } };
    expect(
      instancesOfPart(recursive.within!, data)
        .map(path => path.join('/'))
        .sort(),
    ).toEqual(['head/children/0', 'head/children/0/children/0', 'head/children/1']);
  });

  it('engine and published rules find the same, however deep', async () => {
    const form = await compileForm(household(younger));
    const data = {
      limit: 90,
      head: {
        age: 40,
        children: [{ age: 20, children: [{ age: 30 }, { age: 95, children: [{ age: 1 }] }] }, { age: 41 }],
      },
    };
    const { rules, dataSchema } = await form.documents();
    const expected = ['/head/age older', '/head/children/0/age older:2', '/head/children/0/children/1/age limit:2'];
    expect(found(form, data)).toEqual(expected);
    expect(
      checkPublishedRules(rules, data, { dataSchema })
        .map(issue => `${issue.pointer} ${issue.rule!}`)
        .sort(),
    ).toEqual(expected);
  });

  it('computes a value at every depth', async () => {
    const form = await compileForm(household(count));
    const session = openForm(form, { rules: celEvaluator(), data: { head: { children: [{ children: [{}, {}] }] } } });
    const data = session.state.data as JsonObject;
    expect([valueAt(data, '/head/count'), valueAt(data, '/head/children/0/count')]).toEqual([1, 2]);
    expect(valueAt(data, '/head/children/0/children/1/count')).toBe(0);
  });

  it('checks types, and names the rule, the place and the column of what does not fit', async () => {
    const wrong = { age: { type: 'integer', checks: [{ rule: 'self.name == value', message: 'No.' }] } };
    await expect(compileForm(household(wrong))).rejects.toMatchObject({
      code: 'ERR_RULE_INVALID',
      pointer: '/$defs/person/properties/age/checks/0/rule',
      message: expect.stringContaining('there is no field "name"') as string,
    });
  });

  it('has no "self" for a check of the definition itself, and says what to write', async () => {
    const definition = household({});
    const person = (definition.$defs as { person: JsonObject }).person;
    const checked = (rule: string): JsonObject => ({
      ...definition,
      $defs: { person: { ...person, checks: [{ rule, message: 'No.' }] } },
    });
    expect(
      (await compileForm(checked('has(value.age)'))).rules.map(({ scope, target }) => ({ scope, target })),
    ).toEqual([{ target: '/head' }, { scope: 'person', target: '' }]);
    await expect(compileForm(checked('has(self.age)'))).rejects.toMatchObject({
      code: 'ERR_RULE_INVALID',
      message: expect.stringContaining('"value" is the object itself') as string,
    });
  });

  it('a value made of itself further down is no cycle, one made of the root that is made of it is', async () => {
    const total = (expression: string): JsonObject => ({ total: { type: 'integer', compute: expression } });
    await expect(
      compileForm(
        household(total('has(self.children) && self.children.all(c, has(c.total)) ? size(self.children) : 1')),
      ),
    ).resolves.toBeDefined();
    await expect(
      compileForm(
        household(total('data.sum'), { sum: { type: 'integer', compute: 'data.head.children.map(c, c.total)[0]' } }),
      ),
    ).rejects.toMatchObject({ code: 'ERR_RULE_CYCLE' });
    await expect(
      compileForm(
        household(total('data.limit'), { sum: { type: 'integer', compute: 'data.head.children.map(c, c.total)[0]' } }),
      ),
    ).resolves.toBeDefined();
  });
});

function found(form: CompiledForm, data: JsonObject): string[] {
  const session = openForm(form, { rules: celEvaluator(), data });
  return allIssues(session.state)
    .filter(issue => issue.keyword === 'rule')
    .map(issue => `${issue.pointer} ${issue.rule!}`)
    .sort();
}
