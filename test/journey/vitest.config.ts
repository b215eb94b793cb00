import { defineConfig } from 'vitest/config';

// The portal runs from its build, as a citizen meets it. A journey mostly waits: two run side by side.
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/journey/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
});
