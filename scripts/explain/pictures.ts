import type { Raster } from '@paume/palm'
import { ANGLE_STEPS, FIELD_SIDE, NO_LINE, REGION_SIDE_PX, type Region } from '@paume/palm/explaining'
import sharp from 'sharp'

const dataUri = (bytes: Buffer, type: string) => `data:${type};base64,${bytes.toString('base64')}`
const raw = (data: Uint8Array, width: number, height: number) => sharp(data, { raw: { width, height, channels: 3 } })

/** The upright picture, at most 1200 px wide or high. */
export async function pictureUri({ data, widthPx, heightPx }: Raster): Promise<string> {
  const small = raw(data, widthPx, heightPx).resize({
    width: 1200,
    height: 1200,
    fit: 'inside',
    withoutEnlargement: true,
  })
  return dataUri(await small.jpeg({ quality: 85 }).toBuffer(), 'image/jpeg')
}

export async function regionUri({ rgb }: Region): Promise<string> {
  return dataUri(await raw(rgb, REGION_SIDE_PX, REGION_SIDE_PX).png().toBuffer(), 'image/png')
}

/** Direction of the darkest line in each cell as a colour; cells without a line are black. */
export async function fieldUri(field: Uint8Array): Promise<string> {
  const rgb = new Uint8Array(field.length * 3)
  field.forEach((angle, i) => {
    if (angle !== NO_LINE) rgb.set(hueRgb(angle / ANGLE_STEPS), i * 3)
  })
  return dataUri(await raw(rgb, FIELD_SIDE, FIELD_SIDE).png().toBuffer(), 'image/png')
}

/** The vector as a square of cells, negative blue, positive orange. */
export async function vectorUri(vector: Int8Array): Promise<string> {
  const side = Math.ceil(Math.sqrt(vector.length))
  const highest = Math.max(1, ...vector.map(Math.abs))
  const rgb = new Uint8Array(side * side * 3)
  vector.forEach((value, i) => {
    const share = Math.abs(value) / highest
    const [r, g, b] = value < 0 ? [40, 110, 220] : [235, 130, 40]
    rgb.set(
      [r, g, b].map((level) => level * share),
      i * 3,
    )
  })
  return dataUri(await raw(rgb, side, side).png().toBuffer(), 'image/png')
}

/** Hue 0…1 at full saturation. */
function hueRgb(hue: number): [number, number, number] {
  const level = (offset: number) => {
    const k = (offset + hue * 6) % 6
    return Math.round(255 * (1 - Math.max(0, Math.min(k, 4 - k, 1))))
  }
  return [level(5), level(3), level(1)]
}
