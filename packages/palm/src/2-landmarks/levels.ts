import { type Raster, raster } from '../image.ts'

/** A channel this many times as bright as another means coloured light: the detector then sees nothing. */
const COLOURED_LIGHT = 1.6
/** Where a channel is this many times as bright as the next, the picture is grey in one colour. */
const SINGLE_COLOUR = 6
/** Mean level the picture is brought to, and the tint skin has under white light (share of the mean a channel). */
const MEAN_LEVEL = 110
const SKIN_TINT = [1.15, 0.95, 0.85] as const

/**
 * The picture as white light would show it, for the networks only: under coloured light every channel is scaled to the
 * same mean; under a single colour the one channel that holds the picture is given a skin's tint. Null where the light
 * is near white already. Measured on `xpalm`: finds the hand under blue, green and pink lamps.
 */
export function undoColouredLight({ widthPx, heightPx, data }: Raster): Raster | null {
  const means = channelMeans(data)
  const [low, , high] = [...means].sort((a, b) => a - b)
  if (high < COLOURED_LIGHT * Math.max(low, 1)) return null
  const second = [...means].sort((a, b) => a - b)[1]
  const out = new Uint8Array(data.length)
  if (high > SINGLE_COLOUR * Math.max(second, 0.5)) {
    const channel = means.indexOf(high)
    for (let at = 0; at < data.length; at += 3) {
      const level = (data[at + channel] * MEAN_LEVEL) / high
      for (let c = 0; c < 3; c++) out[at + c] = Math.min(255, level * SKIN_TINT[c])
    }
  } else {
    const gains = means.map((mean) => MEAN_LEVEL / Math.max(mean, 1))
    for (let at = 0; at < data.length; at++) out[at] = Math.min(255, data[at] * gains[at % 3])
  }
  return raster(widthPx, heightPx, out)
}

/** Mean of each channel, 0…255, over every 7th pixel. */
function channelMeans(data: Uint8Array): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0]
  let count = 0
  for (let at = 0; at + 2 < data.length; at += 21) {
    sums[0] += data[at]
    sums[1] += data[at + 1]
    sums[2] += data[at + 2]
    count++
  }
  return [sums[0] / count, sums[1] / count, sums[2] / count]
}
