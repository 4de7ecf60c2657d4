import { randomUUID } from 'node:crypto'
import { sealCapture } from '@paume/camera/seal'
import { isActive, isPaumeError } from '@paume/client'
import type { Payment } from '@paume/contract'
import type { Frame, Lane, OpenLane } from './lanes.ts'

/** What the till does after the approval, each with the key it keeps for it. */
export type Step =
  | { kind: 'increment' | 'refund'; amountMinor: number; key: string }
  /** Null: all that is held. */
  | { kind: 'capture'; amountMinor: number | null; key: string }
  | { kind: 'void' }

/** A sale paid by several payments. */
export type Split = { key: string; reference: string; totalMinor: number; id: string | null }

/** One payment as the till plans it and knows it. What it was told is held against the books afterwards. */
export type Sale = {
  reference: string
  key: string
  amountMinor: number
  capture: 'automatic' | 'manual'
  steps: Step[]
  split: Split | null
  /** How often the till had to begin again. */
  recoveries: number
  /** The newest payment the till was told of. */
  told: Payment | null
  /** Everything it planned is done, or cannot be done any more. */
  done: boolean
}

const chance = (of: number) => Math.random() < of
const amount = () => 100 + Math.floor(Math.random() * 5_000)

function planned(amountMinor: number, split: Split | null): Sale {
  const capture = split === null && chance(0.4) ? 'manual' : 'automatic'
  const steps: Step[] = []
  let takenMinor = amountMinor
  if (capture === 'manual') {
    if (chance(0.4)) {
      steps.push({ kind: 'increment', amountMinor: 200, key: randomUUID() })
      takenMinor += 200
    }
    if (chance(0.3)) return saleOf(amountMinor, capture, [...steps, { kind: 'void' }], split)
    const part = chance(0.4) ? Math.ceil(takenMinor / 2) : null
    steps.push({ kind: 'capture', amountMinor: part, key: randomUUID() })
    takenMinor = part ?? takenMinor
  }
  if (chance(0.35)) steps.push({ kind: 'refund', amountMinor: Math.ceil(takenMinor / 3), key: randomUUID() })
  if (chance(0.15)) steps.push({ kind: 'refund', amountMinor: Math.floor(takenMinor / 4), key: randomUUID() })
  return saleOf(amountMinor, capture, steps, split)
}

const saleOf = (amountMinor: number, capture: Sale['capture'], steps: Step[], split: Split | null): Sale => ({
  reference: `chaos-${randomUUID()}`,
  key: randomUUID(),
  amountMinor,
  capture,
  steps,
  split,
  recoveries: 0,
  told: null,
  done: false,
})

/** The next thing that happens at a till: one payment, or one time in eight two that pay one sale. */
export function nextSales(): Sale[] {
  if (!chance(1 / 8)) return [planned(amount(), null)]
  const [first, second] = [amount(), amount()]
  const split = { key: randomUUID(), reference: `chaos-${randomUUID()}`, totalMinor: first + second, id: null }
  return [planned(first, split), planned(second, split)]
}

const WAIT_MS = 60_000

/** Nothing about it changes any more without somebody asking: that is when a till prints and goes on. */
const settled = (payment: Payment) =>
  !isActive(payment) &&
  payment.state !== 'unknown' &&
  (payment.state !== 'approved' || payment.capture === 'manual' || payment.capturedMinor > 0) &&
  [...payment.refunds, ...payment.steps].every((asked) => asked.state !== 'pending')

/** Waits until a payment is settled; cancels it when it still waits for a hand. */
async function settle({ till }: OpenLane, sale: Sale): Promise<Payment> {
  const giveUpAt = Date.now() + WAIT_MS
  for (let waitMs = 20; !settled(sale.told!); waitMs = Math.min(waitMs * 2, 500)) {
    const { id, state } = sale.told!
    if (Date.now() > giveUpAt) throw new Error(`${id} is ${state} and stays so`)
    if (isActive(sale.told!) && state !== 'authorising') sale.told = await cancelled(till, id)
    if (settled(sale.told!)) break
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    sale.told = await till.payments.get(id)
  }
  return sale.told!
}

/** A payment that moved on at the same moment cannot be cancelled any more; how it stands is what counts. */
const cancelled = (till: OpenLane['till'], id: string): Promise<Payment> =>
  till.payments.cancel(id).catch((error: unknown) => {
    if (isPaumeError(error, 'payment_state')) return till.payments.get(id)
    throw error
  })

async function create({ till }: OpenLane, lane: Lane, sale: Sale): Promise<Payment> {
  const { currency } = lane.register.device.shop
  const { amountMinor, reference, capture, split } = sale
  if (split !== null && split.id === null) {
    const wanted = { amountMinor: split.totalMinor, currency, reference: split.reference }
    split.id = (await till.sales.create(wanted, { idempotencyKey: split.key })).id
  }
  const request = { amountMinor, currency, reference, capture, ...(split === null ? {} : { saleId: split.id! }) }
  const options = { idempotencyKey: sale.key }
  return (await till.payments.create(lane.terminal.device.id, request, options)).payment
}

async function hover({ terminal }: OpenLane, frames: Frame[], sale: Sale): Promise<void> {
  const { id } = sale.told!
  sale.told = await terminal.terminal.presented(id)
  const challenge = await terminal.terminal.challenge(id)
  const sealed = await sealCapture(
    challenge,
    frames.map((frame) => ({ ...frame, screenColour: null })),
    { deviceId: terminal.deviceId, hand: challenge.hand, capturedAtMs: Date.now() },
  )
  sale.told = (await terminal.terminal.hover(id, challenge.captureId, sealed)).payment
}

/**
 * Sells from the beginning, or goes on after a crash as a till does: looks the payment up by its own reference; asks again with the
 * key it had when there is none; cancels what still waits for a hand; asks once more for every step, each with its own key.
 */
export async function sell(open: OpenLane, lane: Lane, frames: Frame[], sale: Sale): Promise<void> {
  const { till } = open
  const found = sale.recoveries > 0 ? await till.payments.byReference(sale.reference) : []
  sale.told = found[0] ?? (await create(open, lane, sale))
  // The reply of a first request is as old as the request.
  if (sale.recoveries > 0) sale.told = await till.payments.get(sale.told.id)
  if (sale.told.state === 'created') await hover(open, frames, sale)
  await settle(open, sale)
  const { id } = sale.told
  for (const step of sale.steps) {
    if (sale.told.state !== 'approved') break
    if (step.kind === 'void') sale.told = await cancelled(till, id)
    else if (step.kind === 'capture') {
      const amountMinor = step.amountMinor ?? undefined
      sale.told = await till.payments.capture(id, amountMinor, { idempotencyKey: step.key })
    } else if (step.kind === 'increment')
      sale.told = await till.payments.increment(id, step.amountMinor, { idempotencyKey: step.key })
    else sale.told = await till.payments.refund(id, { amountMinor: step.amountMinor }, { idempotencyKey: step.key })
    // A reply given before tells of then.
    if (sale.recoveries > 0) sale.told = await till.payments.get(id)
    await settle(open, sale)
  }
  sale.done = true
}
