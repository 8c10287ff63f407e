// The same use of the table of runs as end to end, at a hundred thousand of them.
process.env.SLIPWAY_TEST_RUNS = '100000'
await import('../e2e/runs.test.ts')

export {}
