// Every JavaScript sample in a README runs: a sample that does not is a lie told to a newcomer.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const samples = readdirSync(join(root, 'packages')).flatMap(name => {
  const file = join(root, 'packages', name, 'README.md');
  if (!existsSync(file)) return [];
  return [...readFileSync(file, 'utf8').matchAll(/```js\n([\s\S]*?)```/g)].map((match, i) => ({
    name,
    no: i + 1,
    code: match[1]!,
  }));
});

describe('samples in the READMEs of packages', () => {
  test('there are some', () => {
    expect(samples.length).toBeGreaterThanOrEqual(4);
  });

  test.each(samples)('$name, sample $no, runs and prints something', ({ name, code }) => {
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: join(root, 'packages', name),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(said.trim()).not.toBe('');
    expect(said, 'a sentence, not the key of one').not.toMatch(/^[A-Za-z]+\.[a-zA-Z.]+$/m);
  });
});
