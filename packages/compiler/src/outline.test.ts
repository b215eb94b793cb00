import { describe, expect, it } from 'vitest';
import { branchAt, type CompiledForm, type GroupNode, openForm, type OutlineNode } from '@onceform/core';
import { compileForm } from './compile.ts';
import { emitModule } from './emit.ts';

const outlineOf = async (properties: object, more: object = {}): Promise<CompiledForm> =>
  compileForm({ type: 'object', properties, ...more });
const nodeOf = async (schema: object | boolean, more: object = {}): Promise<OutlineNode> => {
  const { root } = (await outlineOf({ x: schema }, more)).outline;
  return (root as GroupNode).children[0]!;
};

describe('the outline of a plain JSON Schema', () => {
  it.each<[string, object, object]>([
    ['a text', { type: 'string', maxLength: 5 }, { kind: 'field', type: 'string', constraints: { maxLength: 5 } }],
    ['a text that says so only by its keywords', { minLength: 1 }, { kind: 'field', type: 'string' }],
    ['anything', {}, { kind: 'field', type: 'any' }],
    ['a nullable number', { type: ['number', 'null'] }, { kind: 'field', type: 'number', nullable: true }],
    ['a whole or broken number', { type: ['integer', 'number'] }, { kind: 'field', type: 'number' }],
    [
      'an enum',
      { enum: ['a', 'b', null] },
      {
        kind: 'field',
        type: 'string',
        nullable: true,
        options: [
          { value: 'a', label: 'a' },
          { value: 'b', label: 'b' },
        ],
      },
    ],
    [
      'titled constants',
      {
        oneOf: [
          { const: 1, title: 'One' },
          { const: 2, title: 'Two' },
        ],
      },
      {
        kind: 'field',
        type: 'integer',
        options: [
          { value: 1, label: 'One' },
          { value: 2, label: 'Two' },
        ],
      },
    ],
    ['a constant', { const: 'x' }, { kind: 'field', readOnly: true, constraints: { const: 'x' } }],
    [
      'null or a text',
      { anyOf: [{ type: 'null' }, { type: 'string', title: 'Text' }] },
      { kind: 'field', type: 'string', nullable: true, title: 'Text' },
    ],
    [
      'a file',
      { format: 'file', accept: ['image/*'], maxSize: 10 },
      { kind: 'field', type: 'file', accept: ['image/*'], maxSize: 10 },
    ],
    ['files', { type: 'array', items: { format: 'file' } }, { kind: 'field', type: 'file', multiple: true }],
    [
      'several of a set',
      { type: 'array', items: { enum: ['a'] }, uniqueItems: true },
      { kind: 'field', multiple: true, options: [{ value: 'a', label: 'a' }] },
    ],
    [
      'a list',
      { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 3 },
      { kind: 'list', minItems: 1, maxItems: 3, item: { kind: 'field', key: '[]' } },
    ],
    [
      'a tuple',
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], minItems: 1, items: { type: 'boolean' } },
      {
        kind: 'tuple',
        children: [
          { key: '0', required: true },
          { key: '1', required: false },
        ],
        rest: { type: 'boolean' },
      },
    ],
    [
      'a map',
      { type: 'object', additionalProperties: { type: 'string' }, propertyNames: { pattern: '^a' } },
      { kind: 'map', keyPattern: '^a', value: { type: 'string' } },
    ],
    [
      'a map by pattern',
      { patternProperties: { '^x-': { type: 'integer' } } },
      { kind: 'map', keyPattern: '^x-', value: { type: 'integer' } },
    ],
    [
      'a group with a rest',
      { properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } },
      { kind: 'group', children: [{ key: 'a' }], rest: { kind: 'map' } },
    ],
    [
      'a group out of parts',
      {
        allOf: [
          { properties: { a: { type: 'string' } } },
          { properties: { a: { maxLength: 3 }, b: { type: 'string' } }, required: ['a'] },
        ],
      },
      { kind: 'group', children: [{ key: 'a', required: true, constraints: { maxLength: 3 } }, { key: 'b' }] },
    ],
    [
      'encoded bytes',
      { type: 'string', contentEncoding: 'base64' },
      { kind: 'unsupported', reason: expect.stringContaining('format') },
    ],
    ['a text or an object', { type: ['string', 'object'] }, { kind: 'unsupported' }],
  ])('%s', async (_name, schema, expected) => {
    expect(await nodeOf(schema)).toMatchObject(expected);
  });

  it('says what cannot be offered', async () => {
    const form = await outlineOf({ x: { type: 'string', contentEncoding: 'base64' } });
    expect(form.notes).toMatchObject([{ code: 'CONTROL_NOT_OFFERED', pointer: '/properties/x' }]);
  });

  it('leaves out what may never be there', async () => {
    expect((await outlineOf({ x: false, y: { type: 'string' } })).outline.root).toMatchObject({
      children: [{ key: 'y' }],
    });
  });

  it('does not take alternatives of presence for a choice', async () => {
    expect(
      await nodeOf({
        type: 'object',
        properties: { phone: { type: 'string' }, mail: { type: 'string' } },
        anyOf: [{ required: ['phone'] }, { required: ['mail'] }],
      }),
    ).toMatchObject({ kind: 'group', children: [{ key: 'phone' }, { key: 'mail' }] });
  });
});

describe('a choice', () => {
  const person = {
    type: 'object',
    title: 'Person',
    properties: { kind: { const: 'person' }, name: { type: 'string' } },
    required: ['kind', 'name'],
  };
  const firm = {
    type: 'object',
    title: 'Firm',
    properties: { kind: { const: 'firm' }, number: { type: 'integer' } },
    required: ['kind'],
  };

  it('has branches, what they share, and what tells them apart', async () => {
    const node = await nodeOf({ type: 'object', properties: { note: { type: 'string' } }, oneOf: [person, firm] });
    expect(node).toMatchObject({
      kind: 'choice',
      shared: [{ key: 'note' }],
      branches: [
        {
          title: 'Person',
          discriminator: { key: 'kind', value: 'person' },
          node: { kind: 'group', key: 'x', children: [{ key: 'kind' }, { key: 'name', required: true }] },
        },
        {
          title: 'Firm',
          discriminator: { key: 'kind', value: 'firm' },
          node: { kind: 'group', children: [{ key: 'kind' }, { key: 'number', required: false }] },
        },
      ],
    });
    if (node.kind !== 'choice') throw new Error('no choice');
    expect(node.branches.map(branch => branch.matches({ kind: 'firm' }))).toEqual([false, true]);
  });

  const kind = (key: string, value: string, member: string): object => ({
    title: value,
    type: 'object',
    properties: { [key]: { const: value }, [member]: { type: 'string' } },
    required: [key],
  });

  it.each([
    [
      'beside another',
      { oneOf: [kind('k', 'a', 'p'), kind('k', 'b', 'q')], anyOf: [kind('l', 'c', 'r'), kind('l', 'd', 's')] },
    ],
    [
      'in allOf',
      {
        allOf: [
          { oneOf: [kind('k', 'a', 'p'), kind('k', 'b', 'q')] },
          { oneOf: [kind('l', 'c', 'r'), kind('l', 'd', 's')] },
        ],
      },
    ],
  ])('%s is one choice among all combinations', async (_, schema) => {
    const node = await nodeOf(schema);
    if (node.kind !== 'choice') throw new Error('no choice');
    expect(node.branches.map(branch => branch.title)).toEqual(['a – c', 'a – d', 'b – c', 'b – d']);
    expect(
      node.branches.map(({ node: branch }) => (branch.kind === 'group' ? branch.children.map(child => child.key) : [])),
    ).toEqual([
      ['k', 'p', 'l', 'r'],
      ['k', 'p', 'l', 's'],
      ['k', 'q', 'l', 'r'],
      ['k', 'q', 'l', 's'],
    ]);
    expect(node.branches.map(branch => branch.matches({ k: 'b', l: 'c' }))).toEqual([false, false, true, false]);
  });

  it('within an alternative of another is offered beside the other alternatives', async () => {
    const node = await nodeOf({
      oneOf: [
        person,
        { title: 'Other', type: 'object', oneOf: [kind('kind', 'ship', 'port'), kind('kind', 'dog', 'owner')] },
      ],
    });
    if (node.kind !== 'choice') throw new Error('no choice');
    expect(node.branches.map(branch => [branch.title, branch.discriminator?.value])).toEqual([
      ['Person', 'person'],
      ['Other – ship', 'ship'],
      ['Other – dog', 'dog'],
    ]);
    expect(node.branches.map(branch => branch.matches({ kind: 'dog' }))).toEqual([false, false, true]);
  });

  it('of more combinations than anybody reads through says so', async () => {
    const five = (key: string): object => ({ oneOf: [1, 2, 3, 4, 5].map(n => kind(key, `${key}${n}`, `${key}m${n}`)) });
    expect(await nodeOf({ allOf: [five('k'), five('l')] })).toMatchObject({
      kind: 'unsupported',
      reason: expect.stringContaining('24') as string,
    });
  });

  it('is the value of a map whose names of different kinds have values of different kinds', async () => {
    const form = await outlineOf({
      x: {
        type: 'object',
        patternProperties: { '^n_': { type: 'integer', title: 'Number' }, '^t_': { type: 'string', title: 'Text' } },
        additionalProperties: false,
      },
    });
    expect(form.outline.root).toMatchObject({
      children: [
        {
          kind: 'map',
          keyPattern: '(?:^n_)|(?:^t_)',
          value: { kind: 'choice', key: '[]', branches: [{ title: 'Number' }, { title: 'Text' }] },
        },
      ],
    });
    expect(form.notes).toEqual([]);
    const session = openForm(form, { data: { x: { n_a: 1, t_b: 'b' } } });
    expect([branchAt(session.state, '/x/n_a'), branchAt(session.state, '/x/t_b')]).toEqual([0, 1]);
    expect(form.validators.whole({ x: { n_a: 'no' } })).toMatchObject([{ instancePath: '/x/n_a', keyword: 'type' }]);
  });

  it('may be among values of different types', async () => {
    expect(
      await nodeOf({
        oneOf: [
          { type: 'string', title: 'Text' },
          { type: 'array', title: 'Texts', items: { type: 'string' } },
        ],
      }),
    ).toMatchObject({
      kind: 'choice',
      branches: [
        { title: 'Text', node: { kind: 'field' } },
        { title: 'Texts', node: { kind: 'list' } },
      ],
    });
  });

  it('keeps a condition inside the branch that has it', async () => {
    const form = await outlineOf({
      x: {
        oneOf: [
          { ...person, properties: { ...person.properties, alias: { type: 'string', when: { required: ['name'] } } } },
          firm,
        ],
      },
    });
    expect(form.guards).toMatchObject([{ target: '/x/alias', anchor: '/x', reads: ['/x/name'] }]);
  });
});

describe('what a condition in plain JSON Schema brings', () => {
  it('is asked only while the condition holds', async () => {
    const form = await outlineOf(
      { country: { type: 'string' } },
      {
        if: { properties: { country: { const: 'X' } }, required: ['country'] },
        then: { properties: { zip: { type: 'string' } } },
        else: { properties: { code: { type: 'string' } } },
        dependentSchemas: { country: { properties: { reason: { type: 'string' } } } },
      },
    );
    expect(form.outline.root).toMatchObject({
      children: [{ key: 'country' }, { key: 'zip' }, { key: 'code' }, { key: 'reason' }],
    });
    const tests = Object.fromEntries(form.guards.map(guard => [guard.target, guard.test({ country: 'X' })]));
    expect(tests).toEqual({ '/zip': true, '/code': false, '/reason': true });
    expect(form.guards.every(guard => guard.reads.join() === '/country')).toBe(true);
  });
});

describe('recursion', () => {
  const tree = {
    type: 'object',
    title: 'Node',
    properties: {
      name: { type: 'string' },
      note: { type: 'string', when: { required: ['name'] } },
      children: { type: 'array', items: { $ref: '#/$defs/tree' } },
    },
  };

  it('shows one level and names the definition for the next', async () => {
    const form = await compileForm({ type: 'object', properties: { tree: { $ref: '#/$defs/tree' } }, $defs: { tree } });
    expect(form.outline.root).toMatchObject({
      children: [
        {
          kind: 'group',
          children: [{ key: 'name' }, { key: 'note' }, { kind: 'list', item: { kind: 'recursion', to: 'tree' } }],
        },
      ],
    });
    expect(form.outline.definitions.tree).toMatchObject({
      kind: 'group',
      children: [{ key: 'name' }, { key: 'note' }, { kind: 'list', item: { kind: 'recursion', to: 'tree' } }],
    });
    expect(form.guards.map(guard => [guard.scope, guard.target])).toEqual([
      [undefined, '/tree/note'],
      ['tree', '/note'],
    ]);
    expect(form.validators.whole({ tree: { children: [{ children: [{ name: 3 }] }] } })).toMatchObject([
      { instancePath: '/tree/children/0/children/0/name', keyword: 'type' },
    ]);
  });

  it('works where the whole form is the recursive part', async () => {
    const form = await compileForm({
      type: 'object',
      properties: { name: { type: 'string' }, child: { $ref: '#' } },
      additionalProperties: false,
    });
    expect(form.outline.root).toMatchObject({ children: [{ key: 'name' }, { kind: 'recursion', to: 'root' }] });
    expect(form.validators.whole({ child: { child: { name: 'x' } } })).toEqual([]);
    expect(form.validators.whole({ child: { $context: {} } })).toMatchObject([
      { keyword: 'additionalProperties', instancePath: '/child' },
    ]);
  });

  it('refuses a condition that reaches across it', async () => {
    const across = {
      ...tree,
      properties: { ...tree.properties, note: { type: 'string', when: { at: '/flag', is: { const: true } } } },
    };
    await expect(
      compileForm({
        type: 'object',
        properties: { flag: { type: 'boolean' }, tree: { $ref: '#/$defs/tree' } },
        $defs: { tree: across },
      }),
    ).rejects.toMatchObject({ code: 'ERR_WHEN_NOT_LOWERABLE' });
  });
});

describe('a condition that cannot be said in the published schema', () => {
  const refused = (properties: object, more: object = {}): Promise<unknown> =>
    expect(outlineOf(properties, more)).rejects.toMatchObject({ code: 'ERR_WHEN_NOT_LOWERABLE' });

  it('because it is about another row', async () => {
    await refused({
      rows: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
      others: {
        type: 'array',
        items: {
          type: 'object',
          properties: { b: { type: 'string', when: { at: '/rows/[]/a', is: { const: 'x' } } } },
        },
      },
    });
  });
  it('because it stands on the item of a list', async () => {
    await refused({ rows: { type: 'array', items: { type: 'string', when: { required: ['x'] } } } });
  });
  it('because another schema requires the member', async () => {
    await refused({
      x: {
        allOf: [
          { properties: { a: { type: 'string' }, b: { type: 'string', when: { required: ['a'] } } } },
          { required: ['b'] },
        ],
      },
    });
  });
});

describe('pages', () => {
  it('are the top-level groups, or one page, where the form names none', async () => {
    const group = { type: 'object', title: 'G', properties: { a: { type: 'string' } } };
    expect((await outlineOf({ a: group, b: group })).outline.pages.map(page => page.sections[0]!.nodes)).toEqual([
      ['/a'],
      ['/b'],
    ]);
    expect(
      (await outlineOf({ a: group, b: { type: 'string' } })).outline.pages.map(page => page.sections[0]!.nodes),
    ).toEqual([['/a', '/b']]);
  });

  it('refuse a field that is not there, and note one that no page shows', async () => {
    await expect(
      outlineOf({ a: { type: 'string' } }, { form: { pages: [{ title: 'P', fields: ['/b'] }] } }),
    ).rejects.toMatchObject({ code: 'ERR_DEFINITION_INVALID', pointer: '/form/pages/0/fields/0' });
    const form = await outlineOf(
      { a: { type: 'string' }, b: { type: 'string' } },
      { form: { pages: [{ title: 'P', fields: ['/a'] }] } },
    );
    expect(form.notes).toMatchObject([{ code: 'FIELD_ON_NO_PAGE', message: expect.stringContaining('/b') as string }]);
  });
});

describe('every kind of schema', () => {
  it('still works when its root is no object', async () => {
    const form = await compileForm({ type: 'array', items: { type: 'string' } });
    expect(form.outline.root).toMatchObject({ kind: 'list' });
    expect(form.outline.pages[0]!.sections[0]!.nodes).toEqual(['']);
    expect(form.validators.whole([1])).toMatchObject([{ instancePath: '/0', keyword: 'type' }]);
  });

  it('makes types for tuples and anchors', async () => {
    const { files } = await emitModule({
      type: 'object',
      properties: {
        pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, minItems: 2 },
        named: { $ref: '#name' },
      },
      $defs: { n: { $anchor: 'name', type: 'object', properties: { a: { type: 'boolean' } } } },
    });
    expect(files['form.d.ts']).toMatch(/pair\?:.*string.*number/s);
    expect(files['form.d.ts']).toMatch(/a\?: boolean/);
  });
});
