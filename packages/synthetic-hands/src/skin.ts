import { type Random, randomFrom } from './random.ts'

/** A colour as linear light, 0…1 each. */
export type Linear = [number, number, number]

/** Colours of one person's skin. */
export interface Skin {
  /** Step of the Monk scale, 1 (lightest) … 10 (darkest), with fractions. */
  tone: number
  palm: Linear
  /** The skin of the hand's back and sides, which carries more pigment than the palm. */
  back: Linear
  /** Factors on the colour at the bottom of a crease. */
  crease: Linear
  /** Strength of red and pale blotches, 0…1. */
  mottling: number
  shine: number
}

/** The ten colours of the Monk skin tone scale (Monk 2019, CC BY 4.0). */
const MONK = ['f6ede4', 'f3e7db', 'f7ead0', 'eadaba', 'd7bd96', 'a07e56', '825c43', '604134', '3a312a', '292420']
/** Palms hold little pigment: they lie between the person's tone and this pink. */
const PALM_LIGHT: Linear = [0.66, 0.385, 0.285]
const PALM_DARK: Linear = [0.36, 0.175, 0.105]

export function linearOf(level: number): number {
  const value = level / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

function monk(tone: number): Linear {
  const below = Math.min(8, Math.floor(tone) - 1)
  const share = tone - 1 - below
  const colour = (index: number): number[] =>
    [0, 2, 4].map((at) => linearOf(Number.parseInt(MONK[index].slice(at, at + 2), 16)))
  const [a, b] = [colour(below), colour(below + 1)]
  return [0, 1, 2].map((axis) => a[axis] + (b[axis] - a[axis]) * share) as Linear
}

function mix(a: Linear, b: Linear, share: number): Linear {
  return [0, 1, 2].map((axis) => a[axis] + (b[axis] - a[axis]) * share) as Linear
}

/** Draws a person's skin; tones spread evenly over the whole Monk scale. */
export function skinOf(person: number): Skin {
  const random: Random = randomFrom('skin', person)
  const tone = random.between(1, 10)
  const dark = Math.min(1, Math.max(0, (tone - 4) / 6))
  const base = mix(PALM_LIGHT, PALM_DARK, dark ** 1.2)
  const pink = random.normal(0, 0.05)
  const palm = mix(monk(tone), base, 0.72)
  const back = mix(monk(tone), base, 0.3)
  return {
    tone,
    palm: [palm[0] * (1 + pink), palm[1] * (1 - pink * 0.6), palm[2] * (1 + random.normal(0, 0.05) - pink * 0.4)],
    back: [back[0] * 0.88, back[1] * 0.8, back[2] * 0.76],
    // Creases redden in light skin and hold pigment in dark skin.
    crease: mix([0.66, 0.46, 0.42], [0.45, 0.4, 0.42], dark),
    mottling: random.between(0.35, 1),
    shine: random.between(0.02, 0.09),
  }
}
