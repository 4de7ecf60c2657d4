import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const DRILL = join(import.meta.dirname, '..', '..', 'scripts', 'kill-burst.ts')
/** Three rounds start a server four times, each with a database that has to mend itself; on a busy machine that takes minutes. */
const WITHIN_MS = 400_000

it(
  'a server killed in a burst of payments, and once its database with it, charges nobody twice and loses nothing',
  async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        DRILL,
        '--rounds',
        '3',
        '--lanes',
        '2',
        '--people',
        '2',
        '--stand-in',
        '--json',
      ],
      { timeout: WITHIN_MS },
    )
    const summary = JSON.parse(stdout.trim().split('\n').at(-1)!)
    expect(summary).toMatchObject({ rounds: 3, chargedTwice: 0, lost: 0, ledgerSumMinor: 0 })
    expect(summary.payments).toBeGreaterThan(0)
  },
  WITHIN_MS,
)
