// What journeys are played on: the portal and the browser of this worker, which its files share, one after the other. A
// journey that needs a portal where nobody was before, or that spoils it for others, starts its own.

import puppeteer from 'puppeteer-core';
import { inject } from 'vitest';

const stage = inject('stages')[Number(process.env['VITEST_POOL_ID']) - 1]!;

export const portal = { url: stage.portal } as const;

export const browser = await puppeteer.connect({ browserWSEndpoint: stage.browser, defaultViewport: null });
