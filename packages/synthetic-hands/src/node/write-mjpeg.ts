import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { Raster } from '../types.ts'
import { encodeJpeg } from './encode-jpeg.ts'

export interface MjpegOptions {
  /** JPEG quality, default 90. */
  quality?: number
  /** How often each picture is repeated: Chromium plays such a file at 30 pictures a second. Default 3. */
  repeat?: number
}

/** Writes pictures as JPEGs one after another, as Chromium's `--use-file-for-fake-video-capture` reads them. */
export async function writeMjpeg(
  path: string,
  frames: Iterable<Raster> | AsyncIterable<Raster>,
  { quality = 90, repeat = 3 }: MjpegOptions = {},
): Promise<{ pictures: number; bytes: number }> {
  const file = createWriteStream(path)
  let [pictures, bytes] = [0, 0]
  try {
    for await (const raster of frames) {
      const jpeg = await encodeJpeg(raster, quality)
      for (let copy = 0; copy < repeat; copy++) {
        if (!file.write(jpeg)) await once(file, 'drain')
        pictures++
        bytes += jpeg.length
      }
    }
  } finally {
    file.end()
    await finished(file)
  }
  if (pictures === 0) throw new RangeError('a film without pictures cannot be played')
  return { pictures, bytes }
}
