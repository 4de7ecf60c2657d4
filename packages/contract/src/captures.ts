import Type, { type Static } from 'typebox'
import { FlashSequence } from './flash.ts'
import { HandSide, idSchema, Timestamp } from './identifiers.ts'

/** A single-use permission to send one sealed capture, bound to the device that asked. Valid CAPTURE_TTL_MS. */
export const CAPTURE_TTL_MS = 60_000
export const CaptureChallenge = Type.Object({
  captureId: idSchema('capture'),
  challenge: Type.String({ description: '32 random bytes, base64url.' }),
  hand: Type.Union([HandSide, Type.Null()]),
  /** What the whole screen is to show while each picture is taken, drawn for this capture alone. Null: no flash is asked. */
  flash: Type.Union([FlashSequence, Type.Null()]),
  expiresAt: Timestamp,
  sealKey: Type.Object({
    keyId: Type.String(),
    /** Uncompressed P-256 point, base64url. */
    publicKey: Type.String(),
  }),
})
export type CaptureChallenge = Static<typeof CaptureChallenge>

/**
 * What was wrong with a capture, for the person in front of the camera. `code` names the outcome or the quality measure,
 * `message` is English with value and limit; apps translate by code. Never a similarity.
 */
export const GUIDANCE_CODES = [
  'no_hand',
  'two_hands',
  'back_of_hand',
  'not_open',
  'wrong_hand',
  'too_dark',
  'too_bright',
  'clipped',
  'blurred',
  'too_far',
  'too_near',
  'tilted',
  'cut_off',
  'moving',
  'liveness_failed',
  'not_recognised',
] as const
export type GuidanceCode = (typeof GUIDANCE_CODES)[number]
export const Guidance = Type.Object({
  code: Type.Unsafe<GuidanceCode>(Type.Union(GUIDANCE_CODES.map((code) => Type.Literal(code)))),
  message: Type.String(),
  measure: Type.Optional(Type.String()),
  value: Type.Optional(Type.Number()),
  limit: Type.Optional(Type.Number()),
  unit: Type.Optional(Type.String()),
})
export type Guidance = Static<typeof Guidance>
