import { MAX_FRAMES, MIN_FRAMES } from '@paume/contract'
import { takeBurst } from './burst.ts'
import { type CameraFault, type FrameSource, SourceStopped } from './frame-source.ts'
import type { CaptureRequest, HandCamera, HandGuide } from './hand-camera-types.ts'
import { advance, HOLD_BEFORE_FLASH_MS, HOLD_MS, NOBODY } from './hover-machine.ts'
import type { Burst } from './hover-types.ts'

/** At most 10 looks a second; a look that takes long leaves the page a quarter of its time besides. */
const LOOK_INTERVAL_MS = 100
const BREATH = 1.25

export type OpenedHandCamera =
  | { outcome: 'ready'; camera: HandCamera }
  | { outcome: 'failed'; fault: CameraFault; detail: string }

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Looks until the hand is held well. Resolves with the hand the guide saw. */
async function guided(source: FrameSource, guide: HandGuide, { hand, onPhase, flash, signal }: CaptureRequest) {
  const holdMs = flash ? HOLD_BEFORE_FLASH_MS : HOLD_MS
  let state = NOBODY
  for (;;) {
    signal?.throwIfAborted()
    const startMs = performance.now()
    const seen = await guide.observe(await source.grab())
    signal?.throwIfAborted()
    const step = advance(state, seen, hand, performance.now(), holdMs)
    state = step.state
    onPhase(step.phase)
    if (step.fire) return seen.hand
    const tookMs = performance.now() - startMs
    await pause(Math.max(LOOK_INTERVAL_MS, tookMs * BREATH) - tookMs)
  }
}

/** Starts the source and joins it with a guide. Never rejects for a missing camera: that is an outcome. */
export async function openHandCamera(source: FrameSource, guide: HandGuide): Promise<OpenedHandCamera> {
  const started = await source.start()
  if (started.outcome === 'failed') return started
  let last: Promise<unknown> = Promise.resolve()

  async function capture(request: CaptureRequest): Promise<Burst> {
    const keep = request.keep ?? MIN_FRAMES
    if (keep < MIN_FRAMES || keep > Math.min(5, MAX_FRAMES)) throw new RangeError(`cannot keep ${keep} frames`)
    const before = last
    let finish = () => {}
    last = new Promise<void>((resolve) => {
      finish = resolve
    })
    // One at a time: a capture that was given up may still wait for its last look.
    await before
    const gone = new AbortController()
    const forget = source.onLost(() => gone.abort(new SourceStopped('the camera went away')))
    const signal = request.signal ? AbortSignal.any([request.signal, gone.signal]) : gone.signal
    try {
      guide.reset()
      source.prepare?.(request.hand)
      const hand = await guided(source, guide, { ...request, signal })
      const flash = (await request.flash?.()) ?? null
      signal.throwIfAborted()
      // Held for a flash that is not asked for: the rest of the usual time.
      if (request.flash && flash === null) await pause(HOLD_MS - HOLD_BEFORE_FLASH_MS)
      return await takeBurst(source, { hand, keep, flash, onPhase: request.onPhase, signal })
    } finally {
      forget()
      finish()
    }
  }

  return {
    outcome: 'ready',
    camera: { source: started.source, guidance: guide.guidance, capture, close: () => source.stop() },
  }
}
