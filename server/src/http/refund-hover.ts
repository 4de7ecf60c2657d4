import { CaptureChallenge, type Guidance, idSchema, type RefundHover, RefundHoverResult } from '@paume/contract'
import Type from 'typebox'
import type { Devices } from '../devices/service.ts'
import { Failure } from '../failure.ts'
import { sealedBody } from '../identity/enrolment-routes.ts'
import type { HoverDecision, Hovers } from '../identity/hover.ts'
import { wipe } from '../identity/sealed-capture.ts'
import type { Metrics } from '../metrics.ts'
import { registerRefundHoverRoutes } from '../payments/refund-hovers/routes.ts'
import type { RefundHoverOutcome, RefundHoverService } from '../payments/refund-hovers/service.ts'
import { callerOf } from '../payments/requests.ts'
import type { RateLimiter } from '../rate-limit.ts'
import type { ObserveHover } from '../reports/ports.ts'
import type { App, AuthenticatedDevice, Guards } from '../routing.ts'
import { type RunningWatch, watchHover } from './hover-watch.ts'

const tags = ['payments']
const Params = Type.Object({ id: idSchema('refundHover') })
const HoverParams = Type.Object({ id: idSchema('refundHover'), captureId: idSchema('capture') })

export type RefundHoverOptions = {
  hovers: Hovers
  refundHovers: RefundHoverService
  devices: Pick<Devices, 'find'>
  metrics: Metrics
  guards: Guards
  /** Captures sent by one device. */
  captureLimit: RateLimiter
  /** Hears how each hover ended. */
  observe: ObserveHover
}

/** The hand of a refund without a receipt. As a hover that pays, but that no assertion is made: who it was is told to payments, which moves nothing. */
export function registerRefundHovers(app: App, options: RefundHoverOptions): void {
  const { hovers, refundHovers, guards, captureLimit } = options
  registerRefundHoverRoutes(app, { refundHovers, guards })
  const terminal = { preValidation: guards.device('terminal') }
  app.post(
    '/v1/refund-hovers/:id/challenges',
    {
      ...terminal,
      schema: { tags, summary: 'Permission for one hover', params: Params, response: { 200: CaptureChallenge } },
    },
    async (request) => {
      const asked = await own(refundHovers, request)
      if (asked.state !== 'waiting') throw new Failure('refund_hover_state')
      return hovers.challenge(request.device!.id, asked.id, asked.askedHand)
    },
  )
  app.post(
    '/v1/refund-hovers/:id/hovers/:captureId',
    {
      ...terminal,
      schema: { tags, summary: 'One sealed hover', params: HoverParams, response: { 200: RefundHoverResult } },
    },
    async (request) => {
      const device = request.device!
      captureLimit.take(device.id)
      const { captureId } = request.params
      const sealed = sealedBody(request)
      const asked = await own(refundHovers, request)
      const redeemed = await hovers.redeem(device.id, asked.id, captureId, sealed)
      // A repetition moves nothing and hears how it stands.
      if (redeemed.kind === 'repeated') return answer(await own(refundHovers, request), [])
      const watch = watchHover(options.observe, device)
      const capture = await hovers.open(asked.id, sealed, redeemed.place, watch).catch((error: unknown) => {
        if (error instanceof Failure && error.code === 'flash_mismatch') {
          watch.outcome('flash_mismatch')
          watch.end()
        }
        throw error
      })
      try {
        const claimed = await refundHovers.claim(callerOf(request), asked.id, captureId)
        const { flash, unlit } = redeemed.place
        const decision = await hovers
          .identify(asked.id, capture, { expectedHand: claimed.askedHand, flash, unlit }, watch)
          .catch(async (error: unknown) => {
            const lost = error instanceof Failure && error.code === 'recognition_unavailable'
            watch.outcome(lost ? 'unavailable' : 'unreadable')
            await refundHovers.record(
              asked.id,
              captureId,
              lost ? { kind: 'lost' } : { kind: 'failed', reason: 'poor_quality' },
            )
            throw error
          })
        return await decided(options, device, asked.id, captureId, decision, watch)
      } finally {
        watch.end()
        wipe(capture.frames)
      }
    },
  )
}

const own = (refundHovers: RefundHoverService, request: Parameters<typeof callerOf>[0]): Promise<RefundHover> =>
  refundHovers.find(callerOf(request), (request.params as { id: string }).id, { waitMs: 0, afterVersion: 0 })

async function decided(
  { refundHovers, devices, metrics }: RefundHoverOptions,
  device: AuthenticatedDevice,
  id: string,
  captureId: string,
  decision: HoverDecision,
  watch: RunningWatch,
): Promise<RefundHoverResult> {
  const outcome = decision.kind === 'failed' ? decision.reason : decision.kind
  metrics.hovers.inc({ outcome })
  watch.outcome(outcome)
  // Revoked while the hand was being looked at: the signature was good when it came, the device is not any more.
  if (decision.kind === 'identified' && (await devices.find(device.id))?.state !== 'paired') {
    await refundHovers.record(id, captureId, { kind: 'lost' })
    throw new Failure('device_revoked')
  }
  const after = await refundHovers.record(id, captureId, decision satisfies RefundHoverOutcome)
  return answer(after, decision.kind === 'identified' ? [] : decision.guidance)
}

function answer(refundHover: RefundHover, guidance: Guidance[]): RefundHoverResult {
  if (refundHover.state === 'matched') return { outcome: 'matched', guidance, refundHover }
  if (refundHover.state !== 'waiting') return { outcome: 'over', guidance, refundHover }
  return { outcome: refundHover.askedHand === null ? 'try_again' : 'other_palm', guidance, refundHover }
}
