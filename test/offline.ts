// The network of a page that a service worker stands before: what the worker keeps of it, and how it is cut.

import type { Page } from 'puppeteer-core';

/** The paths of everything that is kept for a time without a network. */
export const keptPaths = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const kept = await Promise.all(
      names.map(async name => (await (await caches.open(name)).keys()).map(({ url }) => url)),
    );
    return kept.flat().map(url => new URL(url).pathname);
  });

/** What cuts the network of a page and of its service worker, and brings it back. */
export async function lineOf(page: Page): Promise<(offline: boolean) => Promise<void>> {
  const worker = await page.browserContext().waitForTarget(target => target.type() === 'service_worker');
  // The worker's first: a page that hears of the network sends through it at once.
  const lines = [await worker.createCDPSession(), await page.createCDPSession()];
  for (const line of lines) await line.send('Network.enable');
  return async offline => {
    for (const line of lines)
      await line.send('Network.emulateNetworkConditions', {
        offline,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: -1,
      });
  };
}
