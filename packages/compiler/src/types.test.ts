import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { planForm } from './plan.ts';
import { typesOf } from './types.ts';

const types = async (properties: object, more: object = {}): Promise<string> =>
  typesOf(await planForm({ title: 'F', type: 'object', properties, ...more }));

/** The errors TypeScript finds in a program that imports the types as `./form.js`. */
function check(declarations: string, program: string): string[] {
  const files: Record<string, string> = {
    '/form.d.ts': declarations.replace("'@onceform/core'", "'./core.js'"),
    '/core.d.ts': 'export interface CompiledForm { readonly id: string }',
    '/main.ts': program,
  };
  const host = ts.createCompilerHost({});
  const own = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target) =>
    files[name] === undefined ? own(name, target) : ts.createSourceFile(name, files[name], target);
  host.fileExists = name => files[name] !== undefined || ts.sys.fileExists(name);
  host.readFile = name => files[name] ?? ts.sys.readFile(name);
  const made = ts.createProgram(
    ['/main.ts'],
    {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: [],
    },
    host,
  );
  return ts.getPreEmitDiagnostics(made).map(each => ts.flattenDiagnosticMessageText(each.messageText, ' '));
}

describe('the types of a form', () => {
  it('compile, and know data and pointers', async () => {
    const source = await types(
      {
        name: { type: 'string', title: 'Name' },
        kind: {
          oneOf: [
            { const: 'a', title: 'A' },
            { const: 'b', title: 'B' },
          ],
        },
        pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false },
        rows: { type: 'array', items: { type: 'object', properties: { 'a/b': { type: 'integer' } } } },
        named: { $ref: '#who' },
        tree: { $ref: '#/$defs/tree' },
        when: { type: 'string', when: { required: ['name'] } },
      },
      {
        required: ['name'],
        $defs: {
          who: { $anchor: 'who', type: 'object', properties: { x: { type: ['string', 'null'] } } },
          tree: {
            type: 'object',
            properties: { label: { type: 'string' }, kids: { type: 'array', items: { $ref: '#/$defs/tree' } } },
          },
        },
      },
    );
    expect(
      check(
        source,
        `
      import form, { type FormData, type FormPointer } from './form.js';
      const data: FormData = { name: 'x', kind: 'a', pair: ['x', 1], rows: [{ 'a/b': 1 }], named: { x: null }, tree: { kids: [{ label: 'x' }] } };
      const at: FormPointer[] = ['/name', '/rows/0', '/rows/3/a~1b', '/named/x', '/tree/kids/0/label'];
      // @ts-expect-error a name is a text
      const wrongType: FormData = { name: 3 };
      // @ts-expect-error a name is required
      const missing: FormData = {};
      // @ts-expect-error there is no such kind
      const wrongKind: FormData = { name: '', kind: 'c' };
      // @ts-expect-error there is no such field
      const misspelled: FormPointer = '/nmae';
      // @ts-expect-error rows have numbers
      const wrongRow: FormPointer = '/rows/x/a~1b';
      export const id: string = form.id;
      export { data, at, wrongType, missing, wrongKind, misspelled, wrongRow };
    `,
      ),
    ).toEqual([]);
  }, 120_000);

  it('never fetch a reference', async () => {
    await expect(types({ a: { $ref: 'https://example.invalid/x.json' } })).rejects.toMatchObject({
      code: 'ERR_REF_UNRESOLVED',
    });
  });
});
