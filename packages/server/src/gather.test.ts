import { describe, expect, it } from 'vitest';
import { gather } from './gather.ts';

describe('gathered work', () => {
  it('runs alone when nobody waits, and together with all who came meanwhile', async () => {
    const rounds: number[][] = [];
    let end: () => void = () => undefined;
    const double = gather<number, number>(async items => {
      rounds.push([...items]);
      if (rounds.length === 1) await new Promise<void>(resolve => (end = resolve));
      return items.map(item => item * 2);
    }, 3);
    const all = [1, 2, 3, 4, 5].map(double);
    end();
    expect(await Promise.all(all)).toEqual([2, 4, 6, 8, 10]);
    expect(rounds).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('fails those of a round together, and nobody after them', async () => {
    let count = 0;
    const one = gather<string, string>(async items => {
      if (++count === 2) throw new Error('the disk is full');
      return items;
    });
    const [first, ...failed] = await Promise.allSettled([one('a'), one('b'), one('c')]);
    expect(first).toEqual({ status: 'fulfilled', value: 'a' });
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await one('d')).toBe('d');
  });
});
