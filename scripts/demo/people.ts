import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ScreenColour } from '@paume/contract'
import { type Entry, readManifest } from '../../evaluation/src/manifest.ts'

/**
 * Frames of one capture, encoded, under these colours of the screen, one each; null: none are asked. Loaded only when they are sent: a
 * data set can be larger than the memory.
 */
export type Burst = (
  flash: readonly ScreenColour[] | null,
) => Promise<{ bytes: Uint8Array; offsetMs: number; type: 'image/jpeg' | 'image/png' | 'image/webp' }[]>
export type DemoPalm = { palm: string; hand: 'L' | 'R' | null; enrol: Burst[]; hovers: Burst[] }
export type DemoPerson = { person: string; palms: DemoPalm[] }

/** Pictures a palm needs before it enrols: three enrol, at least one hovers. */
const FEWEST_TO_ENROL = 4
const PICTURES_TO_ENROL = 3
const TYPES = { png: 'image/png', webp: 'image/webp', jpg: 'image/jpeg', jpeg: 'image/jpeg' } as const

function still(directory: string, row: Entry): Burst {
  const ending = row.file.split('.').at(-1)!.toLowerCase() as keyof typeof TYPES
  return async () => [
    { bytes: readFileSync(join(directory, row.file)), offsetMs: 0, type: TYPES[ending] ?? 'image/jpeg' },
  ]
}

/** By session, then sample; numbers in names count as numbers. */
function inOrder(rows: readonly Entry[]): Entry[] {
  const { compare } = new Intl.Collator('en', { numeric: true })
  return rows.toSorted((a, b) => compare(a.session, b.session) || compare(a.sample, b.sample))
}

/** A folder of pictures. For each palm the first three enrol, the rest hover; with fewer than four all of them hover. */
export async function peopleOfFolder(directory: string): Promise<DemoPerson[]> {
  const people = Map.groupBy(await readManifest(directory), (row) => row.person)
  return [...people].map(([person, rows]) => ({
    person,
    palms: [...Map.groupBy(rows, (row) => row.palm)].map(([palm, pictures]) => {
      const ordered = inOrder(pictures).map((row) => still(directory, row))
      const enrolling = ordered.length < FEWEST_TO_ENROL ? 0 : PICTURES_TO_ENROL
      return { palm, hand: pictures[0].hand, enrol: ordered.slice(0, enrolling), hovers: ordered.slice(enrolling) }
    }),
  }))
}
