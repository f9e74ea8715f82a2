import { defineConfig } from 'vitest/config'

export default defineConfig({
  // What src/ takes from the core by its public name is what the tests take from src/.
  resolve: {
    alias: [{ find: /^httpwire$/, replacement: new URL('src/index.ts', import.meta.url).pathname }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Two cores here and in CI: more workers only get in each other's way.
    maxWorkers: 2,
  },
})
