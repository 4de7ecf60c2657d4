import type { Random } from '../random.ts'
import type { Linear } from '../skin.ts'
import type { Species } from './types.ts'

/** A print on paper. */
export interface Print {
  kind: 'print'
  widthMm: number
  heightMm: number
  /** Left white all around. */
  marginMm: number
  /** Cut along the hand, this far outside its outline. */
  cutMm: number | null
  /** Reflectance of the paper and of full ink. */
  white: number
  black: number
  /** 1: the picture's colours; less: ink's smaller gamut. */
  saturation: number
  gamma: number
  /** Dots in rows, lines an inch, or strewn dots of this contrast. */
  halftone: { linesPerInch: number } | { strewn: number }
  /** Curvature, 1/m: 2 is a sheet bent with a radius of half a metre. */
  bend: number
}

/** A screen that shows a picture. */
export interface Display {
  kind: 'display'
  widthMm: number
  heightMm: number
  marginMm: number
  cornerMm: number
  /** Luminance of its white, cd/m², and of its black in parts of it. */
  nits: number
  black: number
  white: Linear
  saturation: number
  /** Distance from pixel to pixel, each of three stripes. */
  pitchMm: number
  /** What it throws back of the light on it, scattered, and mirrored. */
  scattered: number
  mirrored: number
  bend: 0
}

export type Instrument = (Print | Display) & {
  /** Length of the shown hand, wrist to middle fingertip. */
  handMm: number
  /** Length of the shown hand in the camera's picture, parts of its height. */
  handShare: number
}

const print = (random: Random): Omit<Print, 'widthMm' | 'heightMm' | 'marginMm' | 'cutMm'> => ({
  kind: 'print',
  white: random.between(0.72, 0.9),
  black: random.between(0.025, 0.08),
  saturation: random.between(0.65, 1),
  gamma: random.between(0.9, 1.2),
  halftone: random.chance(0.5) ? { linesPerInch: random.between(75, 175) } : { strewn: random.between(0.15, 0.5) },
  bend: random.normal(0, 1.2),
})

const display = (random: Random): Omit<Display, 'widthMm' | 'heightMm' | 'marginMm' | 'pitchMm' | 'cornerMm'> => ({
  kind: 'display',
  nits: random.between(150, 700),
  black: random.chance(0.4) ? 0.0001 : random.between(0.0007, 0.0025),
  white: [1 + random.normal(0, 0.06), 1, 1 + random.normal(0, 0.08)],
  saturation: random.between(0.85, 1.15),
  scattered: random.between(0.004, 0.02),
  mirrored: random.chance(0.3) ? random.between(0.004, 0.012) : random.between(0.03, 0.05),
  bend: 0,
})

/** Draws an instrument of a species. Sizes are those of A4 and A3 paper, phones, tablets and monitors. */
export function instrumentOf(species: Species, random: Random): Instrument {
  const lifeSize = { handMm: random.between(165, 195), handShare: random.between(0.68, 0.86) }
  switch (species) {
    case 'print-sheet':
      return {
        ...print(random),
        ...lifeSize,
        widthMm: 210,
        heightMm: 297,
        marginMm: random.between(4, 15),
        cutMm: null,
      }
    case 'print-filling':
      return { ...print(random), ...lifeSize, widthMm: 594, heightMm: 420, marginMm: 0, cutMm: null }
    case 'cut-out':
      return { ...print(random), ...lifeSize, widthMm: 420, heightMm: 420, marginMm: 0, cutMm: random.between(-1, 1.5) }
    case 'phone': {
      const widthMm = random.between(68, 78)
      const size = { widthMm, heightMm: 2.08 * widthMm, marginMm: random.between(2, 5), cornerMm: 9 }
      const pitchMm = random.between(0.05, 0.085)
      return {
        ...display(random),
        ...size,
        pitchMm,
        handMm: random.between(90, 118),
        handShare: random.between(0.6, 0.8),
      }
    }
    case 'tablet': {
      const widthMm = random.between(130, 165)
      const size = { widthMm, heightMm: 1.35 * widthMm, marginMm: random.between(7, 12), cornerMm: 10 }
      const pitchMm = random.between(0.09, 0.17)
      return {
        ...display(random),
        ...size,
        pitchMm,
        handMm: random.between(140, 175),
        handShare: random.between(0.66, 0.8),
      }
    }
    default: {
      // A large tablet or a monitor nearer than its edges: it fills the picture.
      const pitchMm = random.between(0.095, 0.28)
      const size = { widthMm: 540, heightMm: 330, marginMm: 0, cornerMm: 1 }
      return {
        ...display(random),
        ...size,
        pitchMm,
        handMm: random.between(110, 185),
        handShare: random.between(0.68, 0.86),
      }
    }
  }
}
