import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** One picture of a data set folder, as its `manifest.csv` names it. */
export type Entry = {
  /** Relative to the folder. */
  file: string
  person: string
  /** Null where the set does not say. */
  hand: 'L' | 'R' | null
  /** The identity to match on. */
  palm: string
  session: string
  sample: string
}

const COLUMNS = ['file', 'person', 'hand', 'palm', 'session', 'sample'] as const

/** The folder or its manifest cannot be used. */
export class ManifestUnusable extends Error {
  readonly code = 'manifest_unusable'
  constructor(why: string, options?: ErrorOptions) {
    super(`manifest.csv cannot be used: ${why}`, options)
    this.name = 'ManifestUnusable'
  }
}

export function parseManifest(text: string): Entry[] {
  const [head, ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (head !== COLUMNS.join(',')) throw new ManifestUnusable(`its first line is not "${COLUMNS.join(',')}"`)
  const entries = lines.flatMap((line, i) => {
    if (line === '') return []
    const cells = line.split(',')
    if (cells.length !== COLUMNS.length) throw new ManifestUnusable(`line ${i + 2} has ${cells.length} columns`)
    const [file, person, hand, palm, session, sample] = cells
    if (path.isAbsolute(file) || file.split('/').includes('..')) {
      throw new ManifestUnusable(`line ${i + 2} names a file outside the folder`)
    }
    return [{ file, person, hand: hand === 'L' || hand === 'R' ? hand : null, palm, session, sample } as Entry]
  })
  if (entries.length === 0) throw new ManifestUnusable('it names no picture')
  return entries
}

export async function readManifest(folder: string): Promise<Entry[]> {
  try {
    return parseManifest(await readFile(path.join(folder, 'manifest.csv'), 'utf8'))
  } catch (error) {
    if (error instanceof ManifestUnusable) throw error
    throw new ManifestUnusable('it cannot be read', { cause: error })
  }
}

/** A column of the manifest and what it must (or must not) be; `*` at the end stands for any ending. */
export type Condition = {
  readonly column: 'person' | 'hand' | 'palm' | 'session' | 'sample'
  readonly is: boolean
  readonly value: string
}

/** Whether a picture fulfils all conditions of `--where`. */
export const fulfils = (entry: Entry, conditions: readonly Condition[]) =>
  conditions.every(({ column, is, value }) => {
    const actual = entry[column] ?? 'U'
    const fits = value.endsWith('*') ? actual.startsWith(value.slice(0, -1)) : actual === value
    return fits === is
  })

/**
 * What a pair of pictures can say. Two palms of one person are neither: they resemble each other, and nobody would be
 * charged wrongly if one were taken for the other.
 */
export function kindOfPair(a: Entry, b: Entry): 'genuine' | 'impostor' | null {
  if (a.palm === b.palm) return 'genuine'
  return a.person === b.person ? null : 'impostor'
}
