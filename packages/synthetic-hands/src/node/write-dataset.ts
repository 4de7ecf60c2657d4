import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderHand } from '../render-hand.ts'
import type { Hand } from '../types.ts'
import { encodeJpeg } from './encode-jpeg.ts'

export interface DatasetOptions {
  people: number
  /** Pictures of each palm. */
  viewsPerPalm: number
  /** Seed of the first person; the others follow. Default 1. */
  firstPerson?: number
  /** Default both. */
  hands?: readonly Hand[]
  /** 0 easy … 1 hard, default 0.35. */
  difficulty?: number
  widthPx?: number
  heightPx?: number
  quality?: number
  /** Called after each picture. */
  onPicture?: (done: number, all: number) => void
}

/** Writes `manifest.csv` (file,person,hand,palm,session,sample) and `images/`, laid out like a set of real pictures. */
export async function writeDataset(folder: string, options: DatasetOptions): Promise<{ pictures: number }> {
  const { people, viewsPerPalm, firstPerson = 1, hands = ['L', 'R'], difficulty, widthPx, heightPx, quality } = options
  if (!(people >= 1 && viewsPerPalm >= 1)) throw new RangeError('a set needs at least one person and one view')
  await mkdir(join(folder, 'images'), { recursive: true })
  const rows = ['file,person,hand,palm,session,sample']
  const all = people * hands.length * viewsPerPalm
  for (let person = firstPerson; person < firstPerson + people; person++) {
    for (const hand of hands) {
      for (let view = 1; view <= viewsPerPalm; view++) {
        const { raster } = renderHand({ person, view, hand, difficulty, widthPx, heightPx })
        const file = `images/${person}_${hand}_1_${view}.jpg`
        await writeFile(join(folder, file), await encodeJpeg(raster, quality))
        rows.push(`${file},${person},${hand},${person}_${hand},1,${view}`)
        options.onPicture?.(rows.length - 1, all)
      }
    }
  }
  await writeFile(join(folder, 'manifest.csv'), `${rows.join('\n')}\n`)
  return { pictures: rows.length - 1 }
}
