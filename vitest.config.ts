import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Packages are read from their sources: a test never sees a stale build.
// "import" and "default" are not named here: named, they would also hold for a require() inside a library (pg).
const conditions = ['onceform-source', 'node', 'module'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'packages/elements/**/*.browser.test.ts', 'test/journey/**'],
    // Every core: left alone, vitest keeps one of two free.
    maxWorkers: availableParallelism(),
    // Files share the modules of their process: docs/decisions/089-test-files-share-a-process.md.
    isolate: false,
    // These bound a failure on a busy machine; nothing is measured by them.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
