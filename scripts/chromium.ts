import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const KNOWN = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

/** Path of a Chromium, or null. `PAUME_CHROMIUM` names one that is elsewhere. */
export function findChromium(): string | null {
  const named = process.env.PAUME_CHROMIUM
  if (named) return existsSync(named) ? named : null
  return KNOWN.find((path) => existsSync(path)) ?? null
}

/**
 * Finds Chromium, or installs Debian's as root, with a font: a bare machine has none, and text without a font has no size. Else throws
 * with a sentence that says what to do.
 */
export function ensureChromium(): string {
  const found = findChromium()
  if (found) return found
  const canInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0
  if (!canInstall || process.env.PAUME_CHROMIUM) {
    throw new Error(
      'The browser tests need Chromium: install it (Debian: apt-get install chromium) or name it in PAUME_CHROMIUM.',
    )
  }
  process.stderr.write('paume: installing Chromium with apt-get…\n')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const words of [
    ['update', '-q'],
    ['install', '-qy', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
  ]) {
    const run = spawnSync('apt-get', words, { stdio: ['ignore', 2, 2], env })
    if (run.status !== 0) throw new Error(`apt-get ${words[0]} failed; the browser tests need Chromium.`)
  }
  const now = findChromium()
  if (!now) throw new Error('apt-get installed chromium, but none of the known paths has it.')
  return now
}
