import { luma, type Raster } from '../image.ts'

/** The picture is looked at with this longer side, px. */
const LOOK_SIDE_PX = 160

/** The whole picture in grey, 0…1, with a longer side of 160 px; `scale` picture pixels to one of its own. */
export type SmallPicture = { grey: Float32Array; widthPx: number; heightPx: number; scale: number }

/** Each small pixel is the mean of 3 × 3 places spread over it: enough for edges and movement, and quick. */
export function smallPictureOf({ data, widthPx: fullWidthPx, heightPx: fullHeightPx }: Raster): SmallPicture {
  const scale = Math.max(fullWidthPx, fullHeightPx) / LOOK_SIDE_PX
  const widthPx = Math.floor(fullWidthPx / scale)
  const heightPx = Math.floor(fullHeightPx / scale)
  const grey = new Float32Array(widthPx * heightPx)
  const columns = new Int32Array(3 * widthPx)
  for (let i = 0; i < columns.length; i++) columns[i] = 3 * Math.floor(((i + 0.5) / 3) * scale)
  for (let y = 0, out = 0; y < heightPx; y++) {
    for (let part = 0; part < 3; part++) {
      const row = Math.floor((y + (part + 0.5) / 3) * scale) * fullWidthPx * 3
      for (let x = 0, i = 0; x < widthPx; x++) {
        for (let k = 0; k < 3; k++, i++) {
          const at = row + columns[i]
          grey[out + x] += luma(data[at], data[at + 1], data[at + 2]) / 9
        }
      }
    }
    out += widthPx
  }
  return { grey, widthPx, heightPx, scale }
}
