import { join } from 'node:path'
import { startVitest } from 'vitest/node'
import { buildAppsIfStale } from './build-apps.ts'
import { check } from './check.ts'
import { ensureChromium } from './chromium.ts'

const ROOT = join(import.meta.dirname, '..')
const filters = process.argv.slice(2).filter((word) => !word.startsWith('-'))

// Everything the tests need is made sure of first: a missing browser is an error, never a skipped test.
process.env.PAUME_CHROMIUM = ensureChromium()
await buildAppsIfStale()
const checksFailed = filters.length > 0 ? 0 : check()

const vitest = await startVitest('test', filters, { root: ROOT, run: true, watch: false })
const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()])
const count = (state: string) => tests.filter((test) => test.result().state === state).length
const brokenModules = vitest.state
  .getTestModules()
  .filter((module) => module.state() === 'failed' && module.errors().length > 0).length
await vitest.close()

const failed = count('failed') + brokenModules + checksFailed
process.stdout.write(`\ntests: ${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped\n`)
process.exit(failed > 0 || count('passed') === 0 || vitest.state.getUnhandledErrors().length > 0 ? 1 : 0)
