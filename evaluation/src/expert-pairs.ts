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

/** Every pair of pictures once, the later picture as probe. Two palms of one person are left out. */
export function expertPairs(acquired: readonly Acquired[], progress: (done: number) => void): ExpertPair[] {
  const { coder } = MODEL
  const pairs: ExpertPair[] = []
  for (let a = 1; a < acquired.length; a++) {
    const probe = coder.prepare(acquired[a].sample.field)
    for (let b = 0; b < a; b++) {
      const kind = kindOfPair(acquired[a].entry, acquired[b].entry)
      if (kind === null) continue
      const code = coder.compare(probe, acquired[b].sample.code)
      const cosine = cosineOf(acquired[a].sample.embedding, acquired[b].sample.embedding)
      pairs.push({ a, b, genuine: kind === 'genuine', code, cosine })
    }
    progress(a / (acquired.length - 1))
  }
  return pairs
}

/** Number of each picture's person, and how many people there are. */
export function peopleOf(entries: readonly Entry[]): { readonly personOf: readonly number[]; readonly count: number } {
  const people = [...new Set(entries.map(({ person }) => person))]
  const numbers = new Map(people.map((person, i) => [person, i]))
  return { personOf: entries.map(({ person }) => numbers.get(person)!), count: people.length }
}
