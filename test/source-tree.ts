import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')

export type SourceFile = { path: string; text: string; imports: string[] }

const IMPORT =
  /(?:^|[\s;])(?:import|export)\s(?:[^'"]*?\sfrom\s)?\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|new URL\(\s*['"](\.[^'"]+)['"]/g

/** Paths of all TypeScript files that git tracks or would track, relative to the root. */
export function sourceFiles(): SourceFile[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx', '*.mjs'],
    { cwd: ROOT },
  )
  const paths = [...new Set(listed.toString().split('\n').filter(Boolean))].filter((path) => {
    try {
      readFileSync(join(ROOT, path))
      return true
    } catch {
      return false // deleted in the work tree, not yet in the index
    }
  })
  return paths.map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    return { path, text, imports: importsOf(path, text) }
  })
}

/** What a file imports: repository paths for relative imports, names as written for packages. */
export function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(IMPORT)]
    .map((match) => match[1] ?? match[2] ?? match[3]!)
    .map((name) => (name.startsWith('.') ? normalize(join(dirname(path), name)) : name))
}

export const isTest = (path: string) =>
  /\.test(-data)?\.tsx?$/.test(path) ||
  path.startsWith('test/') ||
  path.startsWith('server/test/') ||
  path.startsWith('apps/test/')

/** The room a path lies in, as the import rule names it. */
export function roomOf(path: string): string {
  const [first, second, third, fourth] = path.split('/')
  if (first === 'packages') return second!
  if (first === 'server')
    return third === undefined
      ? 'server'
      : fourth === undefined
        ? `server:${third.replace(/\.ts$/, '')}`
        : `server:${third}`
  return first!
}

/** Files that a package offers to others by its `exports`, and to people by its `bin`. */
export function packageEntries(): string[] {
  const listed = execFileSync('git', ['ls-files', 'package.json', '*/package.json'], { cwd: ROOT })
  return listed
    .toString()
    .split('\n')
    .filter(Boolean)
    .flatMap((path) => {
      const { exports = {}, bin = {} } = JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as {
        exports?: Record<string, string>
        bin?: Record<string, string>
      }
      return [...Object.values(exports), ...Object.values(bin)].map((entry) => join(dirname(path), entry))
    })
}
