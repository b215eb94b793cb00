import { describe, expect, it } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ChoiceNode, CompiledForm, GroupNode } from '@onceform/core';
import { compileForm } from './compile.ts';
import { type EmittedForm, emitModule } from './emit.ts';

const context = { today: '2026-11-22', identityLevel: 2, channel: 'online', retrieved: {} };

const registration = {
  $schema: 'https://onceform.dev/form/1',
  $id: 'https://example.org/forms/birth',
  title: 'Birth registration',
  type: 'object',
  properties: {
    situation: {
      type: 'object',
      title: 'Your situation',
      properties: { married: { type: 'boolean', title: 'Married?' } },
      required: ['married'],
    },
    requester: {
      type: 'object',
      title: 'Requester',
      subject: 'applicant',
      properties: {
        fullName: { type: 'string', title: 'Full name', minLength: 1, concept: 'person.fullName' },
        personalId: { type: 'string', pattern: '^[0-9]{12}$' },
        idDocument: { type: 'string', title: 'Paper', when: { not: { required: ['personalId'] } } },
        marriageNumber: { type: 'string', when: { at: '/situation/married', is: { const: true } } },
        fee: { type: 'integer', compute: 'data.copies * 8000' },
      },
      required: ['fullName', 'idDocument', 'marriageNumber'],
      additionalProperties: false,
    },
    copies: { type: 'integer', minimum: 1, checks: [{ rule: 'value < 10', message: 'At most nine.' }] },
    children: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          kind: { enum: ['a', 'b'] },
          why: { type: 'string', when: { properties: { kind: { const: 'b' } }, required: ['kind'] } },
          rowNote: { type: 'string', when: { at: '/children/[]/kind', is: { const: 'a' } } },
        },
        required: ['name', 'why'],
      },
    },
  },
  required: ['requester'],
  additionalProperties: false,
  form: {
    version: '1.0.0',
    locale: 'en',
    locales: { vi: { '/title': 'Title in another language' } },
    pages: [{ id: 'all', title: 'All', fields: ['/situation', '/requester', '/copies', '/children'] }],
    components: [{ id: 'proof', title: 'Proof', when: { at: '/situation/married', is: { const: true } } }],
  },
};

const errors = (form: CompiledForm, data: unknown): string[] =>
  form.validators
    .whole(data as never)
    .map(error => `${error.instancePath} ${error.keyword}`)
    .sort();

describe('compileForm', () => {
  it('asks for what its condition lets it ask, and requires it only then', async () => {
    const form = await compileForm(registration);
    const requester = { fullName: 'A' };
    expect(errors(form, { requester: { ...requester, personalId: '012345678901' } })).toEqual([]);
    expect(errors(form, { requester })).toEqual(['/requester required']);
    expect(errors(form, { requester: { ...requester, personalId: '012345678901', idDocument: 'x' } })).toEqual([
      '/requester/idDocument false schema',
    ]);
    expect(errors(form, { requester: { ...requester, idDocument: 'x', marriageNumber: '1' } })).toEqual([
      '/requester/marriageNumber false schema',
    ]);
    expect(errors(form, { situation: { married: true }, requester: { ...requester, idDocument: 'x' } })).toEqual([
      '/requester required',
    ]);
    expect(
      errors(form, { situation: { married: true }, requester: { ...requester, idDocument: 'x', marriageNumber: '1' } }),
    ).toEqual([]);
  });

  it('binds a condition to the row it stands in', async () => {
    const form = await compileForm(registration);
    const base = { requester: { fullName: 'A', idDocument: 'x' } };
    expect(
      errors(form, {
        ...base,
        children: [
          { name: 'a', kind: 'b' },
          { name: 'b', kind: 'a' },
        ],
      }),
    ).toEqual(['/children/0 required']);
    expect(errors(form, { ...base, children: [{ name: 'a', kind: 'b', why: '', rowNote: '' }] })).toEqual([
      '/children/0/rowNote false schema',
    ]);
    expect(errors(form, { ...base, children: [{ name: 'a', kind: 'a', rowNote: '' }] })).toEqual([]);
  });

  it('gives a guard for each condition, on the nearest common ancestor', async () => {
    const { guards } = await compileForm(registration);
    expect(guards.map(({ target, anchor, reads }) => ({ target, anchor, reads }))).toEqual([
      { target: '/requester/idDocument', anchor: '/requester', reads: ['/requester/personalId'] },
      { target: '/requester/marriageNumber', anchor: '', reads: ['/situation/married'] },
      { target: '/children/[]/why', anchor: '/children/[]', reads: ['/children/[]/kind'] },
      { target: '/children/[]/rowNote', anchor: '/children/[]', reads: ['/children/[]/kind'] },
    ]);
    expect(guards[0]!.test({})).toBe(true);
    expect(guards[0]!.test(undefined)).toBe(true);
    expect(guards[0]!.test({ personalId: '1' })).toBe(false);
    expect(guards[1]!.test({})).toBe(false);
    expect(guards[1]!.test({ situation: { married: true } })).toBe(true);
  });

  it('takes the session context in the data, and judges it', async () => {
    const form = await compileForm(registration);
    const requester = { fullName: 'A', idDocument: 'x' };
    expect(errors(form, { requester, $context: context })).toEqual([]);
    expect(errors(form, { requester, $context: { ...context, today: '2026-02-30' } })).toEqual([
      '/$context/today pattern',
    ]);
    expect(errors(form, { requester, context })).toEqual([' additionalProperties']);
  });

  it('numbers units so that inputs come first, and says what expressions read and need', async () => {
    const form = await compileForm(registration);
    expect(form.computed).toMatchObject([
      { target: '/requester/fee', type: 'integer', reads: ['/copies'], needs: ['/copies'] },
    ]);
    expect(form.rules).toMatchObject([
      { target: '/copies', expression: 'value < 10', severity: 'error', message: 'At most nine.' },
    ]);
    const orders = [...form.guards, ...form.computed, ...form.rules].map(unit => unit.order);
    expect(orders.toSorted((a, b) => a - b)).toEqual(orders.map((_, i) => i));
  });

  it('guards components on the whole data', async () => {
    const form = await compileForm(registration);
    expect(form.components[0]!.guard!({ situation: { married: true } })).toBe(true);
    expect(form.components[0]!.guard!({})).toBe(false);
  });

  it('publishes documents whose digest is the digest of the form', async () => {
    const form = await compileForm(registration);
    const again = await compileForm(JSON.stringify(registration));
    expect(form.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(again.digest).toBe(form.digest);
    const { dataSchema } = await form.documents();
    expect(JSON.stringify(dataSchema)).not.toMatch(/"(?:when|concept|subject|compute|checks|form)":/);
  });

  it('takes translations by pointer', async () => {
    const form = await compileForm(registration);
    expect(form.title).toEqual({ en: 'Birth registration', vi: 'Title in another language' });
  });
});

describe('emitModule', () => {
  it('writes a module that imports nothing but its documents and is the same form', async () => {
    const emitted = await emitModule(registration);
    const { files, compiled } = emitted;
    expect(files['code.js']).not.toMatch(/\brequire\(|\beval\(|new Function|\bimport\s*[^(.]|from ?"/);
    expect(
      Object.values(files).flatMap(text =>
        [...text.matchAll(/\bimport\b[^;]*?(["'][^"']*["'])/g)].map(hit => hit[1]!.slice(1, -1)),
      ),
    ).toEqual(expect.arrayContaining(['./code.js', './documents.js', './form.en.js', './form.vi.js']));
    const form = await load(emitted);
    expect(JSON.parse(JSON.stringify(form))).toEqual(JSON.parse(JSON.stringify(compiled)));
    expect(await form.documents()).toEqual(await compiled.documents());
    for (const data of [
      {},
      { requester: {} },
      { requester: { fullName: 'A', idDocument: 'x' }, copies: 0.5, children: [{ kind: 'b' }, 3] },
    ]) {
      expect(form.validators.whole(data)).toEqual(compiled.validators.whole(data));
    }
    expect(form.guards.map(guard => guard.test({}))).toEqual(compiled.guards.map(guard => guard.test({})));
  });

  it('lets a page load one language, and another into the same form', async () => {
    const { files, languages } = await emitModule(registration);
    expect(languages).toEqual(['en', 'vi']);
    const { folder, form } = await open(files, 'form.vi.js');
    expect(form.title).toEqual({ vi: 'Title in another language' });
    // What is not translated is there in its own language.
    expect(JSON.stringify(form.outline)).toContain('Requester');
    const again = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'form.en.js')).href)) as {
      default: CompiledForm;
    };
    expect(again.default).toBe(form);
    expect(form.title).toEqual({ en: 'Birth registration', vi: 'Title in another language' });
    await rm(folder, { recursive: true });
  });

  it('has every language once the documents are asked for, because whoever files keeps them', async () => {
    const { files, compiled } = await emitModule(registration);
    const { folder, form } = await open(files, 'form.vi.js');
    await form.documents();
    expect(form.title).toEqual(compiled.title);
    await rm(folder, { recursive: true });
  });

  it('takes texts for texts and data for data, whatever they look like', async () => {
    const emitted = await emitModule({
      title: 'A',
      form: { locale: 'en', locales: { vi: { '/title': 'B', '/properties/d/title': '$' } } },
      type: 'object',
      properties: {
        d: { title: 'D', enum: ['$', '$$'], default: { en: 'x', vi: 'y' }, examples: ['$'] },
        o: {
          oneOf: [
            { const: '$', title: '$' },
            { const: 'en', title: 'vi' },
          ],
        },
      },
    });
    expect(JSON.parse(JSON.stringify(await load(emitted)))).toEqual(JSON.parse(JSON.stringify(emitted.compiled)));
  });

  it('tells what is wrong with a branch, word for word as Node does', async () => {
    const emitted = await emitModule({
      type: 'object',
      properties: {
        who: {
          title: 'Who',
          oneOf: [
            { title: 'A', properties: { kind: { const: 'a' }, name: { const: 'x' } }, required: ['kind', 'name'] },
            { title: 'B', properties: { kind: { const: 'b' } }, required: ['kind'] },
          ],
        },
      },
    });
    const branch = (form: CompiledForm) => {
      const node = (form.outline.root as GroupNode).children[0] as ChoiceNode;
      return [{}, { kind: 'a' }, { kind: 'a', name: 'x' }].map(value => node.branches[0]!.errors!(value));
    };
    const errors = branch(await load(emitted));
    expect(errors).toEqual(branch(emitted.compiled));
    expect(errors.map(found => found.length)).toEqual([2, 1, 0]);
  });

  it('carries the interpreter for what generated code would misjudge', async () => {
    const definition = {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string', when: { required: ['a'] } } },
      unevaluatedProperties: false,
    };
    const { compiled } = await emitModule(definition);
    const form = await load(await emitModule(definition));
    for (const [data, valid] of [
      [{ a: 'x', b: 'y' }, true],
      [{ b: 'y' }, false],
      [{ a: 'x', c: 1 }, false],
      [{}, true],
      [{ a: 'x', $context: context }, true],
    ] as const) {
      expect(compiled.validators.whole(data).length === 0).toBe(valid);
      expect(form.validators.whole(data)).toEqual(compiled.validators.whole(data));
    }
  });
});

async function open(files: EmittedForm['files'], name: string): Promise<{ folder: string; form: CompiledForm }> {
  const folder = await mkdtemp(join(tmpdir(), 'onceform-'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  const { default: form } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href)) as {
    default: CompiledForm;
  };
  return { folder, form };
}

async function load(emitted: Pick<EmittedForm, 'files'>): Promise<CompiledForm> {
  const { folder, form } = await open(emitted.files, 'form.js');
  await form.documents();
  await rm(folder, { recursive: true });
  return form;
}
