import { GRAIN_SIZE, grainTile } from '../noise.ts'
import type { Linear } from '../skin.ts'
import type { Display, Print } from './instrument.ts'

/** What falls on a place of an instrument, lux in each colour, and what a mirror there would show, cd/m². */
export interface Falling {
  lux: Linear
  mirrored: Linear
}

/** Luminance, cd/m², that leaves a place towards the camera; `shown` is the picture's linear light there, null beside the picture. */
export type Surface = (falling: Falling, shown: Linear | null, xMm: number, yMm: number, into: Linear) => void

/** Frequencies beyond this many cycles a pixel leave nothing. */
const HIGHEST_CYCLES = 4
const SCREEN_ANGLES_DEG = [15, 75, 0]

/** Share of a pattern's contrast that passes lens and pixel: a Gaussian point spread and a pixel that is sensitive over 0.7 of its side. */
function passing(cyclesPerPx: number, lensSigmaPx: number): number {
  if (cyclesPerPx > HIGHEST_CYCLES) return 0
  const open = Math.PI * 0.7 * cyclesPerPx
  return Math.abs(open < 1e-6 ? 1 : Math.sin(open) / open) * Math.exp(-2 * (Math.PI * lensSigmaPx * cyclesPerPx) ** 2)
}

const grey = (light: Linear) => 0.21 * light[0] + 0.72 * light[1] + 0.07 * light[2]

/** Ink on paper: scatters what falls on it; its dots beat with the camera's pixels where the lens lets them through. */
export function printSurface(print: Print, pxPerMm: number, lensSigmaPx: number, seed: number): Surface {
  const { white, black, saturation, gamma, halftone } = print
  const tile = grainTile('strewn', seed)
  const perMm = 'linesPerInch' in halftone ? halftone.linesPerInch / 25.4 : 0
  const contrast = perMm > 0 ? 0.6 * passing(perMm / pxPerMm, lensSigmaPx) : 0
  // A camera's pixel averages many strewn dots of 0.1 mm.
  const strewn = 'strewn' in halftone ? halftone.strewn * Math.min(1, 0.1 * pxPerMm) * 0.5 : 0
  const mask = GRAIN_SIZE - 1
  return ({ lux }, shown, xMm, yMm, into) => {
    const level = shown ? grey(shown) : 1
    for (let axis = 0; axis < 3; axis++) {
      const wanted = shown ? Math.max(0, level + saturation * (shown[axis] - level)) ** gamma : 1
      let reflectance = shown ? black + (white - black) * Math.min(1, wanted) : white
      const ink = Math.min(1, Math.max(0, 1 - wanted))
      if (contrast > 1e-4) {
        const angle = (SCREEN_ANGLES_DEG[axis] * Math.PI) / 180
        const [u, v] = [xMm * Math.cos(angle) + yMm * Math.sin(angle), yMm * Math.cos(angle) - xMm * Math.sin(angle)]
        const dots = Math.cos(2 * Math.PI * perMm * u) + Math.cos(2 * Math.PI * perMm * v)
        reflectance += 0.5 * contrast * (white - black) * Math.sin(Math.PI * ink) * dots
      }
      if (strewn > 0) {
        const speck = tile[((((yMm * 8) | 0) + 37 * axis) & mask) * GRAIN_SIZE + (((xMm * 8) | 0) & mask)]
        reflectance *= 1 + strewn * Math.sqrt(ink * (1 - ink)) * speck
      }
      into[axis] = (Math.max(0, reflectance) * lux[axis]) / Math.PI
    }
  }
}

const BEZEL_REFLECTANCE = 0.03

/**
 * A screen: shines by itself through stripes of red, green and blue, and throws a little back. The stripes are taken at the frequency
 * they have in the camera's picture and sampled at its pixels, which is where moiré comes from.
 */
export function displaySurface(display: Display, pxPerMm: number, lensSigmaPx: number): Surface {
  const { nits, black, white, saturation, pitchMm, scattered, mirrored } = display
  const across = 1.6 * passing(1 / (pitchMm * pxPerMm), lensSigmaPx)
  const down = 0.5 * passing(1 / (pitchMm * pxPerMm), lensSigmaPx)
  const perMm = (2 * Math.PI) / pitchMm
  return (falling, shown, xMm, yMm, into) => {
    const level = shown ? grey(shown) : 0
    for (let axis = 0; axis < 3; axis++) {
      const back =
        ((shown ? scattered : BEZEL_REFLECTANCE) * falling.lux[axis]) / Math.PI + mirrored * falling.mirrored[axis]
      if (!shown) {
        into[axis] = back
        continue
      }
      const wanted = Math.min(1, Math.max(0, level + saturation * (shown[axis] - level)))
      const stripes = 1 + across * Math.cos(perMm * xMm + (2 * Math.PI * axis) / 3) + down * Math.cos(perMm * yMm)
      into[axis] = nits * (black + (1 - black) * wanted * white[axis]) * Math.max(0, stripes) + back
    }
  }
}
