import { expect, it } from 'vitest';
import { nearest, perhapsMeant } from './nearest.ts';

it.each([
  ['titel', ['title', 'type'], 'title'],
  ['wdith', ['depth', 'width'], 'width'],
  ['e-mail', ['date', 'email'], 'email'],
  ['MinLength', ['minLength'], 'minLength'],
  ['title', ['title'], null],
  ['whatever', ['title'], null],
  ['abc', ['abd'], null],
])('takes %s among %j for %s', (name, known, meant) => {
  expect(nearest(name, known)).toBe(meant);
  expect(perhapsMeant(name, known)).toBe(meant === null ? '' : `; "${meant}" is probably meant`);
});
