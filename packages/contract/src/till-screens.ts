import Type, { type Static } from 'typebox'
import { idSchema, Timestamp } from './identifiers.ts'

// What a till that speaks nexo puts on a terminal between two payments (Display and Input), and what is answered there.

const Line = Type.String({ maxLength: 200 })

export const TillScreenContent = Type.Object({
  title: Line,
  /** Below the title; shown as they are, never as markup. */
  lines: Type.Array(Type.String({ maxLength: 1_000 }), { maxItems: 20 }),
  /** Shown as a QR code. */
  qrText: Type.Optional(Type.String({ maxLength: 500 })),
  /** What is asked; left out when nothing is. */
  ask: Type.Optional(
    Type.Union([
      Type.Object({ kind: Type.Literal('confirmation'), no: Line, yes: Line }),
      Type.Object({
        kind: Type.Literal('digits'),
        minLength: Type.Integer({ minimum: 0, maximum: 20 }),
        maxLength: Type.Integer({ minimum: 1, maximum: 20 }),
        masked: Type.Boolean(),
      }),
    ]),
  ),
})

/** `GET /v1/terminals/{id}/till-screen?wait=25&after=<id>` (terminal): what its till wants shown, or null. */
export const TillScreen = Type.Object({
  id: Type.String({ description: 'New with every message of a till.' }),
  content: TillScreenContent,
  /** Left out: until something else is shown. */
  until: Type.Optional(Timestamp),
  shopId: idSchema('shop'),
})
export type TillScreen = Static<typeof TillScreen>
export const TerminalTillScreen = Type.Object({ screen: Type.Union([TillScreen, Type.Null()]) })
export type TerminalTillScreen = Static<typeof TerminalTillScreen>

/** `POST /v1/terminals/{id}/till-screen/{screenId}/answer` (terminal). */
export const TillScreenAnswer = Type.Union([
  Type.Object({ kind: Type.Literal('confirmed'), yes: Type.Boolean() }),
  Type.Object({ kind: Type.Literal('digits'), digits: Type.String({ pattern: '^[0-9]{0,20}$' }) }),
  Type.Object({ kind: Type.Literal('cancelled') }),
])
export type TillScreenAnswer = Static<typeof TillScreenAnswer>
