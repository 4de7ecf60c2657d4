import { cosineOf, MODEL } from '@paume/palm'
import { type Entry, kindOfPair } from './manifest.ts'
import type { Acquired } from './samples.ts'

/** What both experts say of two pictures (places in the list); the earlier one is enrolled. */
export type ExpertPair = {
  readonly a: number
  readonly b: number
  readonly genuine: boolean
  readonly code: number
  readonly cosine: number
}

/**
 * Every genuine pair once and at most about `mostStrangers` pairs of strangers, spread evenly; the later picture is the probe. Two
 * palms of one person are left out.
 */
export function expertPairs(acquired: readonly Acquired[], mostStrangers: number): ExpertPair[] {
  const { coder } = MODEL
  const isTaken = evenly(mostStrangers / countStrangers(acquired))
  const pairs: ExpertPair[] = []
  for (let a = 1; a < acquired.length; a++) {
    const probe = coder.prepare(acquired[a].sample.field)
    for (let b = 0; b < a; b++) {
      const kind = kindOfPair(acquired[a].entry, acquired[b].entry)
      if (kind === null || (kind === 'impostor' && !isTaken())) continue
      const code = coder.compare(probe, acquired[b].sample.code)
      const cosine = cosineOf(acquired[a].sample.embedding, acquired[b].sample.embedding)
      pairs.push({ a, b, genuine: kind === 'genuine', code, cosine })
    }
  }
  return pairs
}

function countStrangers(acquired: readonly Acquired[]): number {
  let strangers = 0
  for (let a = 1; a < acquired.length; a++) {
    for (let b = 0; b < a; b++) if (kindOfPair(acquired[a].entry, acquired[b].entry) === 'impostor') strangers++
  }
  return strangers
}

/** True for a share of the calls, evenly. */
export function evenly(share: number): () => boolean {
  let sum = 0
  return () => {
    sum += Math.min(1, share)
    if (sum < 1) return false
    sum -= 1
    return true
  }
}

/** Number of each picture's person, and how many people there are. */
export function peopleOf(entries: readonly Entry[]): { readonly personOf: readonly number[]; readonly count: number } {
  const people = [...new Set(entries.map(({ person }) => person))]
  const numbers = new Map(people.map((person, i) => [person, i]))
  return { personOf: entries.map(({ person }) => numbers.get(person)!), count: people.length }
}
