// Before the first journey: a portal and a browser for each worker. After the last one they are closed, and a portal whose
// console said anything about the people it served fails the run.

import { once } from 'node:events';
import puppeteer from 'puppeteer-core';
import type { TestProject } from 'vitest/node';
import { browserArgs, findBrowser } from '../../scripts/browser.mjs';
import { startPortal, type Portal } from './portal.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** One for each worker: where its portal answers, and where its browser is driven. */
    stages: readonly { readonly portal: string; readonly browser: string }[];
  }
}

/** @returns what closes all of it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const portals: Portal[] = [],
    browsers: Started[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(browsers.map(each => each.close()));
    const closed = await Promise.allSettled(portals.map(each => each.close()));
    const failed = closed.find(each => each.status === 'rejected');
    if (failed === undefined) return;
    process.exitCode = 1; // vitest only prints what went wrong after the last test
    throw failed.reason;
  };
  try {
    const { path } = await findBrowser();
    // The first alone: what it compiles the others copy.
    portals.push(await startPortal());
    const workers = Array.from({ length: Number(project.vitest.config.maxWorkers) });
    await Promise.all([
      ...workers.slice(1).map(async () => void portals.push(await startPortal())),
      ...workers.map(async () => void browsers.push(await startBrowser(path))),
    ]);
  } catch (error) {
    await close();
    throw error;
  }
  project.provide(
    'stages',
    portals.map(({ url }, no) => ({ portal: url, browser: browsers[no]!.endpoint })),
  );
  return close;
}

interface Started {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Starts a browser that a worker will drive: every page would wait for this process too, were it still connected. */
async function startBrowser(executablePath: string): Promise<Started> {
  const browser = await puppeteer.launch({ executablePath, args: browserArgs as string[], timeout: 60_000 });
  const [endpoint, child] = [browser.wsEndpoint(), browser.process()!];
  await browser.disconnect();
  return {
    endpoint,
    async close() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
