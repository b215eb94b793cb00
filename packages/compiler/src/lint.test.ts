import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@onceform/core';
import { applyFixes, lintForm, type LintFinding, type LintOptions } from './lint.ts';

const broken = async (name: string, options: LintOptions = {}): Promise<string[]> =>
  brief(
    await lintForm(
      await readFile(new URL(`../../../examples/broken-forms/${name}.form.json`, import.meta.url), 'utf8'),
      options,
    ),
  );
const brief = (findings: readonly LintFinding[]): string[] =>
  findings.map(({ line, column, severity, code, pointer }) => `${line}:${column} ${severity} ${code} ${pointer}`);

describe('lint', () => {
  it('names every kind of mistake with its line', async () => {
    const found = await broken('dog-licence');
    expect(found.filter(line => line.includes('TRANSLATION_MISSING'))).toHaveLength(14);
    expect(found.filter(line => !line.includes('TRANSLATION_MISSING'))).toEqual([
      '11:9 warning LABEL_MISSING /properties/owner/properties/name',
      '11:37 error KEYWORD_MISSPELLED /properties/owner/properties/name/titel',
      '12:54 error PATTERN_CATASTROPHIC /properties/owner/properties/code/pattern',
      '12:54 warning PATTERN_UNEXPLAINED /properties/owner/properties/code/pattern',
      '13:57 warning FORMAT_NOT_CHECKED /properties/owner/properties/email/format',
      '15:28 error REQUIRED_UNKNOWN /properties/owner/required/1',
      '21:90 warning OPTION_TITLE_MISSING /properties/dog/properties/kind/oneOf/1',
      '22:58 error CONDITION_NEVER /properties/dog/properties/school/when',
      '23:54 error WHEN_TRUE_ON_EMPTY /properties/dog/properties/chip/when',
      '24:62 warning MULTIPLE_OF_FRACTION /properties/dog/properties/weight/multipleOf',
      '24:94 error VALUE_INVALID /properties/dog/properties/weight/examples/0',
      '33:5 error HIDDEN_REQUIRED /form/pages',
      '36:7 warning PAGE_EMPTY /form/pages/2',
      '38:20 warning COMPONENT_PAPER_ONLY /form/components/0',
      '39:51 warning TRANSLATION_UNUSED /form/locales/de/~1properties~1cat~1title',
    ]);
  });

  it('points into a rule', async () => {
    const [finding] = await lintForm(
      await readFile(new URL('../../../examples/broken-forms/rule-typo.form.json', import.meta.url), 'utf8'),
    );
    expect(finding).toMatchObject({
      code: 'ERR_RULE_INVALID',
      line: 11,
      column: 42,
      message: expect.stringContaining('there is no field "wdith"') as string,
    });
  });

  it('points to the very word, past whatever JSON escapes, in rules, computed values and questions of presence', async () => {
    const text = (keyword: string): string =>
      `{ "type": "object", "title": "F", "properties": {\n"a": { "type": "string", "title": "A" }, "n": { "type": "string", "title": "N",\n ${keyword} } } }`;
    for (const [keyword, code, word] of [
      [String.raw`"compute": "'\u0041\"' + self.a + self.nope"`, 'ERR_RULE_INVALID', 'nope'],
      [
        String.raw`"checks": [{ "rule": "value != 'x'\n && data.a == self.nope", "message": "M" }]`,
        'ERR_RULE_INVALID',
        'nope',
      ],
      [
        String.raw`"checks": [{ "rule": "value\t== 'x' || has(data.gone)", "message": "M" }]`,
        'RULE_FIELD_UNKNOWN',
        'data.gone',
      ],
      [String.raw`"checks": [{ "rule": "value == 'x' && ", "message": "M" }]`, 'ERR_RULE_INVALID', '"'],
    ] as const) {
      const source = text(keyword);
      const [found] = (await lintForm(source)).filter(finding => finding.code === code);
      const line = source.split('\n')[found!.line - 1]!;
      expect([found!.line, line.slice(found!.column - 1, found!.column - 1 + word.length)], found!.message).toEqual([
        3,
        word,
      ]);
    }
  });

  it('lists every dangling reference, not only the first', async () => {
    expect(await broken('no-such-reference')).toEqual([
      '8:17 error ERR_REF_UNRESOLVED /properties/helper/$ref',
      '9:18 error ERR_REF_UNRESOLVED /properties/harbour/$ref',
    ]);
  });

  it('says where JSON ends to be JSON', async () => {
    expect(await broken('not-json')).toEqual(['5:32 error ERR_JSON_INVALID ']);
  });

  it('finds what the State already knows', async () => {
    const pack = {
      concepts: {
        'person.name': { id: 'person.name', label: { en: 'Full name' }, sensitivity: 'B', sources: ['register'] },
      },
    } as const;
    const definition: JsonObject = {
      type: 'object',
      title: 'F',
      properties: { n: { type: 'string', title: 'Full name' } },
      required: ['n'],
      form: { components: [{ id: 'proof', title: 'Proof', concept: 'person' }] },
    };
    const findings = await lintForm(definition, { pack });
    expect(findings.map(finding => finding.code).sort()).toEqual(['COMPONENT_HELD_BY_STATE', 'CONCEPT_NOT_BOUND']);
    const fixed = applyFixes(definition, findings);
    expect((await lintForm(fixed, { pack })).map(finding => finding.code)).toEqual(['COMPONENT_HELD_BY_STATE']);
  });

  it('finds reuse policies that cannot work as they say', async () => {
    const field = (reuse: object, sensitivity = 'B'): object => ({
      type: 'string',
      title: 'T',
      concept: 'c.x',
      sensitivity,
      reuse,
    });
    const findings = await lintForm(
      {
        title: 'F',
        type: 'object',
        properties: {
          b: field({ onMissing: 'ask-with-evidence' }),
          c: field({ onMissing: 'block', edit: 'free' }),
          d: field({ writeBack: { defaultOn: true } }, 'S'),
          f: field({ onMissing: 'ask-with-evidence', replaces: ['paper'] }),
        },
        form: { components: [{ id: 'paper', title: 'Paper', handling: 'submit', required: false }] },
      },
      { concepts: { 'c.x': { label: 'X', sources: ['s'], reuse: { edit: 'free' } } as never } },
    );
    expect(
      findings
        .map(({ code, pointer }) => `${code} ${pointer}`)
        .filter(line => /^(?:EVI|BLOCK|WRITE)/.test(line))
        .sort(),
    ).toEqual([
      'BLOCK_NOT_LOCKED /properties/c',
      'EVIDENCE_MISSING /properties/b',
      'WRITE_BACK_SENSITIVE /properties/d',
    ]);
  });

  it('says that no source is asked for what lies inside of a row, unless the row is the record', async () => {
    const concepts = { 'c.x': { label: 'X', sources: ['s'] } as never, c: { label: 'C', sources: ['s'] } as never };
    const leaf = { type: 'string', title: 'Name', concept: 'c.x', subject: 'applicant' };
    const list = (items: object) => ({ type: 'array', title: 'Rows', items: { type: 'object', ...items } });
    const record = list({ concept: 'c', subject: 'applicant', properties: { name: leaf } });
    const findings = await lintForm(
      {
        title: 'F',
        type: 'object',
        properties: {
          record,
          plain: list({ properties: { name: leaf } }),
          nested: list({ properties: { inner: record } }),
        },
      },
      { concepts },
    );
    const rows = '/items/properties';
    expect(findings.filter(({ code }) => code === 'REUSE_NOT_OFFERED').map(({ pointer }) => pointer)).toEqual([
      `/properties/plain${rows}/name`,
      `/properties/nested${rows}/inner/items`,
    ]);
  });

  it('says ahead that a form ends, when it is told the day, and that it has ended', async () => {
    const form = (more: object) => ({
      title: 'F',
      type: 'object',
      properties: { a: { type: 'string', title: 'A' } },
      form: { procedure: { name: 'P', validUntil: '2027-02-28', ...more } },
    });
    const on = async (today: string | undefined, more = {}) =>
      (await lintForm(form(more), today === undefined ? {} : { today })).map(({ code, message }) => [code, message]);
    expect(await on(undefined)).toEqual([]);
    expect(await on('2026-10-01')).toEqual([]);
    expect(await on('2026-11-22', { endReason: 'A new law.' })).toEqual([
      ['FORM_ENDS', 'The form ends on 2027-02-28, in 98 days: publish what comes after.'],
    ]);
    expect(await on('2027-03-01')).toEqual([
      ['FORM_ENDS', expect.stringMatching(/^The form ended on 2027-02-28: .* "endReason" tells/)],
    ]);
  });

  it('says what else does nothing, or never can', async () => {
    const text = (title: string, more: JsonObject = {}): JsonObject => ({ type: 'string', title, ...more });
    const findings = await lintForm({
      title: 'Ferry',
      type: 'object',
      properties: {
        always: text('Always', { when: {} }),
        about: text('About', { when: { at: '/nowhere', is: { const: 1 } } }),
        note: text('Note', { 'x-note': 1 }),
        script: text('Script', { hint: 'H', pattern: '^\\p{Script=Kawi}+$' }),
        never: text('Never', { when: { not: {} } }),
      },
      form: {
        pages: [
          { title: 'One', fields: ['/always', '/about', '/note', '/script'] },
          { title: 'Two', fields: ['/never'] },
        ],
        components: [{ id: 'ticket', title: 'Ticket', replacedBy: { pointers: ['/gone'] } }],
      },
    });
    expect(findings.map(({ code, pointer }) => `${code} ${pointer}`).sort()).toEqual([
      'COMPONENT_UNKNOWN /form/components/0/replacedBy/pointers/0',
      'CONDITION_ALWAYS /properties/always/when',
      'CONDITION_FIELD_UNKNOWN /properties/about/when',
      'CONDITION_NEVER /properties/never/when',
      'KEYWORD_UNKNOWN /properties/note/x-note',
      'PAGE_UNREACHABLE /form/pages/1',
      'PATTERN_UNDECIDED /properties/script/pattern',
    ]);
  });

  it('has every code on its reference page, each tried by a test, and no other', async () => {
    const sources = await Promise.all(
      [
        'lint-texts',
        'lint-conditions',
        'lint-dates',
        'lint-keywords',
        'lint-reuse',
        'lower',
        'outline',
        'plan',
        'reuse',
        'upgrade',
      ].map(name => readFile(new URL(`${name}.ts`, import.meta.url), 'utf8')),
    );
    const codes = new Set(
      sources.flatMap(source =>
        [...source.matchAll(/(?:code: |#note\(\s*site,\s*)'([A-Z]+_[A-Z_]+)'/g)].map(match => match[1]!),
      ),
    );
    const page = await readFile(new URL('../../../docs/reference/lint-codes.md', import.meta.url), 'utf8');
    expect([...page.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(match => match[1]!).sort()).toEqual([...codes].sort());
    const folder = fileURLToPath(new URL('.', import.meta.url));
    const tests = (await readdir(folder)).filter(name => name.endsWith('.test.ts'));
    const tried = (await Promise.all(tests.map(name => readFile(join(folder, name), 'utf8')))).join('');
    expect([...codes].filter(code => !tried.includes(code))).toEqual([]);
  });

  it('says nothing about a form that is right', async () => {
    expect(
      await lintForm({
        type: 'object',
        title: 'F',
        properties: {
          a: { type: 'string', title: 'A' },
          b: { type: 'string', title: 'B', when: { not: { required: ['a'] } } },
        },
        required: ['b'],
      }),
    ).toEqual([]);
  });
});
