import type { Region } from '@paume/palm'

/** Groups of the individual typology angle, degrees, from its lower bound (Chardon and others, 1991; the two lightest joined). */
const GROUPS: readonly (readonly [fromDeg: number, group: string])[] = [
  [41, 'light'],
  [28, 'intermediate'],
  [10, 'tan'],
  [-30, 'brown'],
  [Number.NEGATIVE_INFINITY, 'dark'],
]
/** Below this share of lightness a pixel is no skin: shadow, or what lies beside the hand. */
const DARKEST_LIGHTNESS = 5
/** Skin is yellower than this, b*, under any lamp the eye calls white: below, the picture's own colour is off and the angle means nothing. */
const LEAST_YELLOWNESS = 2
/** A picture whose channels differ by less, on average, is grey: it says nothing of skin. Of 255. */
const LEAST_CHROMA = 2

/**
 * Skin tone of a palm by the individual typology angle, atan((L* − 50) / b*), of the region's median colour; null for a picture
 * that is grey or of impossible colour. Measured from uncalibrated pictures: white balance and exposure move it, and palms are lighter than the rest of the
 * skin. Good for asking whether errors gather in one group, not for saying what skin somebody has.
 */
export function typologyAngleDeg({ rgb, sizePx }: Pick<Region, 'rgb' | 'sizePx'>): number | null {
  const lightness: number[] = []
  const yellowness: number[] = []
  let chroma = 0
  const margin = sizePx / 4
  for (let y = margin; y < sizePx - margin; y++) {
    for (let x = margin; x < sizePx - margin; x++) {
      const i = (y * sizePx + x) * 3
      const [red, green, blue] = [rgb[i], rgb[i + 1], rgb[i + 2]]
      const { l, b } = labOf(red, green, blue)
      if (l < DARKEST_LIGHTNESS) continue
      chroma += Math.max(red, green, blue) - Math.min(red, green, blue)
      lightness.push(l)
      yellowness.push(b)
    }
  }
  if (lightness.length === 0 || chroma / lightness.length < LEAST_CHROMA) return null
  const yellow = median(yellowness)
  if (yellow < LEAST_YELLOWNESS) return null
  return (Math.atan2(median(lightness) - 50, yellow) * 180) / Math.PI
}

export function skinToneOf(region: Pick<Region, 'rgb' | 'sizePx'>): string {
  const angleDeg = typologyAngleDeg(region)
  return angleDeg === null ? 'not known' : GROUPS.find(([fromDeg]) => angleDeg > fromDeg)![1]
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]

/** Lightness and blue–yellow axis of CIELAB for sRGB 0…255 under D65. */
function labOf(red: number, green: number, blue: number): { l: number; b: number } {
  const linear = (value: number) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4)
  const [r, g, bl] = [linear(red), linear(green), linear(blue)]
  const y = curve(0.2126729 * r + 0.7151522 * g + 0.072175 * bl)
  const z = curve((0.0193339 * r + 0.119192 * g + 0.9503041 * bl) / 1.08883)
  return { l: 116 * y - 16, b: 200 * (y - z) }
}

const curve = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 16 / 116)
