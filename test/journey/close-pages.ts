// After each file of journeys: what it left open is closed, for the next one has the same browser.

import { afterAll } from 'vitest';
import { closePages } from './browser.ts';

afterAll(closePages);
