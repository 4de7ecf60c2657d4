import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { Failure } from '../failure.ts'

export type Photo = { bytes: Buffer; sha256: string; widthPx: number; heightPx: number }

/** A picture of a sign is readable at this size, pixels. */
const LONGEST_SIDE_PX = 1600
const LEAST_SIDE_PX = 200
/** More pixels than any camera in a pocket takes: a small file can claim endless ones. */
const MOST_PIXELS = 60_000_000
const FORMATS = ['jpeg', 'png', 'webp']

/**
 * Makes a photo what is kept: upright, at most 1600 pixels, JPEG, without anything that the camera wrote into it (place, time, serial
 * number). Throws `picture_unreadable`, `picture_too_large`, `picture_too_small`.
 */
export async function cleanPhoto(bytes: Buffer): Promise<Photo> {
  try {
    const picture = sharp(bytes, { limitInputPixels: false, failOn: 'truncated', pages: 1 })
    const { format, width = 0, height = 0 } = await picture.metadata()
    if (!FORMATS.includes(format ?? '')) throw new Failure('picture_unreadable')
    if (width * height > MOST_PIXELS) throw new Failure('picture_too_large')
    if (Math.min(width, height) < LEAST_SIDE_PX) throw new Failure('picture_too_small')
    const size = { width: LONGEST_SIDE_PX, height: LONGEST_SIDE_PX, fit: 'inside', withoutEnlargement: true } as const
    const { data, info } = await picture
      .autoOrient()
      .resize(size)
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 82, mozjpeg: true })
      .toBuffer({ resolveWithObject: true })
    const sha256 = createHash('sha256').update(data).digest('hex')
    return { bytes: data, sha256, widthPx: info.width, heightPx: info.height }
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure('picture_unreadable', {}, { cause: error })
  }
}
