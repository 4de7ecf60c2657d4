import { renderBurst } from '@paume/synthetic-hands'
import { encodeJpeg } from '@paume/synthetic-hands/node'
import type { Burst, DemoPerson } from './people.ts'

/** Time between the frames of a burst, ms: what the pages take. */
const FRAME_GAP_MS = 120

function synthetic(person: number, hand: 'L' | 'R', view: number): Burst {
  return async () => {
    const frames = renderBurst({ person, hand, view, frames: 3, widthPx: 1280, heightPx: 720 })
    return Promise.all(
      frames.map(async ({ raster }, index) => ({
        bytes: await encodeJpeg(raster, 90),
        offsetMs: index * FRAME_GAP_MS,
        type: 'image/jpeg' as const,
      })),
    )
  }
}

/** People who don't exist. The last `strangers` of them never enrol. */
export function syntheticPeople(count: number, strangers: number, hoversPerPalm: number): DemoPerson[] {
  return Array.from({ length: count + strangers }, (_, index) => ({
    person: String(index + 1),
    palms: (['L', 'R'] as const).map((hand) => ({
      palm: `${index + 1}_${hand}`,
      hand,
      enrol: index < count ? [synthetic(index + 1, hand, 1)] : [],
      hovers: Array.from({ length: hoversPerPalm }, (_, hover) => synthetic(index + 1, hand, 100 + hover)),
    })),
  }))
}
