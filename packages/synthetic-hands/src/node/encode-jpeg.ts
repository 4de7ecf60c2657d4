import sharp from 'sharp'
import type { Raster } from '../types.ts'

/** Encodes a picture as JPEG (4:2:0, as cameras and browsers do). Quality 1–100, default 90. */
export async function encodeJpeg(raster: Raster, quality = 90): Promise<Buffer> {
  const { widthPx, heightPx, channels, data } = raster
  return await sharp(data, { raw: { width: widthPx, height: heightPx, channels } })
    .jpeg({ quality })
    .toBuffer()
}
