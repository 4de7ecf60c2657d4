import { FRAMES_SEARCHED, type HandSide } from '@paume/palm'
import type { Acquired } from './samples.ts'
import { ENROLLED_PICTURES, runsOf, takenByPalm } from './several-frames.ts'

export type PalmToIdentify = {
  readonly palmId: string
  readonly hand: HandSide
  readonly enrolled: readonly Acquired[]
  readonly hovers: readonly (readonly Acquired[])[]
}

/** Somebody with one palm or two. */
export type PersonToIdentify = { readonly shopperId: string; readonly palms: readonly PalmToIdentify[] }

/**
 * Who can be sought: `real` people where the set says whose left and right a palm is, else `virtual` ones of two palms each, in
 * the order of their names. A palm's first three pictures enrol, the rest hovers in runs of three of one session; a palm with
 * fewer left hovers once with those.
 */
export function peopleToIdentify(acquired: readonly Acquired[]): {
  people: PersonToIdentify[]
  pairs: 'real' | 'virtual'
} {
  const palms = [...takenByPalm(acquired)].map(([palm, places]) => {
    const rest = places.slice(ENROLLED_PICTURES)
    const runs = runsOf(rest, FRAMES_SEARCHED, acquired)
    const { person, hand } = acquired[places[0]].entry
    const hovers = runs.length > 0 || rest.length === 0 ? runs : [rest]
    return {
      palmId: palm,
      person,
      hand,
      enrolled: places.slice(0, ENROLLED_PICTURES).map((i) => acquired[i]),
      hovers: hovers.map((run) => run.map((i) => acquired[i])),
    }
  })
  if (palms.every(({ hand }) => hand !== null)) {
    const byPerson = [...Map.groupBy(palms, ({ person }) => person)]
    const people = byPerson.map(([shopperId, own]) => ({
      shopperId,
      palms: own.map((palm) => ({ ...palm, hand: palm.hand as HandSide })),
    }))
    return { people, pairs: 'real' }
  }
  const people: PersonToIdentify[] = []
  for (let i = 0; i < palms.length; i += 2) {
    const own = palms.slice(i, i + 2).map((palm, k) => ({ ...palm, hand: (['R', 'L'] as const)[k] }))
    people.push({ shopperId: `virtual ${i / 2}`, palms: own })
  }
  return { people, pairs: 'virtual' }
}
