import { CaptureChallenge, EntryQuery, GateChallengeWish, GateEntry, idSchema } from '@paume/contract'
import Type from 'typebox'
import type { Devices } from '../devices/service.ts'
import { Failure } from '../failure.ts'
import type { GateCaller } from '../gates/ports.ts'
import type { GateService } from '../gates/service.ts'
import type { Assertions } from '../identity/assertion.ts'
import { sealedBody } from '../identity/enrolment-routes.ts'
import type { HoverDecision, Hovers } from '../identity/hover.ts'
import { type CapturePlace, wipe } from '../identity/sealed-capture.ts'
import { newId } from '../ids.ts'
import type { Metrics } from '../metrics.ts'
import type { PseudonymOf } from '../pseudonyms.ts'
import type { RateLimiter } from '../rate-limit.ts'
import type { ObserveHover } from '../reports/ports.ts'
import type { App, AuthenticatedDevice, Guards } from '../routing.ts'
import { watchHover } from './hover-watch.ts'

const tags = ['gates']
const GateParams = Type.Object({ id: idSchema('device') })
const HoverParams = Type.Object({ id: idSchema('device'), captureId: idSchema('capture') })
const Challenged = Type.Object({ attempt: idSchema('gateSession'), challenge: CaptureChallenge })
const HoverQuery = Type.Object({ ...EntryQuery.properties, attempt: idSchema('gateSession') })

export type GateHoverOptions = {
  observe: ObserveHover
  hovers: Hovers
  assertions: Assertions
  gates: GateService
  devices: Pick<Devices, 'find'>
  metrics: Metrics
  guards: Guards
  pseudonymOf: PseudonymOf
  /** Captures sent by one device. */
  captureLimit: RateLimiter
}

type Wish = { groupSize: number; pays: string | undefined; attempt: string }

/** A hand at a gate: the one place where identity and gates meet. Identity says who stands there, the gate holds the money and opens. */
export function registerGateHovers(app: App, options: GateHoverOptions): void {
  const { hovers, guards, captureLimit, gates } = options
  const gate = { preValidation: guards.device('gate') }
  /** Hovers this process is working on, so that a repetition waits for the first instead of asking twice. */
  const underWay = new Map<string, Promise<GateEntry>>()
  app.post(
    '/v1/gates/:id/challenges',
    {
      ...gate,
      schema: {
        tags,
        summary: 'Permission for one hover',
        params: GateParams,
        body: GateChallengeWish,
        response: { 200: Challenged },
      },
    },
    async (request) => {
      const device = ownGate(request.device!, request.params.id)
      const { attempt = newId('gateSession', Date.now()), hand = null } = request.body
      return { attempt, challenge: await hovers.challenge(device.id, attempt, hand) }
    },
  )
  app.post(
    '/v1/gates/:id/entries/:captureId',
    {
      ...gate,
      schema: {
        tags,
        summary: 'One sealed hover: come in, or pay what is owed',
        params: HoverParams,
        querystring: HoverQuery,
        response: { 200: GateEntry },
      },
    },
    async (request) => {
      const device = ownGate(request.device!, request.params.id)
      captureLimit.take(device.id)
      const { captureId } = request.params
      const { attempt, groupSize = 1, pays } = request.query
      const sealed = sealedBody(request)
      const redeemed = await hovers.redeem(device.id, attempt, captureId, sealed)
      if (redeemed.kind === 'repeated') {
        const first = underWay.get(captureId)
        return first ?? repeat(gates, captureId, redeemed.result)
      }
      const work = hover(options, device, redeemed.place, sealed, { attempt, groupSize, pays })
      underWay.set(captureId, work)
      return work.finally(() => underWay.delete(captureId))
    },
  )
}

/** A repetition moves nothing: it hears what the first heard, or, when that was lost with its node, how the entry stands. */
async function repeat(gates: GateService, captureId: string, known: unknown): Promise<GateEntry> {
  if (known !== null) return known as GateEntry
  return (await gates.entryOf(captureId)) ?? { outcome: 'try_again', guidance: [] }
}

/** Another gate is as unknown as none. */
function ownGate(device: AuthenticatedDevice, id: string): AuthenticatedDevice {
  if (device.id !== id) throw new Failure('not_found')
  return device
}

async function hover(
  options: GateHoverOptions,
  device: AuthenticatedDevice,
  place: CapturePlace,
  sealed: Uint8Array,
  wish: Wish,
): Promise<GateEntry> {
  const { hovers, metrics } = options
  const watch = watchHover(options.observe, device)
  try {
    const capture = await hovers.open(wish.attempt, sealed, place, watch)
    let decision: HoverDecision
    try {
      const { flash, unlit, hand } = place
      decision = await hovers.identify(wish.attempt, capture, { expectedHand: hand, flash, unlit }, watch)
    } finally {
      wipe(capture.frames)
    }
    const outcome = decision.kind === 'failed' ? decision.reason : decision.kind
    metrics.hovers.inc({ outcome })
    watch.outcome(outcome)
    const startMs = performance.now()
    const entry = await decided(options, device, decision, place.captureId, wish)
    watch.stage('authorise', performance.now() - startMs)
    // Of an entry that was made a repetition is told by the visit itself.
    await hovers.remember(place.captureId, entry).catch(() => {})
    return entry
  } finally {
    watch.end()
  }
}

async function decided(
  { assertions, gates, devices, pseudonymOf }: GateHoverOptions,
  device: AuthenticatedDevice,
  decision: HoverDecision,
  captureId: string,
  { groupSize, pays, attempt }: Wish,
): Promise<GateEntry> {
  if (decision.kind === 'other_palm') {
    return { outcome: 'other_palm', guidance: decision.guidance, askedHand: decision.hand, attempt }
  }
  if (decision.kind === 'failed') return { outcome: 'try_again', guidance: decision.guidance, reason: decision.reason }
  // Revoked while the hand was being looked at: the signature was good when it came, the device is not any more.
  if ((await devices.find(device.id))?.state !== 'paired') throw new Failure('device_revoked')
  const { shopperId } = decision
  const gate: GateCaller = {
    deviceId: device.id,
    kind: 'gate',
    shopId: device.shopId,
    organisationId: device.organisationId,
  }
  const payer = (paymentId: string, amountMinor: bigint, currency: string) => ({
    kind: 'palm' as const,
    assertion: assertions.mint({
      shopperId,
      terminalId: device.id,
      organisationId: device.organisationId,
      payeeId: device.shopId,
      paymentId,
      amountMinor,
      currency,
    }),
  })
  if (pays !== undefined) {
    const due = await gates.draftBalance(gate, pays)
    return gates.payBalance(due, gate, payer(due.paymentId, due.amountMinor, due.session.currency))
  }
  const shopperRef = pseudonymOf(device.organisationId, shopperId)
  const drafted = await gates.draftEntry({ gate, shopperRef, groupSize, captureId })
  if (drafted.kind === 'answered') return drafted.entry
  return gates.holdAndAdmit(drafted, gate, payer(drafted.paymentId, drafted.amountMinor, drafted.currency))
}
