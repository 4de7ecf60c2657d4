import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const bin = (name: string) => join(ROOT, 'node_modules', '.bin', name)

/** Types and style of the whole tree. Returns the number of checks that failed. */
export function check(): number {
  const runs = [
    ['tsc', '-p', ROOT],
    ['biome', 'check', '--error-on-warnings', ROOT],
  ]
  return runs.filter(([name, ...words]) => spawnSync(bin(name!), words, { stdio: 'inherit', cwd: ROOT }).status !== 0)
    .length
}

if (import.meta.main) process.exitCode = check() === 0 ? 0 : 1
