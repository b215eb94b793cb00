import { expect, it } from 'vitest';
import { index766, indicators } from './indicators.ts';

it('every indicator of the plans is here once, with its formula, and says where its numbers come from', () => {
  expect(indicators.map(indicator => indicator.id)).toEqual(Array.from({ length: 34 }, (_, i) => `K${i + 1}`));
  for (const indicator of indicators) {
    expect(indicator.formula.length, indicator.id).toBeGreaterThan(4);
    expect(indicator.why !== undefined, indicator.id).toBe(indicator.basis !== 'own-events');
  }
});

it('the two online shares keep their different denominators', () => {
  const [all, eligible] = indicators;
  expect(all!.formula).not.toBe(eligible!.formula);
  expect([all!.threshold?.value, eligible!.threshold?.value]).toEqual([0.7, 0.95]);
});

it('the weights of the index add up to a hundred', () => {
  expect(index766.reduce((sum, group) => sum + group.weight, 0)).toBe(100);
});
