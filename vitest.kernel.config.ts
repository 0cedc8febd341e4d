import { defineConfig } from 'vitest/config';

/** The long tests, in a booted kernel: `npm run test:kernel`. A guest takes a processor, so two files at a time on two. */
export default defineConfig({
  test: {
    include: ['test/kernel/**/*.kernel.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['verbose'],
  },
});
