import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePattern } from './code-pattern.ts';

describe('the pattern of a code list', () => {
  it('takes every code and nothing else', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.string({ unit: fc.constantFrom('a', 'b', '0', '1', '2', '-', '.', '𝒳', '^', ']', '/'), maxLength: 4 }),
        ),
        fc.string({ unit: fc.constantFrom('a', 'b', '0', '1', '2', '-', '.', '𝒳'), maxLength: 5 }),
        (codes, other) => {
          const pattern = new RegExp(codePattern(codes), 'u');
          for (const code of codes) expect(pattern.test(code)).toBe(true);
          expect(pattern.test(other)).toBe(codes.includes(other) || (codes.length === 0 && other === ''));
        },
      ),
    );
  });

  it('is short where codes share much, and quick', () => {
    const codes = Array.from({ length: 10_000 }, (_, i) => String(i * 3).padStart(5, '0'));
    const pattern = codePattern(codes);
    expect(pattern.length).toBeLessThan(codes.join('').length / 10);
    const compiled = new RegExp(pattern, 'u');
    const start = performance.now();
    for (const code of codes) if (!compiled.test(code)) throw new Error(code);
    expect(performance.now() - start).toBeLessThan(500);
  });

  const python = spawnSync('python3', ['--version']).status === 0;
  it.skipIf(!python)('is read alike in Python', () => {
    const codes = ['a-b', 'a.b', '[x]', 'x^2', 'vn/01', 'vn/02', 'v'];
    const { stdout } = spawnSync(
      'python3',
      ['-c', 'import json,re,sys; p,c=json.load(sys.stdin); print(sum(1 for x in c if re.search(p,x)))'],
      { input: JSON.stringify([codePattern(codes), [...codes, 'a+b', 'axb', 'vn/0', 'vn/03']]), encoding: 'utf8' },
    );
    expect(stdout.trim()).toBe(String(codes.length));
  });
});
