// Every n-th network call fails once: a citizen and an officer go through all that makes a portal call somebody, and calls
// break. What they see is a plain word or nothing; trying again is enough; and in the end nothing is lost, and nothing is
// there twice. Run by network-faults.test.ts and by `npm run test:faults`.

import type { Break, BrokenCall } from './breaking-wire.ts';
import { journey } from './network-journey.ts';
import { createStage } from './network-stage.ts';

export interface NetworkFaults {
  /** Each kind of call, and how often one journey makes it. */
  readonly calls: ReadonlyMap<string, number>;
  readonly runs: number;
  /** What went wrong, with the call that was broken. */
  readonly failures: readonly string[];
}

/**
 * @param every whether each call is broken by itself, in each way, which takes many minutes; otherwise the first call of
 *   each kind breaks in the same journey as those of the others, once in each way that needs no waiting.
 */
export async function networkFaults(
  { every }: { readonly every: boolean },
  onRun: (done: number, of: number) => void = () => undefined,
): Promise<NetworkFaults> {
  const stage = await createStage();
  const failures: string[] = [];
  let runs = 0;
  const run = async (name: string, broken: readonly BrokenCall[]): Promise<void> => {
    try {
      await journey(stage, `p${++runs}`, broken);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  try {
    await run('nothing broken', []);
    const calls = new Map(stage.world.wires.seen);
    if (!every) {
      for (const how of ['unheard', 'answer lost'] as const)
        await run(
          how,
          [...calls.keys()].map(kind => ({ kind, nth: 1, how })),
        );
      return { calls, runs, failures };
    }
    const planned = [...calls].flatMap(([kind, count]) => eachWay(kind, count));
    for (const [done, broken] of planned.entries()) {
      onRun(done, planned.length);
      await run(`${broken.kind} (${broken.nth}) ${broken.how}`, [broken]);
    }
    return { calls, runs, failures };
  } finally {
    await stage.end();
  }
}

function eachWay(kind: string, count: number): BrokenCall[] {
  const ways: readonly Break[] = ['unheard', 'answer lost', 'silent'];
  return Array.from({ length: count }, (_, i) => ways.map(how => ({ kind, nth: i + 1, how }))).flat();
}
