// The standard formats as patterns, against the optional part of the official suite.

import { existsSync, readFileSync } from 'node:fs';
import recheck from 'recheck';
import { describe, expect, it } from 'vitest';
import { STANDARD_FORMATS } from './formats.ts';

const SUITE = new URL(
  '../../../../shared/suites/json-schema-test-suite/tests/draft2020-12/optional/format/',
  import.meta.url,
);
const present = existsSync(SUITE);
if (!present)
  console.warn('json-schema-test-suite is not beside the repository (../shared/suites): its formats are skipped.');

/** Where a pattern is stricter or looser than the format, and why. */
const DIFFERENT: readonly (readonly [why: string, tests: RegExp])[] = [
  [
    'a leap second is taken in UTC only',
    /^(?:time: valid leap second, .*offset|date-time: a valid date-time with a leap second, with minus offset)$/,
  ],
  [
    'people have no such addresses, and mail systems refuse them',
    /^email: (?:a quoted string .*|an IPv[46]-address-literal .*)$/,
  ],
  ['what a punycoded label stands for cannot be seen in it', /^hostname: (?!single)/],
  [
    'an embedded IPv4 address is a name as any other',
    /^uri(?:-reference)?: (?:a )?leading zero in (?:an embedded IPv4 address is invalid|the IPv4 part of an IPv6 literal)$/,
  ],
];

describe.skipIf(!present)('a format as a pattern', () => {
  it.each(Object.keys(STANDARD_FORMATS))('%s', name => {
    const groups = JSON.parse(readFileSync(new URL(`${name}.json`, SUITE), 'utf8')) as {
      tests: { description: string; data: unknown; valid: boolean }[];
    }[];
    const pattern = new RegExp(STANDARD_FORMATS[name]!, 'u');
    const tests = groups.flatMap(group => group.tests).filter(test => typeof test.data === 'string');
    expect(tests.length).toBeGreaterThan(3);
    const wrong = tests
      .filter(test => pattern.test(test.data as string) !== test.valid)
      .map(test => `${name}: ${test.description}`);
    expect(wrong.filter(test => !DIFFERENT.some(([, pattern]) => pattern.test(test)))).toEqual([]);
  });
});

describe('a format as a pattern', () => {
  it.each(Object.entries(STANDARD_FORMATS))('%s cannot be made to take for ever', (_name, pattern) => {
    expect(recheck.checkSync(pattern, 'u', { timeout: 1500 }).status).not.toBe('vulnerable');
  });
});
