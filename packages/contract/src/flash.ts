import Type, { type Static } from 'typebox'

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
 * What a shop asks of its screens. `required` (default): captures are flashed, and one whose hand does not follow the colours is refused.
 * `when_dim`: for a place so bright that the screen cannot be seen on a hand: captures are flashed, wrong colours are refused, and
 * where none are seen paying takes both palms. `off`: the operator does without, and answers for it. A device without a screen pays by
 * both palms only, unless the policy is `off`.
 */
export const FlashPolicy = Type.Union([Type.Literal('required'), Type.Literal('when_dim'), Type.Literal('off')])
export type FlashPolicy = Static<typeof FlashPolicy>

/** Whether a device has a screen that lights the hand. The operator says so, not the device: else an attacker would say "none". */
export const DeviceScreen = Type.Union([Type.Literal('lights'), Type.Literal('none')])
export type DeviceScreen = Static<typeof DeviceScreen>

/** `POST /v1/organisations/{id}/flash` (operator). */
export const OrganisationFlash = Type.Object({ flash: FlashPolicy })
/** `POST /v1/devices/{id}/flash` (operator): what the device has, and its own policy; null follows the organisation's. */
export const DeviceFlash = Type.Object({
  screen: Type.Optional(DeviceScreen),
  flash: Type.Optional(Type.Union([FlashPolicy, Type.Null()])),
})
