import Type, { type Static } from 'typebox'
import type { Charge, Dispute } from '../processor.ts'
import { PROCESSOR_CALLS } from './chaos.ts'

export const Clock = Type.Object({
  now: Type.String({ format: 'date-time' }),
  aheadMs: Type.Integer({ description: 'How far the processor is ahead of us.' }),
})
/** A year at a time is more than any of its dates lies ahead. */
export const Forward = Type.Object({ forwardMs: Type.Integer({ minimum: 1, maximum: 366 * 24 * 3_600_000 }) })

export const Switches = Type.Object(
  {
    down: Type.Boolean(),
    slowBeforeMs: Type.Integer({ minimum: 0, maximum: 60_000 }),
    slowAfterMs: Type.Integer({ minimum: 0, maximum: 60_000 }),
    loseReplies: Type.Object(
      Object.fromEntries(
        PROCESSOR_CALLS.map((call) => [call, Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000 }))]),
      ),
      { additionalProperties: false },
    ),
    webhooks: Type.Object({
      twice: Type.Boolean(),
      shuffled: Type.Boolean(),
      delayMs: Type.Integer({ minimum: 0, maximum: 3_600_000 }),
      lose: Type.Integer({ minimum: 0, maximum: 1_000 }),
    }),
  },
  { additionalProperties: false },
)

export const Outcome = Type.Union([Type.Literal('won'), Type.Literal('lost')])
export const DisputeAbout = Type.Object({
  reason: Type.Optional(Type.String({ pattern: '^[a-z_]{1,40}$' })),
  answered: Type.Optional(Outcome),
})
export const DisputeView = Type.Object({
  ref: Type.String(),
  chargeRef: Type.String(),
  amountMinor: Type.Integer(),
  currency: Type.String(),
  state: Type.String(),
  reason: Type.String(),
  openedAt: Type.String(),
  evidenceDueAt: Type.String(),
  evidence: Type.Array(Type.Object({ heading: Type.String(), text: Type.String() })),
})
export const BatchView = Type.Object({
  batchRef: Type.String(),
  currency: Type.String(),
  state: Type.String(),
  lines: Type.Integer(),
  grossMinor: Type.Integer(),
  feeMinor: Type.Integer(),
  netMinor: Type.Integer(),
})
export const ChargeView = Type.Object({
  ref: Type.String(),
  key: Type.String(),
  token: Type.String(),
  state: Type.String(),
  declineReason: Type.Optional(Type.String()),
  amountMinor: Type.Integer(),
  maximumCaptureMinor: Type.Integer(),
  capturedMinor: Type.Integer(),
  refundedMinor: Type.Integer(),
  currency: Type.String(),
  operations: Type.Array(
    Type.Object({ kind: Type.String(), amountMinor: Type.Integer(), state: Type.String(), key: Type.String() }),
  ),
})
export const Card = Type.Object({ number: Type.String(), brand: Type.String(), shows: Type.String() })
export const Ref = Type.String({ minLength: 1, maxLength: 80 })

export const seenCharge = ({ charge, token }: { charge: Charge; token: string }): Static<typeof ChargeView> => ({
  ...charge,
  token,
  amountMinor: Number(charge.amountMinor),
  maximumCaptureMinor: Number(charge.maximumCaptureMinor),
  capturedMinor: Number(charge.capturedMinor),
  refundedMinor: Number(charge.refundedMinor),
  operations: charge.operations.map((operation) => ({ ...operation, amountMinor: Number(operation.amountMinor) })),
})

export const seenDispute = (dispute: Dispute, evidence: { heading: string; text: string }[] | null) => ({
  ...dispute,
  amountMinor: Number(dispute.amountMinor),
  openedAt: dispute.openedAt.toISOString(),
  evidenceDueAt: dispute.evidenceDueAt!.toISOString(),
  evidence: evidence ?? [],
})
