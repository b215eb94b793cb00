// Work that costs nearly the same for one as for many (a statement, a write to the disk): whoever comes at once, or while
// a round runs, shares a round.

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** As it is when this is read: a test that puts its own clock in place of timers does not stop the work. */
const soon = setImmediate;

/**
 * Makes of `round`, which does many at once, a function for one. Rounds follow each other, items keep the order they came
 * in. A round begins when everything has been read that lies in the sockets: under load that is several requests, and
 * each of them costs a wake-up of the database less. When a shared round throws, each of its items is tried by itself:
 * nobody pays for what somebody else asked.
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
  /** False when a shared round threw: nobody has been answered then. */
  const settle = async (batch: readonly Waiting<Item, Result>[]): Promise<boolean> => {
    try {
      const results = await round(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, i) => resolve(results[i]!));
    } catch (error) {
      if (batch.length > 1) return false;
      batch[0]!.reject(error);
    }
    return true;
  };
  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most);
      if (!(await settle(batch))) for (const one of batch) await settle([one]);
    }
    running = false;
  };
  return item =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (running) return;
      running = true;
      soon(() => void work());
    });
}
