import { eer, fnmrAtFmr, split } from './metrics.ts'
import { type Acquired, compareTaken } from './samples.ts'
import { similarityAt, type Triangle } from './triangle.ts'

/** Pictures of a palm that enrol: its first ones. */
export const ENROLLED_PICTURES = 3
const FRAME_COUNTS = [1, 3, 5]

export type FramesRates = {
  frames: number
  genuine: number
  impostor: number
  eer: number | null
  fnmrAt1e2: number | null
  fnmrAt1e3: number | null
}

/**
 * What more frames of a hover bring: each palm's first three pictures enrol; the rest hovers in runs of so many consecutive
 * pictures of one session. The best template of a frame counts, then the mean over frames, as in the product, yet every
 * frame counts alike. Runs of five are fewer than runs of one. Empty where no palm has enough pictures for a run of three.
 */
export function severalFrames(acquired: readonly Acquired[], triangle: Triangle): FramesRates[] {
  const palms = [...takenByPalm(acquired)].map(([palm, own]) => ({
    palm,
    person: acquired[own[0]].entry.person,
    templates: own.slice(0, ENROLLED_PICTURES),
    rest: own.slice(ENROLLED_PICTURES),
  }))
  return FRAME_COUNTS.flatMap((frames) => {
    const genuine: number[] = []
    const impostor: number[] = []
    for (const { palm, person, rest } of palms) {
      for (const hover of runsOf(rest, frames, acquired)) {
        for (const enrolled of palms) {
          if (enrolled.palm !== palm && enrolled.person === person) continue
          const best = hover.map((frame) =>
            Math.max(...enrolled.templates.map((t) => similarityAt(triangle, frame, t))),
          )
          const similarity = best.reduce((sum, value) => sum + value, 0) / frames
          if (enrolled.palm === palm) genuine.push(similarity)
          else impostor.push(similarity)
        }
      }
    }
    if (genuine.length === 0) return []
    const sorted = split(genuine, impostor)
    const at = (fmr: number) => (impostor.length * fmr < 3 ? null : fnmrAtFmr(sorted, fmr))
    return [
      {
        frames,
        genuine: genuine.length,
        impostor: impostor.length,
        eer: eer(sorted),
        fnmrAt1e2: at(1e-2),
        fnmrAt1e3: at(1e-3),
      },
    ]
  })
}

/** Places of each palm's pictures, in the order they were taken. */
export function takenByPalm(acquired: readonly Acquired[]): Map<string, number[]> {
  const places = [...acquired.keys()].sort((a, b) => compareTaken(acquired[a], acquired[b]))
  return Map.groupBy(places, (i) => acquired[i].entry.palm)
}

/** Runs of exactly so many pictures of one session; what is left over is left out. */
export function runsOf(places: readonly number[], frames: number, acquired: readonly Acquired[]): number[][] {
  const bySession = Map.groupBy(places, (i) => acquired[i].entry.session)
  return [...bySession.values()].flatMap((own) =>
    Array.from({ length: Math.floor(own.length / frames) }, (_, i) => own.slice(i * frames, (i + 1) * frames)),
  )
}
