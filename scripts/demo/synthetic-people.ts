import { SCREEN_COLOURS } from '@paume/contract'
import { renderBurst, screenLight } from '@paume/synthetic-hands'
import { encodeJpeg } from '@paume/synthetic-hands/node'
import type { Burst, DemoPerson } from './people.ts'

/** Time between the frames of a burst, ms: what the pages take. */
const FRAME_GAP_MS = 120

/** Without a flash. */
const FRAMES_UNLIT = 3

function synthetic(person: number, hand: 'L' | 'R', view: number): Burst {
  return async (flash) => {
    const screens = flash?.map((colour) => screenLight(SCREEN_COLOURS[colour]))
    const size = { widthPx: 1280, heightPx: 720 }
    const frames = renderBurst({ person, hand, view, frames: flash?.length ?? FRAMES_UNLIT, screens, ...size })
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
