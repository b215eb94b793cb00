import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { manifest } from '../manifest.mjs';

it('custom-elements.json says what the sources say', () => {
  expect(JSON.parse(readFileSync(new URL('../custom-elements.json', import.meta.url), 'utf8'))).toEqual(manifest());
});
