import { type CaptureChallenge, type Guidance, type HandSide, SIMILARITY_FROM_NATS } from '@paume/contract'
import { bestFrames, type Decision } from '@paume/palm'
import type { Clock } from '../clock.ts'
import type { Captures, Redeemed } from './captures.ts'
import type { LivenessDemands } from './flash.ts'
import { type PalmEngine, probesOf, type ShownPalm } from './palm-engine.ts'
import type { SearchedGalleries } from './ports.ts'
import { recognising } from './recognition.ts'
import type { CaptureOpener, CapturePlace, OpenedCapture } from './sealed-capture.ts'
import type { TemplateStore } from './template-store.ts'
import type { TemplateUpgrade } from './template-upgrade.ts'

/** How a hover ended, without anything that tells who nearly matched. */
export type HoverDecision =
  | { kind: 'identified'; shopperId: string; palmId: string }
  | { kind: 'other_palm'; hand: HandSide; guidance: Guidance[] }
  | {
      kind: 'failed'
      reason: 'not_recognised' | 'ambiguous' | 'liveness_failed' | 'poor_quality'
      guidance: Guidance[]
    }

/** A first palm that was not enough is remembered for this long, in memory only, ms. */
export const FIRST_PALM_TTL_MS = 30_000

/** Hears how long the stages of one hover took, and in which step of similarity a hand lay that was identified by one palm. */
export type HoverWatch = {
  stage(stage: 'open' | 'analyse' | 'search', ms: number): void
  matched(similarity: { model: string; bucket: number }): void
}

export type Hovers = {
  challenge(deviceId: string, paymentId: string, hand: HandSide | null): Promise<CaptureChallenge>
  redeem(deviceId: string, paymentId: string, captureId: string, sealed: Uint8Array): Promise<Redeemed>
  open(paymentId: string, sealed: Uint8Array, place: CapturePlace, watch?: HoverWatch): Promise<OpenedCapture>
  /** Throws `picture_…` failures, and `recognition_unavailable` when the hand could not be looked at: that tells nothing about it. */
  identify(
    paymentId: string,
    capture: OpenedCapture,
    asked: Pick<CapturePlace, 'flash' | 'unlit'> & { expectedHand: HandSide | null },
    watch?: HoverWatch,
  ): Promise<HoverDecision>
  /** For a repetition of the same request. */
  remember(captureId: string, result: unknown): Promise<void>
}

type Options = {
  clock: Clock
  captures: Captures
  opener: CaptureOpener
  engine: PalmEngine
  store: Pick<TemplateStore, 'markUsed' | 'isTwin'>
  upgrade: Pick<TemplateUpgrade, 'afterHover'>
  demands: LivenessDemands
  searched: SearchedGalleries
  onStage(stage: string, ms: number): void
}

export function createHovers(options: Options): Hovers {
  const { clock, captures, opener, engine, store, upgrade, demands, searched, onStage } = options
  const firstPalms = new Map<string, { palm: ShownPalm; expiresMs: number }>()
  const takeFirst = (paymentId: string): ShownPalm | null => {
    for (const [id, { expiresMs }] of firstPalms) if (expiresMs <= clock.nowMs()) firstPalms.delete(id)
    const first = firstPalms.get(paymentId)
    firstPalms.delete(paymentId)
    return first?.palm ?? null
  }
  const askForOther = (paymentId: string, palm: ShownPalm): HoverDecision => {
    firstPalms.set(paymentId, { palm, expiresMs: clock.nowMs() + FIRST_PALM_TTL_MS })
    return { kind: 'other_palm', hand: palm.hand === 'L' ? 'R' : 'L', guidance: [] }
  }
  /** Each palm is recognised by itself, as the same person's: evidence of one does not make up for the other. */
  const decideBoth: PalmEngine['decide'] = async (palm, first, galleryIds): Promise<Decision> => {
    const alone = await engine.decide(palm, null, galleryIds)
    if (first === null || first.hand === palm.hand || alone.outcome !== 'identified') return alone
    // Searched again: somebody found then may have been erased in between.
    const before = await engine.decide(first, null, galleryIds)
    const same = before.outcome === 'identified' && before.shopperId === alone.shopperId
    return same ? { ...alone, palmsShown: 2 } : { outcome: 'not_recognised', evidence: alone.evidence }
  }
  const timed = async <T>(
    stage: 'open' | 'analyse' | 'search',
    watch: HoverWatch | undefined,
    work: () => Promise<T>,
  ): Promise<T> => {
    const startMs = performance.now()
    try {
      return await work()
    } finally {
      const ms = performance.now() - startMs
      onStage(stage, ms)
      watch?.stage(stage, ms)
    }
  }
  return {
    async challenge(deviceId, subjectId, hand) {
      const demand = await demands(deviceId)
      return captures.issue({ deviceId, purpose: 'hover', subjectId, hand, demand })
    },
    redeem: (deviceId, subjectId, captureId, sealed) =>
      captures.redeem({ deviceId, purpose: 'hover', subjectId, captureId, sealed }),
    open: (presentedPaymentId, sealed, place, watch) =>
      timed('open', watch, () => opener.open({ presentedPaymentId }, sealed, place)),
    remember: captures.remember,

    async identify(paymentId, capture, { expectedHand, flash, unlit }, watch): Promise<HoverDecision> {
      // Asked beside the looking, which takes longer.
      const galleries = recognising(() => searched(capture.deviceId))
      galleries.catch(() => {})
      const burst = await timed('analyse', watch, () =>
        recognising(() =>
          engine.analyse(capture.frames, {
            expectedHand,
            flash,
            unseenFlash: unlit === 'refused' ? 'refuse' : 'accept',
          }),
        ),
      )
      if (burst.outcome === 'refused') {
        const spoofed = burst.guidance.some(({ code }) => code === 'liveness_failed')
        return { kind: 'failed', reason: spoofed ? 'liveness_failed' : 'poor_quality', guidance: burst.guidance }
      }
      const galleryIds = await galleries
      const protectedIn = (galleryId: string) =>
        bestFrames(burst.samples).map((sample) => engine.protect(sample, galleryId))
      const probes = await recognising(() => galleryIds.flatMap((id) => protectedIn(id).flatMap(probesOf)))
      const palm: ShownPalm = { hand: burst.hand, probes }
      const first = takeFirst(paymentId)
      const bothPalms = unlit === 'both_palms' && !burst.lit
      const decide = bothPalms ? decideBoth : engine.decide
      const decision = await timed('search', watch, () => recognising(() => decide(palm, first, galleryIds)))
      switch (decision.outcome) {
        case 'identified':
          // Of palms that are like somebody else's one is not enough.
          if (decision.palmsShown < 2 && (bothPalms || (await recognising(() => store.isTwin(decision.shopperId))))) {
            return askForOther(paymentId, palm)
          }
          tellSimilarity(watch, decision, probes[0]?.modelVersion)
          // Not worth failing a payment for: the date only says when palms nobody uses may go.
          void store.markUsed(decision.palmId).catch(() => {})
          // A hand that no colour was seen on may pay where the operator answers for it, and only there leave a template.
          if (burst.lit || unlit === 'one_palm') {
            const home = engine.gallery.homeOf(decision.shopperId)
            if (home !== null) upgrade.afterHover(decision, protectedIn(home))
          }
          return { kind: 'identified', shopperId: decision.shopperId, palmId: decision.palmId }
        case 'other_palm':
          return askForOther(paymentId, palm)
        case 'ambiguous':
          return { kind: 'failed', reason: 'ambiguous', guidance: [notRecognised()] }
        // Terminals have no way to take digits yet, and the policy they are decided by never allows them.
        case 'digits':
        case 'not_recognised':
          return { kind: 'failed', reason: 'not_recognised', guidance: [notRecognised()] }
      }
    },
  }
}

/** Only as a step of evidence above what was required, and only of one palm: two are judged by another measure. */
function tellSimilarity(watch: HoverWatch | undefined, decision: Decision, model: string | undefined): void {
  if (watch === undefined || model === undefined || decision.outcome !== 'identified' || decision.palmsShown > 1) return
  const { bestNats, requiredNats } = decision.evidence
  if (bestNats === null) return
  const above = SIMILARITY_FROM_NATS.findLastIndex((from) => bestNats - requiredNats >= from)
  watch.matched({ model, bucket: Math.max(0, above) })
}

const notRecognised = (): Guidance => ({ code: 'not_recognised', message: 'This hand was not recognised.' })
