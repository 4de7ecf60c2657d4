import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const CHAOS = join(import.meta.dirname, '..', '..', 'scripts', 'chaos.ts')
/** Half a minute by itself; on a busy machine several. */
const WITHIN_MS = 400_000

it(
  'a server killed five times while tills sell, once its database, charges nobody twice and loses nothing',
  async () => {
    const words = ['--kills', '5', '--lanes', '3', '--people', '6', '--json']
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', CHAOS, ...words],
      { timeout: WITHIN_MS },
    )
    const figures = JSON.parse(stdout.trim().split('\n').at(-1)!)
    expect(figures).toMatchObject({ kills: 5, doubleCharged: 0, lost: 0, unresolved: 0, ledgerSumMinor: 0 })
    expect(figures.captures).toBeGreaterThan(0)
  },
  WITHIN_MS,
)
