import Type from 'typebox'

/**
 * The colours a screen shows while a capture is taken, sRGB 0…255. A hand in front of the screen is lit by them; a picture that was
 * taken before, or comes from elsewhere, is not. All have a relative luminance (WCAG 2.2) of 0.49…0.51 and none is a saturated red, so
 * that going from one to the next is no flash by WCAG 2.3.1; in linear light each channel still goes from 0.05 or 0.1 to 1.
 */
export const SCREEN_COLOURS = {
  warm: [255, 168, 64],
  green: [80, 212, 110],
  blue: [110, 195, 255],
  /** Neutral: the reference that the others are compared with. */
  white: [188, 188, 188],
} as const satisfies Record<string, readonly [red: number, green: number, blue: number]>

export type ScreenColour = keyof typeof SCREEN_COLOURS

export const SCREEN_COLOUR_NAMES = Object.keys(SCREEN_COLOURS) as ScreenColour[]

export const ScreenColourSchema = Type.Unsafe<ScreenColour>(
  Type.Union(SCREEN_COLOUR_NAMES.map((name) => Type.Literal(name))),
)

/** Colours of one capture, one a picture, in this order. Consecutive ones differ, so that every step can be measured. */
export const FlashSequence = Type.Array(ScreenColourSchema, { minItems: 3, maxItems: 8 })

/**
 * Pictures of a hover with flashes. 4 colours of which neighbours differ are 4·3³ = 108 sequences: who must guess is right in 0.9% of
 * tries. One more would be 324 and cost another 120 ms of a hover and another picture to look at.
 */
export const FLASHES_PER_HOVER = 4
/** Pictures of an enrolment capture with flashes: as many as are kept without. */
export const FLASHES_PER_ENROLMENT = 5

/**
 * What a shop asks of its screens. `required`: every capture is flashed, and one that shows no trace of the colours is refused.
 * `off`: the operator does without, and answers for it.
 */
export const FlashPolicy = Type.Union([Type.Literal('required'), Type.Literal('off')])
