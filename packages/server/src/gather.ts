// Work that costs nearly the same for one as for many (a statement, a write to the disk): whoever comes while a round
// runs waits for it and shares the next.

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes of `round`, which does many at once, a function for one. Rounds follow each other, items keep the order they came
 * in. A round that throws fails all who share it.
 *
 * @param round gives as many results as it gets items, in their order.
 * @param most items of one round.
 */
export function gather<Item, Result>(
  round: (items: readonly Item[]) => Promise<readonly Result[]>,
  most = 100,
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let running = false;
  const work = async (): Promise<void> => {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most);
      try {
        const results = await round(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, i) => resolve(results[i]!));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  };
  return item =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void work();
    });
}
