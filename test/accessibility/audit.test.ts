// A part of the accessibility audit for every run of the tests; `npm run test:a11y` looks at all of it.

import { describe, expect, it } from 'vitest';
import { audit, everything, triaged } from './audit.mjs';

const PAGES = [
  { form: 'every-control', state: 'error', locale: 'vi', tree: 'page' },
  { form: 'every-control', state: 'conflict', locale: 'en', tree: 'shadow' },
];

describe('axe, at every step, at both widths, light and dark', () => {
  it('finds nothing wrong, and nothing undecided that nobody has looked at', async () => {
    console.log(`axe looks at ${PAGES.length} of ${everything().length} pages; npm run test:a11y looks at all of them`);
    const { looks, violations, untriaged } = await audit(PAGES);
    expect(looks).toBe(18);
    expect(violations).toEqual([]);
    expect(untriaged).toEqual([]);
  }, 120_000);

  it('every entry of triaged.json says of which rule, where, and why it is in order', () => {
    for (const entry of triaged) {
      expect(Object.keys(entry)).toEqual(['rule', 'selector', 'why']);
      expect(entry.why.length).toBeGreaterThan(30);
    }
  });
});
