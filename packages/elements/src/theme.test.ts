import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../theme/once.css', import.meta.url), 'utf8');

describe('the theme', () => {
  it('has one selector in each :where(): a list of them is tried on every element of the page', () => {
    const lists = [...css.matchAll(/:where\(([^()]|\([^()]*\))*\)/g)].map(([found]) => found);
    expect(lists.length).toBeGreaterThan(100);
    expect(lists.filter(found => found.replace(/\([^()]*\)(?!$)/g, '').includes(','))).toEqual([]);
  });
});
