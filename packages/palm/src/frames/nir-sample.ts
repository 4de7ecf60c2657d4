import { decodePicture } from '../1-capture/decode.ts'
import type { Hand } from '../2-landmarks/hand.ts'
import { cut } from '../3-region/cut.ts'
import type { Region } from '../3-region/region.ts'
import { clipping } from '../4-quality/clipping.ts'
import { exposure } from '../4-quality/exposure.ts'
import type { NirEmbedder, NirSample } from '../6-embedding/nir-embedding.ts'
import type { Raster } from '../image.ts'

/** Below this standard deviation of grey, 0…1, a region shows nothing: the lamp was off, or a lid was on. */
const LEAST_CONTRAST = 0.01

/**
 * The near-infrared region where visible light shows the palm, as a vector. Assumes *registered* sensors: the two pictures show the
 * same field at the same moment, so that what lies at a share of width and height in one lies there in the other; a picture of another
 * size is scaled. Nothing where the region is too dark, burnt out or flat: as if no picture had come. Throws PictureError.
 */
export async function nirSampleOf(
  head: NirEmbedder,
  bytes: Uint8Array,
  visible: { picture: Raster; hand: Hand },
): Promise<{ nir?: NirSample }> {
  const picture = await decodePicture(bytes)
  const region = cut(picture, scaled(visible.hand, visible.picture, picture))
  if (!saysAnything(region)) return {}
  const [embedding] = await head.embed([region])
  return { nir: { modelName: head.name, embedding } }
}

function scaled(hand: Hand, from: Raster, to: Raster): Hand {
  const across = to.widthPx / from.widthPx
  const down = to.heightPx / from.heightPx
  return { ...hand, landmarks: hand.landmarks.map(({ x, y }) => ({ x: x * across, y: y * down })) }
}

export function saysAnything(region: Region): boolean {
  const { grey } = region
  let sum = 0
  let squares = 0
  for (const value of grey) {
    sum += value
    squares += value * value
  }
  const variance = squares / grey.length - (sum / grey.length) ** 2
  return exposure(region).ok && clipping(region).ok && variance >= LEAST_CONTRAST ** 2
}
