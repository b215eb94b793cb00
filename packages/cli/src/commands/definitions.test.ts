// The commands about definitions, run as a person runs them.

import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMain } from '../testing/run-main.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onceform-cli-'));
  await cp(fileURLToPath(new URL('../../../../examples/broken-forms', import.meta.url)), join(folder, 'broken'), {
    recursive: true,
  });
  await writeFile(
    join(folder, 'a.form.json'),
    JSON.stringify(
      {
        title: 'A',
        type: 'object',
        properties: { name: { type: 'string', title: 'Name', titel: 'x' } },
        form: { locale: 'en' },
      },
      null,
      2,
    ),
  );
  await writeFile(
    join(folder, 'b.form.json'),
    JSON.stringify({
      title: 'A',
      type: 'object',
      properties: { name: { type: 'string', title: 'Name', maxLength: 3 } },
      form: { locale: 'en' },
    }),
  );
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...args: string[]) => runMain(args, folder);

describe('onceform', () => {
  it('says what there is, and 2 when it was not asked for anything there is', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/new .*lint .*compile .*types .*diff /s) as string,
    });
    expect(await run('lnit')).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no command "lnit"') as string,
    });
    expect(await run('lint')).toMatchObject({ code: 2, err: expect.stringContaining('Name at least one') as string });
    expect(await run('lint', 'nowhere')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no file or folder "nowhere"') as string,
    });
    expect(await run('lint', '--loud')).toMatchObject({
      code: 2,
      err: `error Unknown option '--loud'.\nTry "onceform lint --help".\n`,
    });
  });

  it('lint finds mistakes in a folder, with their lines, and says so by its exit code', async () => {
    const { code, out } = await run('lint', 'broken', '--pack', 'none');
    expect(code).toBe(1);
    expect(out).toContain('broken/dog-licence.form.json');
    expect(out).toMatch(/12:54 {2}error {4}A text can make this pattern take exponential time/);
    expect(out).toMatch(/4 forms: \d+ errors, \d+ warnings/);
    expect(out).not.toContain('\u001b');
  });

  it('lint says once for each language that texts are not translated, and all of them when asked', async () => {
    const lines = (out: string, what: string): string[] => out.split('\n').filter(line => line.includes(what));
    const brief = await run(
      'lint',
      'broken/dog-licence.form.json',
      '--pack',
      'none',
      '--locale',
      'de',
      '--locale',
      'fr',
    );
    expect(lines(brief.out, 'not translated')).toEqual([
      '    4:3  warning  15 texts are not translated into "fr", at 4:3, 9:7, 12:37 and on; --all names them.',
      '    9:7  warning  14 texts are not translated into "de", at 9:7, 12:37, 13:38 and on; --all names them.',
    ]);
    const all = await run('lint', 'broken/dog-licence.form.json', '--pack', 'none', '--locale', 'de', '--all');
    expect(lines(all.out, 'is not translated into "de"')).toHaveLength(14);
    // A few are named one by one.
    await writeFile(
      join(folder, 'two.form.json'),
      JSON.stringify({ title: 'A', type: 'object', properties: { n: { type: 'null', title: 'N' } } }),
    );
    expect((await run('lint', 'two.form.json', '--pack', 'none', '--locale', 'fr')).out).toContain(
      '"A" is not translated into "fr".',
    );
  });

  it('lint --json is for machines', async () => {
    const { code, out } = await run('lint', 'broken/rule-typo.form.json', '--pack', 'none', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      errors: 1,
      files: [{ findings: [{ code: 'ERR_RULE_INVALID', line: 11 }] }],
    });
  });

  it('lint --fix puts right what it can', async () => {
    expect((await run('lint', 'a.form.json', '--pack', 'none')).code).toBe(1);
    await writeFile(
      join(folder, 'c.form.json'),
      (await readFile(join(folder, 'a.form.json'), 'utf8')).replace('"title": "Name",', ''),
    );
    expect((await run('lint', 'c.form.json', '--pack', 'none', '--fix')).code).toBe(0);
    expect(JSON.parse(await readFile(join(folder, 'c.form.json'), 'utf8'))).toMatchObject({
      properties: { name: { title: 'x' } },
    });
  });

  it('compile writes modules and types, and names the place where it cannot', async () => {
    const good = await run('compile', 'b.form.json', '--pack', 'none', '--out', 'out');
    expect(good.code).toBe(0);
    expect((await readdir(join(folder, 'out/b'))).sort()).toEqual(['documents.js', 'form.d.ts', 'form.js']);
    const bad = await run('compile', 'broken', '--pack', 'none', '--out', 'out', '--json');
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.out)).toContainEqual(
      expect.objectContaining({
        file: 'broken/no-such-reference.form.json',
        ok: false,
        code: 'ERR_REF_UNRESOLVED',
        pointer: '/properties/helper/$ref',
      }),
    );
  });

  it('types prints the types of the data', async () => {
    expect(await run('types', 'b.form.json', '--pack', 'none')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/export interface FormData[^}]*name\?: string/) as string,
    });
  });

  it('test runs the tests beside a definition, and shows what was expected', async () => {
    await writeFile(
      join(folder, 'b.tests.json'),
      JSON.stringify({
        form: 'b',
        tests: [
          { name: 'a short name is fine', data: { name: 'Bo' }, expect: { errors: [] } },
          { name: 'a long one is not', data: { name: 'Robert' }, expect: { errors: [] } },
        ],
      }),
    );
    await writeFile(
      join(folder, 'b.form.json'),
      (await readFile(join(folder, 'b.form.json'), 'utf8')).replace('{', '{"$id":"https://example.org/b",'),
    );
    const { code, out } = await run('test', 'b.form.json', 'a.form.json', '--pack', 'none');
    expect(code).toBe(1);
    expect(out).toMatch(/✓ a short name is fine\n.*✗ a long one is not\n.*errors/s);
    expect(out).toContain('a.form.json has no tests');
    expect(out).toContain('2 tests of 1 form: 1 failed');
  });

  it('test asks simulated registers as the elements would, also for what no citizen is asked', async () => {
    const death = fileURLToPath(new URL('../../../vn/forms/death-registration.form.json', import.meta.url));
    const { code, out } = await run('test', death);
    expect(out).toMatch(/✓ late: whom the register knows to be poor is exempt/);
    expect(out).toContain(' 0 failed');
    expect(code).toBe(0);
  });

  it('preview says what it needs before it opens anything', async () => {
    for (const [args, said] of [
      [[], 'Name one definition.'],
      [['a.form.json', 'b.form.json'], 'Name one definition.'],
      [['.'], 'not a folder of several'],
      [['a.form.json', '--port', '99999'], '--port takes a number'],
      [['a.form.json', '--today', 'tomorrow'], '--today takes a date'],
      [['a.form.json', '--pack', 'none'], 'needs a country pack'],
      [['nothing.form.json'], 'There is no file'],
    ] as const)
      expect(await run('preview', ...args)).toMatchObject({ code: 2, err: expect.stringContaining(said) as string });
    await writeFile(join(folder, 'torn.json'), '{');
    expect(await run('preview', 'torn.json')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/torn\.json:1:2: .*JSON/) as string,
    });
  });

  it('diff tells what breaks', async () => {
    const { code, out } = await run('diff', 'a.form.json', 'b.form.json', '--pack', 'none');
    expect(code).toBe(1);
    expect(out).toMatch(/breaking {4}"Name" \(\/name\): "maxLength" was not there, is 3/);
    expect((await run('diff', 'b.form.json', 'b.form.json', '--pack', 'none')).out).toBe('Nothing changed.\n');
  });

  it('new starts a form without a procedure code, and drafts one from a record', async () => {
    expect((await run('new', 'fresh.form.json', '--title', 'Fresh', '--pack', 'none')).code).toBe(0);
    expect(JSON.parse(await readFile(join(folder, 'fresh.form.json'), 'utf8'))).toMatchObject({
      title: 'Fresh',
      form: { procedure: { code: null } },
    });
    expect(await run('new', 'fresh.form.json', '--pack', 'none')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--force') as string,
    });
    expect((await run('lint', 'fresh.form.json', '--pack', 'none')).code).toBe(0);
    await writeFile(
      join(folder, 'records.json'),
      JSON.stringify({
        items: [
          {
            key: 'dog',
            name: 'Dog',
            code: '1.000001 (old)',
            fields: [{ path: 'chip', label: 'Chip', type: 'text', required: 'C', rule: 'if it has one' }],
          },
          { key: 'cat', name: 'Cat', code: null, fields: [] },
        ],
      }),
    );
    const drafted = await run(
      'new',
      'dog.form.json',
      '--from',
      'records.json',
      '--procedure',
      '1.000001',
      '--pack',
      'none',
    );
    expect(drafted).toMatchObject({ code: 0, out: expect.stringContaining('Say as "when": if it has one') as string });
    expect(await run('new', 'x.form.json', '--from', 'records.json', '--pack', 'none')).toMatchObject({
      code: 2,
      err: expect.stringContaining('There are: 1.000001, cat') as string,
    });
  });
});

describe('what an official may get wrong', () => {
  const record = { key: 'dog', name: 'Dog', fields: [{ path: 'chip', label: 'Chip', type: 'text' }] };
  it.each<[string, string, unknown]>([
    ['no such file', 'There is no file "records/none.json"', undefined],
    ['a folder', 'is a folder', null],
    ['broken JSON', 'is not JSON', '{"items": ['],
    ['something else', 'the record is no object', 'null'],
    ['a list that is none', '"items" is no list', { items: {} }],
    ['no records', '"items" is empty', { items: [] }],
    ['a record without fields', 'record 2 has no list of "fields"', { items: [record, { key: 'a', name: 'A' }] }],
    ['a field without a label', 'field 1 of the record has no "label"', { ...record, fields: [{ path: 'a' }] }],
    ['a code that is a number', 'the "code" of the record is no text', { ...record, code: 1 }],
    [
      'a name among thousands',
      'k19, and 3980 more.',
      { items: Array.from({ length: 4000 }, (_, i) => ({ ...record, key: `k${i}` })) },
    ],
  ])('new --from says what is wrong with %s, and writes nothing', async (name, said, content) => {
    const source = join('records', content === undefined ? 'none.json' : content === null ? '' : `${name}.json`);
    await mkdir(join(folder, 'records'), { recursive: true });
    if (content !== undefined && content !== null)
      await writeFile(join(folder, source), typeof content === 'string' ? content : JSON.stringify(content));
    const { code, out, err } = await run('new', 'never.form.json', '--from', source, '--pack', 'none');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(said);
    expect(await readdir(folder)).not.toContain('never.form.json');
  });

  it('finds a code among prose, in a record of its own', async () => {
    const code = 'Mã thủ tục: 1.000777 (thay thế 2.000001 từ 2025)';
    await writeFile(join(folder, 'prose.json'), `\uFEFF${JSON.stringify({ ...record, code })}`);
    const made = await run('new', 'prose.form.json', '--from', 'prose.json', '--pack', 'none', '--json');
    expect([made.code, JSON.parse(made.out)]).toEqual([0, { file: 'prose.form.json', todo: [] }]);
    expect(JSON.parse(await readFile(join(folder, 'prose.form.json'), 'utf8'))).toMatchObject({
      form: { procedure: { code: '1.000777' } },
    });
  });

  it('new does not take a folder for a file', async () => {
    expect(await run('new', 'broken', '--force', '--pack', 'none')).toMatchObject({
      code: 2,
      err: expect.stringContaining('"broken" is a folder') as string,
    });
  });

  it.each(['types', 'diff'])('%s names the file, the line and the column of what does not compile', async command => {
    const files = ['broken/rule-typo.form.json', 'broken/rule-typo.form.json'].slice(0, command === 'diff' ? 2 : 1);
    expect(await run(command, ...files, '--pack', 'none')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('broken/rule-typo.form.json:11:42: The rule cannot be read') as string,
    });
    expect((await run(command, ...files.map(() => 'broken/not-json.form.json'), '--pack', 'none')).err).toContain(
      'broken/not-json.form.json:5:32: The definition is not JSON',
    );
  });
});

describe('onceform papers', () => {
  it('writes the table of which data replace which paper, and leaves a file that is there alone', async () => {
    await writeFile(
      join(folder, 'd.form.json'),
      JSON.stringify({
        title: 'D',
        type: 'object',
        properties: { name: { type: 'string', title: 'Name', concept: 'person.fullName' } },
        form: {
          locale: 'en',
          components: [
            { id: 'paper', title: 'The paper, signed', replacedBy: { pointers: ['/name'], minAssurance: 'high' } },
            { id: 'photo', title: 'A photo', required: false },
          ],
        },
      }),
    );
    const { code, out } = await run('papers', 'd.form.json', '--pack', 'none');
    expect(code).toBe(0);
    expect(out.split('\r\n')).toMatchObject([
      'procedure,form,component,title,needed,data,assurance,scope',
      expect.stringMatching(/,paper,"The paper, signed",required,\/name,high,$/),
      expect.stringMatching(/,photo,A photo,optional,,,$/),
      '',
    ]);
    expect((await run('papers', 'd.form.json', '--pack', 'none', '--out', 'table.csv')).code).toBe(0);
    expect(await readFile(join(folder, 'table.csv'), 'utf8')).toBe(`\uFEFF${out}`);
    expect((await run('papers', 'd.form.json', '--pack', 'none', '--out', 'table.csv')).code).toBe(2);
    expect((await run('papers')).code).toBe(2);
  });
});
