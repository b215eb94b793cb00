import { defineConfig } from 'vitest/config';

// The portal runs from its build, as a citizen meets it. A journey waits half of the time: three run side by side.
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/journey/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 300_000,
    globalSetup: 'test/journey/setup.ts',
    setupFiles: 'test/journey/close-pages.ts',
    // The files that a worker runs share its portal and its browser.
    isolate: false,
    maxWorkers: 3,
  },
});
