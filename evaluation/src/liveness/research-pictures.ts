import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { PictureError } from '@paume/palm'
import { decodePicture, type HandNetworks, locate } from '@paume/palm/measuring-liveness'
import type { ShownHand } from '@paume/synthetic-hands'
import { type Entry, readManifest } from '../manifest.ts'

/** Pictures are read with this longer side at most, px: half of a terminal's, because every burst is rendered from them. */
const LONGER_SIDE_PX = 640
const LIMITS = { maxPixels: 60_000_000, minSidePx: 200, workingSidePx: LONGER_SIDE_PX }

/** A research picture in which an open hand was found. Held in memory only. */
export type ResearchPicture = { entry: Entry; shown: ShownHand }

/**
 * At most `count` pictures of a folder, spread evenly over it, in which a hand is found. Pictures under coloured light or infrared are left
 * out: a colour that is not in a picture cannot be lit up in it.
 */
export async function researchPictures(
  networks: HandNetworks,
  folder: string,
  count: number,
): Promise<ResearchPicture[]> {
  const entries = (await readManifest(folder)).filter(({ session }) => !COLOURED.test(session))
  const chosen = entries.filter(
    (_, i) => Math.floor((i * count) / entries.length) !== Math.floor(((i - 1) * count) / entries.length),
  )
  const found: ResearchPicture[] = []
  for (const entry of chosen) {
    try {
      const picture = await decodePicture(await readFile(path.join(folder, entry.file)), LIMITS)
      const located = await locate(networks, picture, { previous: null, search: 'thorough' })
      if (located.outcome !== 'found') continue
      const landmarks = located.hand.landmarks.map(({ x, y }) => ({ xPx: x, yPx: y }))
      found.push({ entry, shown: { picture, landmarks } })
    } catch (error) {
      if (!(error instanceof PictureError)) throw error
    }
  }
  return found
}

/** Sessions of a scanner with lamps of one colour. */
const COLOURED = /scan-(?!white)/
