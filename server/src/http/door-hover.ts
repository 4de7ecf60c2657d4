import { Admission, CaptureChallenge, DoorChallengeWish, DoorQuery, idSchema } from '@paume/contract'
import Type from 'typebox'
import { decideAdmission } from '../admissions/decide.ts'
import type { AdmissionParts } from '../admissions/ports.ts'
import type { Devices } from '../devices/service.ts'
import { Failure } from '../failure.ts'
import { sealedBody } from '../identity/enrolment-routes.ts'
import type { HoverDecision, Hovers } from '../identity/hover.ts'
import { type CapturePlace, wipe } from '../identity/sealed-capture.ts'
import { newId } from '../ids.ts'
import type { Metrics } from '../metrics.ts'
import type { RateLimiter } from '../rate-limit.ts'
import type { ObserveHover } from '../reports/ports.ts'
import type { App, AuthenticatedDevice, Guards } from '../routing.ts'
import { watchHover } from './hover-watch.ts'

const tags = ['admissions']
const DoorParams = Type.Object({ id: idSchema('device') })
const HoverParams = Type.Object({ id: idSchema('device'), captureId: idSchema('capture') })
const HoverQuery = Type.Object({ ...DoorQuery.properties, attempt: idSchema('admission') })
const Challenged = Type.Object({ attempt: idSchema('admission'), challenge: CaptureChallenge })

export type DoorHoverOptions = {
  observe: ObserveHover
  hovers: Hovers
  admissions: AdmissionParts
  devices: Pick<Devices, 'find'>
  metrics: Metrics
  guards: Guards
  /** Captures sent by one device. */
  captureLimit: RateLimiter
}

/** A hand at a door: the one place where identity and admissions meet. */
export function registerDoorHovers(app: App, options: DoorHoverOptions): void {
  const { hovers, guards, captureLimit } = options
  const door = { preValidation: guards.device('door', 'gate') }
  app.post(
    '/v1/doors/:id/challenges',
    {
      ...door,
      schema: {
        tags,
        summary: 'Permission for one hover',
        params: DoorParams,
        body: DoorChallengeWish,
        response: { 200: Challenged },
      },
    },
    async (request) => {
      const device = ownDoor(request.device!, request.params.id)
      const { attempt = newId('admission', Date.now()), hand = null } = request.body
      return { attempt, challenge: await hovers.challenge(device.id, attempt, hand) }
    },
  )
  app.post(
    '/v1/doors/:id/hovers/:captureId',
    {
      ...door,
      schema: {
        tags,
        summary: 'One sealed hover: opens, or says why not',
        params: HoverParams,
        querystring: HoverQuery,
        response: { 200: Admission },
      },
    },
    async (request) => {
      const device = ownDoor(request.device!, request.params.id)
      captureLimit.take(device.id)
      const { captureId } = request.params
      const { attempt, ticket } = request.query
      const sealed = sealedBody(request)
      const redeemed = await hovers.redeem(device.id, attempt, captureId, sealed)
      if (redeemed.kind === 'repeated') {
        const unknown: Admission = { outcome: 'try_again', guidance: [] }
        return (redeemed.result as Admission | null) ?? unknown
      }
      const answer = await hover(options, device, redeemed.place, sealed, attempt, ticket)
      await hovers.remember(captureId, answer).catch(() => {})
      return answer
    },
  )
}

/** Another door is as unknown as none. */
function ownDoor(device: AuthenticatedDevice, id: string): AuthenticatedDevice {
  if (device.id !== id) throw new Failure('not_found')
  return device
}

async function hover(
  options: DoorHoverOptions,
  device: AuthenticatedDevice,
  place: CapturePlace,
  sealed: Uint8Array,
  attempt: string,
  ticketId: string | undefined,
): Promise<Admission> {
  const { hovers, metrics, devices, admissions } = options
  const watch = watchHover(options.observe, device)
  try {
    const capture = await hovers.open(attempt, sealed, place, watch)
    let decision: HoverDecision
    try {
      const { flash, unlit, hand } = place
      decision = await hovers.identify(attempt, capture, { expectedHand: hand, flash, unlit }, watch)
    } finally {
      wipe(capture.frames)
    }
    const outcome = decision.kind === 'failed' ? decision.reason : decision.kind
    metrics.hovers.inc({ outcome })
    watch.outcome(outcome)
    if (decision.kind === 'other_palm') {
      return { outcome: 'other_palm', guidance: decision.guidance, askedHand: decision.hand, attempt }
    }
    // A picture that is not good enough is no visit: nothing is written, the hand is held once more.
    if (decision.kind === 'failed' && decision.reason === 'poor_quality') {
      return { outcome: 'try_again', guidance: decision.guidance, reason: decision.reason }
    }
    if ((await devices.find(device.id))?.state !== 'paired') throw new Failure('device_revoked')
    const door = { ...device, name: device.id, state: 'paired' }
    const who =
      decision.kind === 'identified'
        ? ({ kind: 'known', shopperId: decision.shopperId } as const)
        : ({ kind: 'unknown', reason: decision.reason } as const)
    const answer = await decideAdmission(admissions, { door, who, ticketId, captureId: place.captureId })
    return decision.kind === 'failed' ? { ...answer, guidance: decision.guidance } : answer
  } finally {
    watch.end()
  }
}
