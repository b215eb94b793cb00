import { describe, expect, it } from 'vitest';
import { gather } from './gather.ts';

describe('gathered work', () => {
  it('runs together for all who come at once, and for all who come while it runs', async () => {
    const rounds: number[][] = [];
    let end: () => void = () => undefined;
    const double = gather<number, number>(async items => {
      rounds.push([...items]);
      if (rounds.length === 1) await new Promise<void>(resolve => (end = resolve));
      return items.map(item => item * 2);
    }, 3);
    const first = [1, 2].map(double);
    expect(rounds).toEqual([]);
    await new Promise(setImmediate);
    expect(rounds).toEqual([[1, 2]]);
    const meanwhile = [3, 4, 5, 6].map(double);
    end();
    expect(await Promise.all([...first, ...meanwhile])).toEqual([2, 4, 6, 8, 10, 12]);
    expect(rounds).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  it('tries those of a round that failed one by one: only who cannot be served fails', async () => {
    const rounds: string[][] = [];
    const one = gather<string, string>(async items => {
      rounds.push([...items]);
      if (items.includes('bad')) throw new Error('not this one');
      return items;
    });
    const [first, bad, good] = await Promise.allSettled([one('a'), one('bad'), one('c')]);
    expect([first, good]).toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'fulfilled', value: 'c' },
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: new Error('not this one') });
    expect(rounds).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
    expect(await one('d')).toBe('d');
  });
});
