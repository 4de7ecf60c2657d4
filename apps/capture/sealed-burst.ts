import { type Burst, type HandCamera, type HoverPhase, sealCapture } from '@paume/camera'
import type { CaptureChallenge, HandSide } from '@paume/contract'
import { type Trouble, troubleOf } from '../language/problem-text.ts'
import { ScreenDark, type ScreenLamp } from './screen-lamp.ts'

/** A challenge asked for in advance is used no longer than this (the server's limit is 60 s). */
const CHALLENGE_FRESH_MS = 40_000

export interface SealedBurst {
  captureId: string
  sealed: Uint8Array<ArrayBuffer>
}

export interface BurstRequest {
  camera: HandCamera
  deviceId: string
  hand: HandSide | null
  /** Pictures to keep, 3–5. */
  keep: number
  askChallenge: () => Promise<CaptureChallenge>
  /** What lights the hand when the challenge asks for it. */
  lamp: () => ScreenLamp | null
  onPhase: (phase: HoverPhase) => void
  /** The pictures are taken; the hand may go. */
  onTaken: (burst: Burst) => void
  signal: AbortSignal
}

/**
 * Guides the hand, takes the burst under the challenge's colours and seals it. The challenge is asked for as soon as the hand is held
 * well, so that it is there when the pictures are to be taken. Throws what the camera (SourceStopped), the challenge (PaumeError,
 * NetworkFailure), the screen (ScreenDark) or the signal throw.
 */
export async function takeSealedBurst(request: BurstRequest): Promise<SealedBurst> {
  const { camera, deviceId, hand, keep, askChallenge, lamp, onPhase, onTaken, signal } = request
  let asked: { atMs: number; reply: Promise<CaptureChallenge> } | null = null
  const ask = () => {
    const reply = askChallenge()
    // Seen where it is awaited below; here it only must not count as unhandled.
    reply.catch(() => {})
    asked = { atMs: performance.now(), reply }
    return asked
  }
  const fresh = () => {
    const known = asked && performance.now() - asked.atMs < CHALLENGE_FRESH_MS ? asked : ask()
    return known.reply
  }
  let challenge = null as CaptureChallenge | null
  const burst = await camera.capture({
    hand,
    keep,
    signal,
    async flash() {
      challenge = await fresh()
      if (challenge.flash === null) return null
      const light = lamp()
      if (light === null) throw new ScreenDark('no lamp on this page')
      return light.flash(challenge.flash)
    },
    onPhase(phase) {
      if (phase.phase === 'holding' && asked === null) ask()
      onPhase(phase)
    },
  })
  onTaken(burst)
  // The colours belong to the challenge: what was shown for one must not be sealed for another.
  if (challenge === null) throw new Error('invariant broken: a burst without a challenge')
  const { captureId } = challenge
  const sealed = await sealCapture(challenge, burst.frames, { deviceId, hand, capturedAtMs: burst.capturedAtMs })
  return { captureId, sealed }
}

/** What to say of a burst that came to nothing, apart from a camera that went away. */
export function captureTrouble(error: unknown): Trouble {
  if (error instanceof ScreenDark) return { code: 'screen_dark' }
  return error instanceof RangeError ? { code: 'seal_failed' } : troubleOf(error)
}
