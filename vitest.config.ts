import { defineConfig } from 'vitest/config'

// Two projects: everything that may run side by side, and what needs a machine to itself (a real server and a real browser).
export default defineConfig({
  test: {
    testTimeout: 180_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
    globalSetup: ['server/test/postgres-setup.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/**/*.test.ts',
            'server/src/**/*.test.ts',
            'apps/**/*.test.{ts,tsx}',
            'evaluation/**/*.test.ts',
            'test/*.test.ts',
            'training/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/dist/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'stories',
          include: ['server/test/**/*.test.ts', 'test/browser/**/*.test.ts'],
          fileParallelism: false,
        },
      },
    ],
  },
})
