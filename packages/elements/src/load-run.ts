// The engine and what is done with it, as one piece that is loaded behind a first page: see desk-run.ts.

import type { DeskRun } from './desk-run.ts';
import { useEngine } from './engine.ts';

let loaded: typeof DeskRun | undefined;

/** Loads it. Rejects when it does not come; the next call tries again. */
export async function loadRun(): Promise<typeof DeskRun> {
  return loaded ?? takeRun(await import('./desk-run.ts'));
}

/** Takes it as it is, for who brings everything in one file. */
export function takeRun(come: Pick<typeof import('./desk-run.ts'), 'DeskRun' | 'engine'>): typeof DeskRun {
  useEngine(come.engine);
  return (loaded = come.DeskRun);
}

/** What is here already. */
export function loadedRun(): typeof DeskRun | undefined {
  return loaded;
}
