import { expect, test } from 'vitest';
import { oncePerCause } from './causes.ts';
import type { FieldNode, Issue } from './index.ts';

const issue = (keyword: string, more: Partial<Issue> = {}): Issue => ({
  pointer: '/a',
  keyword,
  severity: 'error',
  params: {},
  ...more,
});
const said = (keywords: readonly string[], field: Partial<FieldNode> = {}): string[] =>
  oncePerCause(
    keywords.map((keyword, no) => issue(keyword, { params: { no } })),
    field as FieldNode,
  ).map(({ keyword, params }) => `${keyword} ${String(params['no'])}`);

test('a code on no list is one finding, though its shape, the list and a rule refuse it', () => {
  expect(said(['rule', 'pattern', 'pattern', 'maxLength'], { codeList: { id: 'communes' } })).toEqual(['pattern 1']);
});

test('of several errors of one value the most telling is said', () => {
  expect(said(['pattern', 'minLength', 'type'])).toEqual(['type 2']);
  expect(said(['pattern', 'minLength'])).toEqual(['minLength 1']);
  expect(said(['minLength', 'pattern'], { format: 'vn-personal-id' })).toEqual(['pattern 1']);
});

test('what has another cause stays', () => {
  expect(said(['rule', 'rule'])).toEqual(['rule 0', 'rule 1']);
  expect(said(['pattern', 'server', 'recheck', 'rule'])).toEqual(['pattern 0', 'server 1', 'recheck 2']);
  expect(said(['parse', 'rule', 'onMissing'])).toEqual(['parse 0', 'onMissing 2']);
  expect(said(['minItems', 'uniqueItems'])).toEqual(['minItems 0', 'uniqueItems 1']);
});
