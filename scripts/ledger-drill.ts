// The long form of the ledger's property test: node scripts/ledger-drill.ts [--sequences 5000] [--seed N] [--json]
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { startPostgres } from '../server/src/postgres.ts'
import { anySequence, noCounts, playSequence } from '../server/test/ledger-drill/drill.ts'
import { ledgerPool } from '../server/test/ledger-drill/pool.ts'

/** Sequences played side by side, each on books of its own. */
const LANES = 4

const { values } = parseArgs({
  options: {
    sequences: { type: 'string', default: '5000' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const wanted = Number(values.sequences)
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
if (!Number.isSafeInteger(wanted) || wanted < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('usage: node scripts/ledger-drill.ts [--sequences 5000] [--seed N] [--json]\n')
  process.exit(2)
}

const dataDir = await mkdtemp(join(tmpdir(), 'paume-drill-'))
await chmod(dataDir, 0o755)
// What the drill shows does not rest on the disk: processes die here, machines do not.
const postgres = await startPostgres({ dataDir, settings: { fsync: 'off', synchronous_commit: 'off' } })
const pool = await ledgerPool(postgres.url, LANES * 2)
const counts = noCounts()
const startedMs = Date.now()
let failure: unknown
try {
  const lane = (n: number) =>
    fc.assert(
      fc.asyncProperty(anySequence, (steps) => playSequence(pool, steps, counts)),
      { numRuns: Math.ceil((wanted - n) / LANES), seed: seed + n },
    )
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(LANES, wanted) }, (_, n) => lane(n)))
  failure = lanes.find((played) => played.status === 'rejected')?.reason
} catch (error) {
  failure = error
} finally {
  await pool.end()
  await postgres.stop()
  await rm(dataDir, { recursive: true, force: true })
}
const result = { ...counts, seed, seconds: Math.round((Date.now() - startedMs) / 1_000), held: failure === undefined }
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
else for (const [name, value] of Object.entries(result)) process.stdout.write(`${name.padEnd(18)} ${value}\n`)
if (failure !== undefined) {
  process.stderr.write(`${(failure as Error).message}\n`)
  process.exit(1)
}
