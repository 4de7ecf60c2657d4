import { open } from 'node:fs/promises'
import type { Raster } from '../types.ts'
import { encodeJpeg } from './encode-jpeg.ts'

export interface MjpegOptions {
  /** JPEG quality, default 90. */
  quality?: number
  /** How often each picture is repeated: Chromium plays such a file at 30 pictures a second. Default 3. */
  repeat?: number
}

/**
 * Writes pictures as JPEGs one after another, as Chromium's `--use-file-for-fake-video-capture` reads them.
 * Throws RangeError when there are none, and the file system's own errors.
 */
export async function writeMjpeg(
  path: string,
  frames: Iterable<Raster> | AsyncIterable<Raster>,
  { quality = 90, repeat = 3 }: MjpegOptions = {},
): Promise<{ pictures: number; bytes: number }> {
  if (!(Number.isInteger(repeat) && repeat >= 1)) throw new RangeError('each picture is shown at least once')
  const file = await open(path, 'w')
  let [pictures, bytes] = [0, 0]
  try {
    for await (const raster of frames) {
      const jpeg = await encodeJpeg(raster, quality)
      for (let copy = 0; copy < repeat; copy++) {
        await file.writeFile(jpeg)
        pictures++
        bytes += jpeg.length
      }
    }
  } finally {
    await file.close()
  }
  if (pictures === 0) throw new RangeError('a film without pictures cannot be played')
  return { pictures, bytes }
}
