import { defineConfig } from 'vitest/config';

/**
 * Folders whose test files leave nothing behind in their process: no mocked module, no changed environment. They share the
 * modules that one of them has loaded, which saves each file the loading and the first, slow passes through the model's code.
 */
const SHARING = [
  'behaviour', 'bundle', 'calibration', 'cli', 'experiment', 'golden', 'input', 'learning', 'libml', 'lockstep', 'policies', 'property',
  'report', 'sim', 'workloads', 'kernel-validation/!(install)',
].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    // Far above what any test takes on a loaded machine: it ends what hangs, and judges nothing.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    // Else one core is left idle.
    maxWorkers: '100%',
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: SHARING, sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'sharing', include: SHARING, isolate: false, sequence: { groupOrder: 1 } } },
    ],
  },
});
