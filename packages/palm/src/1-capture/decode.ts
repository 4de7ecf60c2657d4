import sharp, { type Metadata, type Sharp } from 'sharp'
import { type Raster, raster } from '../image.ts'
import { endsEarly, pictureFormat } from './container.ts'
import { PICTURE_LIMITS, type PictureLimits } from './limits.ts'
import { PictureError } from './picture-error.ts'

// Frames are decoded by several workers at a time already, and no picture may stay behind in a cache.
sharp.concurrency(1)
sharp.cache(false)

/** How the decoders of sharp 0.35 word the end of a file that comes too early. */
const TRUNCATED = /premature end|truncated|end of file|unexpected end|out of data|not enough data|read error/i

/**
 * The bytes of a JPEG, PNG or WebP as an upright sRGB picture of 8 bits a channel: EXIF orientation applied, colour
 * profile, CMYK, grey, 16 bits and transparency resolved, large pictures brought to the working size. Throws
 * PictureError.
 */
export async function decodePicture(bytes: Uint8Array, limits: PictureLimits = PICTURE_LIMITS): Promise<Raster> {
  if (pictureFormat(bytes) === null) {
    throw new PictureError('picture_unreadable', 'Pictures are JPEG, PNG or WebP; these bytes are none of them.')
  }
  if (endsEarly(bytes)) throw new PictureError('picture_truncated', 'The picture ends too early.')
  const source = sharp(bytes, {
    failOn: 'truncated',
    limitInputPixels: limits.maxPixels,
    sequentialRead: true,
    pages: 1,
  })
  checkSize(await readHeader(source), limits)
  try {
    const { data, info } = await source
      .autoOrient()
      .resize({ width: limits.workingSidePx, height: limits.workingSidePx, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#808080' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return raster(info.width, info.height, threeChannels(data, info.channels))
  } catch (cause) {
    throw unreadable(cause)
  }
}

async function readHeader(source: Sharp): Promise<Metadata> {
  try {
    return await source.metadata()
  } catch (cause) {
    if (/pixel limit/i.test(String(cause))) {
      throw new PictureError('picture_too_large', 'The picture declares more pixels than are read.', { cause })
    }
    throw unreadable(cause)
  }
}

function checkSize({ width, height }: Metadata, limits: PictureLimits): void {
  if (width * height > limits.maxPixels) {
    throw new PictureError('picture_too_large', `${width} × ${height} pixels; the limit is ${limits.maxPixels} in all.`)
  }
  if (Math.min(width, height) < limits.minSidePx) {
    throw new PictureError('picture_too_small', `${width} × ${height} pixels; the limit is ${limits.minSidePx} a side.`)
  }
}

function unreadable(cause: unknown): PictureError {
  const truncated = TRUNCATED.test(String(cause))
  return truncated
    ? new PictureError('picture_truncated', 'The picture ends too early.', { cause })
    : new PictureError('picture_unreadable', 'The bytes are no picture that can be read.', { cause })
}

/** Grey pictures come out with one channel. */
function threeChannels(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data
  if (channels !== 1) throw new Error(`the decoder gave ${channels} channels`)
  const rgb = new Uint8Array(data.length * 3)
  for (let i = 0, at = 0; i < data.length; i++, at += 3) rgb[at] = rgb[at + 1] = rgb[at + 2] = data[i]
  return rgb
}
