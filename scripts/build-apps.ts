import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'apps', 'dist')
const STAMP = join(DIST, '.built-from')
/** Everything that ends in the pages. */
const SOURCES = ['apps', 'packages', 'package-lock.json', 'scripts/build-apps.ts']

function* files(path: string): Generator<string> {
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.endsWith('.test.ts')) continue
    const full = join(path, entry.name)
    if (entry.isDirectory()) yield* files(full)
    else if (entry.isFile()) yield full
  }
}

function fingerprint(): string {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    const path = join(ROOT, source)
    for (const file of source.includes('.') ? [path] : files(path)) {
      hash.update(relative(ROOT, file)).update(readFileSync(file))
    }
  }
  return hash.digest('hex')
}

/**
 * Builds for production whoever asks: a test runner has set NODE_ENV to "test", and pages built under it are slow, large and name the
 * files of this machine.
 */
async function buildApps(): Promise<void> {
  const { build } = await import('vite')
  const before = process.env.NODE_ENV
  process.env.NODE_ENV = 'production'
  try {
    await build({ configFile: join(ROOT, 'apps', 'vite.config.ts'), logLevel: 'warn' })
  } finally {
    if (before === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = before
  }
}

/** Builds the pages with Vite when a source changed since the last build. Returns whether it built. */
export async function buildAppsIfStale(): Promise<boolean> {
  const now = fingerprint()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === now) return false
  await buildApps()
  writeFileSync(STAMP, now)
  return true
}
