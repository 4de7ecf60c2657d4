import type { HandSide } from '@paume/contract'
import { type Pose, renderHand } from '@paume/synthetic-hands'
import sharp from 'sharp'

export type Look = { view?: number; difficulty?: number; pose?: Partial<Pose> }

/** The raw pixels of a hand of somebody who does not exist. */
export function handRaster(person: number, hand: HandSide, { view = 1, difficulty = 0.05, pose = {} }: Look = {}) {
  const { raster } = renderHand({ person, hand, view, difficulty, pose })
  const { widthPx: width, heightPx: height, data } = raster
  return sharp(Buffer.from(data), { raw: { width, height, channels: 3 } })
}

/** One JPEG of such a hand, as a camera would send it. */
export const handJpeg = (person: number, hand: HandSide, look: Look = {}): Promise<Buffer> =>
  handRaster(person, hand, look).jpeg({ quality: 92 }).toBuffer()

/** Three frames of one hand. */
export const handBurst = (person: number, hand: HandSide, firstView = 1): Promise<Buffer[]> =>
  Promise.all([0, 1, 2].map((i) => handJpeg(person, hand, { view: firstView + i })))
