import { CaptureChallenge, type Guidance, HoverResult, idSchema, type Payment } from '@paume/contract'
import Type from 'typebox'
import type { Devices } from '../devices/service.ts'
import { Failure } from '../failure.ts'
import type { Assertions } from '../identity/assertion.ts'
import { sealedBody } from '../identity/enrolment-routes.ts'
import type { HoverDecision, Hovers } from '../identity/hover.ts'
import { type CapturePlace, type OpenedCapture, wipe } from '../identity/sealed-capture.ts'
import type { Metrics } from '../metrics.ts'
import type { HoverOutcome } from '../payments/inputs.ts'
import { outcomeOf } from '../payments/outcome.ts'
import type { PaymentService } from '../payments/service.ts'
import { MAX_HOVERS } from '../payments/store.ts'
import type { RateLimiter } from '../rate-limit.ts'
import type { ObserveHover } from '../reports/ports.ts'
import type { App, AuthenticatedDevice, Guards } from '../routing.ts'
import { type RunningWatch, watchHover } from './hover-watch.ts'

const tags = ['payments']
const PaymentParams = Type.Object({ id: idSchema('payment') })
const HoverParams = Type.Object({ id: idSchema('payment'), captureId: idSchema('capture') })

export type HoverRouteOptions = {
  hovers: Hovers
  assertions: Assertions
  payments: PaymentService
  devices: Pick<Devices, 'find'>
  metrics: Metrics
  guards: Guards
  /** Captures sent by one device. */
  captureLimit: RateLimiter
  /** Hears how each hover ended. */
  observe: ObserveHover
}

/** A hand over a terminal: the one place where identity and payments meet. Identity makes the assertion, payments spends it. */
export function registerHoverRoutes(app: App, options: HoverRouteOptions): void {
  const { hovers, payments, guards, captureLimit } = options
  const terminal = { preValidation: guards.device('terminal') }
  /** Hovers this process is working on, so that a repetition waits for the first instead of asking twice. */
  const underWay = new Map<string, Promise<HoverResult>>()

  app.post(
    '/v1/payments/:id/challenges',
    {
      ...terminal,
      schema: { tags, summary: 'Permission for one hover', params: PaymentParams, response: { 200: CaptureChallenge } },
    },
    async (request) => {
      const payment = await ownPayment(payments, request.device!, request.params.id)
      if (payment.state !== 'presented') throw new Failure('payment_state')
      return hovers.challenge(request.device!.id, payment.id, payment.askedHand)
    },
  )
  app.post(
    '/v1/payments/:id/hovers/:captureId',
    { ...terminal, schema: { tags, summary: 'One sealed hover', params: HoverParams, response: { 200: HoverResult } } },
    async (request) => {
      const device = request.device!
      captureLimit.take(device.id)
      const { id, captureId } = request.params
      const sealed = sealedBody(request)
      // A challenge is only ever given to the terminal of its payment.
      const [, redeemed] = await Promise.all([
        ownPayment(payments, device, id),
        hovers.redeem(device.id, id, captureId, sealed),
      ])
      if (redeemed.kind === 'repeated') {
        const first = underWay.get(captureId)
        if (first !== undefined) return first
        return repeat(await payments.byId(id), redeemed.result)
      }
      const watch = watchHover(options.observe, device)
      const work = hover(options, device, id, redeemed.place, sealed, watch)
      underWay.set(captureId, work)
      return work.finally(() => {
        underWay.delete(captureId)
        watch.end()
      })
    },
  )
}

/** Another terminal's payment is as unknown as none. */
async function ownPayment(payments: PaymentService, device: AuthenticatedDevice, id: string): Promise<Payment> {
  const payment = await payments.byId(id)
  if (payment.terminalId !== device.id) throw new Failure('payment_unknown')
  return payment
}

/** A repetition moves nothing: it hears what the first heard, or, when that was lost with its node, how the payment stands. */
function repeat(payment: Payment, known: unknown): HoverResult {
  if (known !== null) return { ...(known as { outcome: HoverResult['outcome']; guidance: Guidance[] }), payment }
  return { outcome: outcomeOf(payment), guidance: payment.lastGuidance, payment }
}

/** One hover, start to end. The capture is opened before the payment moves: what cannot be opened costs no try. */
async function hover(
  options: HoverRouteOptions,
  device: AuthenticatedDevice,
  paymentId: string,
  place: CapturePlace,
  sealed: Uint8Array,
  watch: RunningWatch,
): Promise<HoverResult> {
  const { hovers, payments, metrics } = options
  const capture = await hovers.open(paymentId, sealed, place, watch).catch((error: unknown) => {
    // A device that shows other colours than it was told is broken, or somebody else's: operators should see how often.
    if (error instanceof Failure && error.code === 'flash_mismatch') {
      metrics.hovers.inc({ outcome: error.code })
      watch.outcome('flash_mismatch')
    }
    throw error
  })
  let claimed: Payment
  let decision: HoverDecision
  try {
    claimed = await payments.recordPalmCaptured(paymentId, place.captureId)
    decision = await identify(options, claimed, place, capture, watch)
  } finally {
    wipe(capture.frames)
  }
  const outcome = decision.kind === 'failed' ? decision.reason : decision.kind
  metrics.hovers.inc({ outcome })
  watch.outcome(outcome, MAX_HOVERS - claimed.hoversLeft)
  const guidance = decision.kind === 'identified' ? [] : decision.guidance
  const payment = await pay(options, device, claimed, decision, place.captureId, watch)
  const result = { outcome: outcomeOf(payment), guidance }
  metrics.payments.inc({ state: payment.state })
  // The money is where `payment` says: a database that goes now must not turn that into “nothing was charged”. Of a payment that is
  // approved a repetition is told the same without anything remembered.
  if (payment.state !== 'approved') await hovers.remember(place.captureId, result).catch(() => {})
  return { ...result, payment }
}

/** A hand that could not be looked at is given back to the shopper at once; pictures that are none cost a hover. */
async function identify(
  { hovers, payments, metrics }: HoverRouteOptions,
  { id, askedHand }: Payment,
  { captureId, flash, unlit }: CapturePlace,
  capture: OpenedCapture,
  watch: RunningWatch,
): Promise<HoverDecision> {
  try {
    return await hovers.identify(id, capture, { expectedHand: askedHand, flash, unlit }, watch)
  } catch (error) {
    const unavailable = error instanceof Failure && error.code === 'recognition_unavailable'
    metrics.hovers.inc({ outcome: unavailable ? 'unavailable' : 'unreadable' })
    watch.outcome(unavailable ? 'unavailable' : 'unreadable')
    if (unavailable) await payments.recordHoverLost(id, captureId)
    else await payments.recordHoverOutcome(id, { kind: 'failed', reason: 'poor_quality' }, [], captureId)
    throw error
  }
}

async function pay(
  { assertions, payments, devices, metrics }: HoverRouteOptions,
  device: AuthenticatedDevice,
  payment: Payment,
  decision: HoverDecision,
  captureId: string,
  watch: RunningWatch,
): Promise<Payment> {
  const record = (outcome: HoverOutcome, guidance: Guidance[]) =>
    payments.recordHoverOutcome(payment.id, outcome, guidance, captureId)
  switch (decision.kind) {
    case 'failed':
      return record({ kind: 'failed', reason: decision.reason }, decision.guidance)
    case 'other_palm':
      return record({ kind: 'other_palm', hand: decision.hand }, decision.guidance)
    case 'identified': {
      // Revoked while the hand was being looked at: the signature was good when it came, the device is not any more.
      if ((await devices.find(device.id))?.state !== 'paired') {
        // Who revoked it ended the payment, too; the two may come in either order.
        await record({ kind: 'failed', reason: 'poor_quality' }, []).catch(() => {})
        throw new Failure('device_revoked')
      }
      const assertion = assertions.mint({
        shopperId: decision.shopperId,
        terminalId: device.id,
        organisationId: device.organisationId,
        payeeId: device.shopId,
        paymentId: payment.id,
        amountMinor: BigInt(payment.totalMinor),
        currency: payment.currency,
      })
      const startMs = performance.now()
      const paid = await payments.authorise(payment.id, assertion)
      const ms = performance.now() - startMs
      metrics.stageMs.observe({ stage: 'authorise' }, ms)
      watch.stage('authorise', ms)
      return paid
    }
  }
}
