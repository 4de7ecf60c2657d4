import { HOVER_OUTCOMES, type HoverStage, SIMILARITY_FROM_NATS } from '@paume/contract'
import { invariant } from '../failure.ts'
import { DURATION_PLACES, durationPlace } from './histogram.ts'
import type { EnrolmentObservation, HoverObservation } from './ports.ts'

/** Every time zone there is lies whole quarters of an hour from UTC, ms. */
export const SLOT_MS = 15 * 60_000
const DAY_MS = 86_400_000
/** What of a registration is counted here, in the order of its places. */
export const ENROLMENT_STEPS = ['offered', 'consented', 'enrolled'] as const

type Place = { deviceId: string; shopId: string; organisationId: string }
export type SlotCounts = Place & {
  /** Its beginning, ms since 1970. */
  slotMs: number
  outcomes: number[]
  refusedThenIdentified: number
  steps: number[]
  stages: Record<HoverStage, number[]>
}
/** `week`: its Monday, UTC. */
export type SimilarityCounts = Place & { model: string; week: string; buckets: number[] }

/** Counts in memory, until they are taken. */
export type Tally = {
  hover(observation: HoverObservation, nowMs: number): void
  enrolment(observation: EnrolmentObservation, nowMs: number): void
  /** All that was counted since, and an empty tally. */
  take(): { slots: SlotCounts[]; similarities: SimilarityCounts[] }
  /** Puts back what could not be written. */
  giveBack(taken: { slots: SlotCounts[]; similarities: SimilarityCounts[] }): void
}

const zeros = (length: number) => Array.from({ length }, () => 0)

/** The Monday of a moment's week, UTC. */
export function weekOf(ms: number): string {
  const day = Math.floor(ms / DAY_MS)
  // 1 January 1970 was a Thursday.
  return new Date((day - ((day + 3) % 7)) * DAY_MS).toISOString().slice(0, 10)
}

const slotKey = ({ deviceId, shopId, slotMs }: Place & { slotMs: number }) => `${deviceId} ${shopId} ${slotMs}`
const similarityKey = ({ deviceId, shopId, model, week }: Omit<SimilarityCounts, 'buckets'>) =>
  `${deviceId} ${shopId} ${week} ${model}`

export function createTally(): Tally {
  let slots = new Map<string, SlotCounts>()
  let similarities = new Map<string, SimilarityCounts>()

  const slotOf = ({ deviceId, shopId, organisationId }: Place, nowMs: number): SlotCounts => {
    const at = { deviceId, shopId, organisationId, slotMs: Math.floor(nowMs / SLOT_MS) * SLOT_MS }
    const known = slots.get(slotKey(at))
    if (known !== undefined) return known
    const stage = () => zeros(DURATION_PLACES)
    const slot: SlotCounts = {
      ...at,
      outcomes: zeros(HOVER_OUTCOMES.length),
      refusedThenIdentified: 0,
      steps: zeros(ENROLMENT_STEPS.length),
      stages: { total: stage(), open: stage(), analyse: stage(), search: stage(), authorise: stage() },
    }
    slots.set(slotKey(at), slot)
    return slot
  }
  const similar = (place: Place, { model, bucket }: { model: string; bucket: number }, nowMs: number) => {
    const { deviceId, shopId, organisationId } = place
    const at = { deviceId, shopId, organisationId, model, week: weekOf(nowMs) }
    const known = similarities.get(similarityKey(at)) ?? { ...at, buckets: zeros(SIMILARITY_FROM_NATS.length) }
    invariant(known.buckets[bucket] !== undefined, 'a similarity lies in one of the steps')
    known.buckets[bucket] += 1
    similarities.set(similarityKey(at), known)
  }
  return {
    hover(observation, nowMs) {
      const slot = slotOf(observation, nowMs)
      slot.outcomes[HOVER_OUTCOMES.indexOf(observation.outcome)]! += 1
      if (observation.outcome === 'identified') slot.refusedThenIdentified += observation.refusedBefore ?? 0
      for (const [stage, ms] of Object.entries(observation.stagesMs) as [HoverStage, number][]) {
        slot.stages[stage][durationPlace(ms)]! += 1
      }
      if (observation.outcome === 'identified' && observation.similarity)
        similar(observation, observation.similarity, nowMs)
    },
    enrolment(observation, nowMs) {
      slotOf(observation, nowMs).steps[ENROLMENT_STEPS.indexOf(observation.step)]! += 1
    },
    take() {
      const taken = { slots: [...slots.values()], similarities: [...similarities.values()] }
      slots = new Map()
      similarities = new Map()
      return taken
    },
    giveBack(taken) {
      for (const slot of taken.slots) {
        const now = slots.get(slotKey(slot))
        if (now === undefined) slots.set(slotKey(slot), slot)
        else merge(now, slot)
      }
      for (const one of taken.similarities) {
        const now = similarities.get(similarityKey(one))
        if (now === undefined) similarities.set(similarityKey(one), one)
        else add(now.buckets, one.buckets)
      }
    },
  }
}

const add = (sums: number[], more: readonly number[]) =>
  more.forEach((count, place) => {
    sums[place]! += count
  })

function merge(now: SlotCounts, before: SlotCounts): void {
  add(now.outcomes, before.outcomes)
  add(now.steps, before.steps)
  now.refusedThenIdentified += before.refusedThenIdentified
  for (const stage of Object.keys(now.stages) as HoverStage[]) add(now.stages[stage], before.stages[stage])
}
