import type { HoverOutcome, HoverStage } from '@paume/contract'
import type { HoverWatch } from '../identity/hover.ts'
import type { ObserveHover } from '../reports/ports.ts'
import type { AuthenticatedDevice } from '../routing.ts'

/** Watches one hover from its first byte to its reply, and tells of it once. */
export type RunningWatch = HoverWatch & {
  stage(stage: HoverStage, ms: number): void
  /** What the hand came to. The last word before `end` counts. */
  outcome(outcome: HoverOutcome, refusedBefore?: number): void
  /** Tells of it; not at all when nobody looked at a hand. */
  end(): void
}

/** @param device where the hand was held; what is told of the hover says no more than that and how it ended */
export function watchHover(
  observe: ObserveHover,
  { id: deviceId, shopId, organisationId }: Pick<AuthenticatedDevice, 'id' | 'shopId' | 'organisationId'>,
): RunningWatch {
  const startMs = performance.now()
  const stagesMs: Partial<Record<HoverStage, number>> = {}
  let ended: { outcome: HoverOutcome; refusedBefore?: number } | null = null
  let similarity: Parameters<HoverWatch['matched']>[0] | null = null
  return {
    stage(stage, ms) {
      stagesMs[stage] = (stagesMs[stage] ?? 0) + ms
    },
    matched(bucket) {
      similarity = bucket
    },
    outcome(outcome, refusedBefore = 0) {
      ended = { outcome, refusedBefore }
    },
    end() {
      if (ended === null) return
      stagesMs.total = performance.now() - startMs
      observe({ deviceId, shopId, organisationId, stagesMs, similarity, ...ended })
    },
  }
}
