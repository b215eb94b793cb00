// The engine and what is done with it, as one piece that is loaded behind a first page: see desk-run.ts.

import type { DeskRun } from './desk-run.ts';
import { useEngine } from './engine.ts';

let loaded: typeof DeskRun | undefined;

/** Loads it. Rejects when it does not come; the next call tries again. */
export async function loadRun(): Promise<typeof DeskRun> {
  if (loaded === undefined) {
    const { DeskRun, engine } = await import('./desk-run.ts');
    useEngine(engine);
    loaded = DeskRun;
  }
  return loaded;
}

/** What is here already. */
export function loadedRun(): typeof DeskRun | undefined {
  return loaded;
}
