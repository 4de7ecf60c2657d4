import { type Burst, type HandCamera, type HoverPhase, sealCapture } from '@paume/camera'
import type { CaptureChallenge, HandSide } from '@paume/contract'

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
  onPhase: (phase: HoverPhase) => void
  /** The pictures are taken; the hand may go. */
  onTaken: (burst: Burst) => void
  signal: AbortSignal
}

/**
 * Guides the hand, takes the burst and seals it. The challenge is asked for as soon as the hand is held well, so that it is there when
 * the pictures are. Throws what the camera (SourceStopped), the challenge (PaumeError, NetworkFailure) or the signal throw.
 */
export async function takeSealedBurst(request: BurstRequest): Promise<SealedBurst> {
  const { camera, deviceId, hand, keep, askChallenge, onPhase, onTaken, signal } = request
  let asked: { atMs: number; reply: Promise<CaptureChallenge> } | null = null
  const ask = () => {
    const reply = askChallenge()
    // Seen where it is awaited below; here it only must not count as unhandled.
    reply.catch(() => {})
    asked = { atMs: performance.now(), reply }
    return asked
  }
  const burst = await camera.capture({
    hand,
    keep,
    signal,
    onPhase(phase) {
      if (phase.phase === 'holding' && asked === null) ask()
      onPhase(phase)
    },
  })
  onTaken(burst)
  const known = asked as { atMs: number; reply: Promise<CaptureChallenge> } | null
  const fresh = known && performance.now() - known.atMs < CHALLENGE_FRESH_MS ? known : ask()
  const challenge = await fresh.reply
  signal.throwIfAborted()
  const sealed = await sealCapture(challenge, burst.frames, { deviceId, hand, capturedAtMs: burst.capturedAtMs })
  return { captureId: challenge.captureId, sealed }
}
