import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { anySequence, noCounts, playSequence } from './ledger-drill/drill.ts'
import { ledgerPool } from './ledger-drill/pool.ts'
import { createTestDatabase } from './test-database.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let pool: pg.Pool
beforeAll(async () => {
  database = await createTestDatabase()
  pool = await ledgerPool(database.url)
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

/** The long form is `node scripts/ledger-drill.ts --sequences 5000`; it plays the same sequences. */
it('is the model’s ledger, whatever is done in whatever order and wherever the process dies', async () => {
  const counts = noCounts()
  await fc.assert(
    fc.asyncProperty(anySequence, (steps) => playSequence(pool, steps, counts)),
    { numRuns: 150, interruptAfterTimeLimit: 15_000 },
  )
  expect(counts.sequences).toBeGreaterThan(10)
  expect(counts.crashes).toBeGreaterThan(10)
  expect(counts.refused).toBeGreaterThan(10)
}, 60_000)
