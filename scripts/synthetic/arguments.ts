import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/** Reads the command line; null when it is not understood. */
export function optionsOf<T extends ParseArgsOptionsConfig>(options: T) {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) return null
    throw error
  }
}

/** A whole number of an option, or null when it is none or below `least`. */
export function wholeNumber(text: string | undefined, least: number): number | null {
  const value = Number(text)
  return text !== undefined && /^\d+$/.test(text) && value >= least && value <= 0x7fffffff ? value : null
}

/** Shows progress on one line of the terminal; where stderr is a file, only the end is told. */
export function bar(name: string, done: number, all: number): void {
  if (!process.stderr.isTTY) {
    if (done === all) process.stderr.write(`${name}: ${all} pictures\n`)
    return
  }
  const filled = Math.round((30 * done) / all)
  const line = `${name} ${'█'.repeat(filled)}${'░'.repeat(30 - filled)} ${done}/${all}`
  process.stderr.write(`\r${line}${done === all ? '\n' : ''}`)
}
