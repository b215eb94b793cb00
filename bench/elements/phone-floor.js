// The floor's page of the slow-phone row: the agreed floor, and a word when its first box stands.

import { define, mount } from '../../../shared/bench/floor.js';
import { spec } from '../../../shared/bench/spec.js';

const given = spec('sections', 50);
mount(document.body, define(given), structuredClone(given.data));
requestAnimationFrame(() => setTimeout(() => Object.assign(globalThis, { readyToType: performance.now() }), 0));
