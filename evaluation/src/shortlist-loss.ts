import { cosineOf, SHORTLIST_PALMS } from '@paume/palm'
import { type Acquired, compareTaken } from './samples.ts'
import { ENROLLED_PICTURES } from './several-frames.ts'
import type { Stranger } from './strangers.ts'

/** Gallery sizes to answer for, palms. */
export const GALLERY_SIZES = [1_000, 10_000, 100_000]

export type ShortlistLoss = {
  palms: number
  hovers: number
  /** How often the right palm was not among the nearest 50 of the palms at hand. */
  missAt50: number | null
  /**
   * How often it would not be among N palms: a hover is counted as lost when the share of strangers nearer than the right
   * palm, times N, reaches 50. Extrapolated: with P palms at hand, one nearer stranger counts as N/P of them.
   */
  extrapolatedMissAt50: Record<string, number | null>
}

type Enrolled = { palm: string; person: string; vectors: Int8Array[] }

/** A hover against all templates of a palm, the best counts: what the gallery's shortlist computes. */
function nearness(hover: Acquired, { vectors }: Enrolled): number {
  return Math.max(...vectors.map((vector) => cosineOf(hover.sample.embedding, vector)))
}

/**
 * First pictures enrol, later ones hover; `strangers` are enrolled besides. The keyed rotation is left out: it changes
 * no angle between vectors.
 */
export function shortlistLoss(acquired: readonly Acquired[], strangers: readonly Stranger[]): ShortlistLoss {
  const ordered = acquired.toSorted(compareTaken)
  const byPalm = Map.groupBy(ordered, ({ entry }) => entry.palm)
  const hovers = [...byPalm.values()].flatMap((own) => own.slice(ENROLLED_PICTURES))
  const enrolled = [
    ...enrol(byPalm),
    ...strangers.map(({ palm, templates }) => ({
      palm: `stranger ${palm}`,
      person: `stranger ${palm}`,
      vectors: templates.map(({ embedding }) => embedding),
    })),
  ]
  let missed = 0
  const shares: number[] = []
  for (const hover of hovers) {
    const own = enrolled.find(({ palm }) => palm === hover.entry.palm)
    if (!own) throw new Error('a palm that hovers is enrolled')
    const others = enrolled.filter(({ person }) => person !== hover.entry.person)
    const right = nearness(hover, own)
    const nearer = others.filter((other) => nearness(hover, other) >= right).length
    if (nearer >= SHORTLIST_PALMS) missed++
    shares.push(others.length > 0 ? nearer / others.length : 0)
  }
  const rate = (count: number) => (hovers.length > 0 ? count / hovers.length : null)
  return {
    palms: enrolled.length,
    hovers: hovers.length,
    missAt50: rate(missed),
    extrapolatedMissAt50: Object.fromEntries(
      GALLERY_SIZES.map((n) => [n, rate(shares.filter((share) => share * n >= SHORTLIST_PALMS).length)]),
    ),
  }
}

const enrol = (byPalm: Map<string, Acquired[]>): Enrolled[] =>
  [...byPalm].map(([palm, own]) => ({
    palm,
    person: own[0].entry.person,
    vectors: own.slice(0, ENROLLED_PICTURES).map(({ sample }) => sample.embedding),
  }))
