import type { HandSide } from '@paume/contract'
import { chooseShots, sharpnessOf } from './burst-choice.ts'
import type { FrameSource } from './frame-source.ts'
import { greyOfRgba } from './grey.ts'
import type { Burst, CapturedFrame, HoverPhase } from './hover-types.ts'

/** Shots taken, and the time from one to the next: 5 × 90 ms span 360 ms, so that one or two may be left out. */
const SHOTS = 5
const INTERVAL_MS = 90
/** JPEG quality, 0…1: ridges survive, a 1280×720 frame is 150–400 kB. */
const JPEG_QUALITY = 0.9
/** Sharpness is measured on the middle of the frame at this size, where the palm is. */
const MEASURED_PX = 256

async function encode(bitmap: ImageBitmap): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
  canvas.getContext('2d', { alpha: false })!.drawImage(bitmap, 0, 0)
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: JPEG_QUALITY })
  return new Uint8Array(await blob.arrayBuffer())
}

function measure(bitmap: ImageBitmap): number {
  const side = Math.min(MEASURED_PX, bitmap.width, bitmap.height)
  const context = new OffscreenCanvas(side, side).getContext('2d', { alpha: false, willReadFrequently: true })!
  // Cut at full resolution, not scaled: scaling would hide the very blur that is looked for.
  context.drawImage(bitmap, (side - bitmap.width) / 2, (side - bitmap.height) / 2)
  return sharpnessOf(greyOfRgba(context.getImageData(0, 0, side, side).data), side, side)
}

const until = (timeMs: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, timeMs - performance.now())))

/** Takes the burst and keeps the `keep` sharpest pictures. Rejects with SourceStopped or the signal's reason; bitmaps never outlive it. */
export async function takeBurst(source: FrameSource, { hand, keep, onPhase, signal }: BurstOptions): Promise<Burst> {
  const capturedAtMs = Date.now()
  const startMs = performance.now()
  const shots: { bitmap: ImageBitmap; offsetMs: number; sharpness: number }[] = []
  try {
    for (let taken = 0; taken < SHOTS; taken += 1) {
      await until(startMs + taken * INTERVAL_MS)
      signal?.throwIfAborted()
      onPhase({ phase: 'burst', taken, of: SHOTS, hand })
      const bitmap = await source.grab()
      shots.push({ bitmap, offsetMs: Math.round(performance.now() - startMs), sharpness: measure(bitmap) })
    }
    const first = shots[0]!.offsetMs
    const frames = await Promise.all(
      chooseShots(shots, keep).map(
        async ({ bitmap, offsetMs, sharpness }): Promise<CapturedFrame> => ({
          bytes: await encode(bitmap),
          type: 'image/jpeg',
          offsetMs: offsetMs - first,
          screenColour: null,
          sharpness,
        }),
      ),
    )
    signal?.throwIfAborted()
    onPhase({ phase: 'burst', taken: SHOTS, of: SHOTS, hand })
    return { frames, hand, capturedAtMs }
  } finally {
    for (const { bitmap } of shots) bitmap.close()
  }
}

type BurstOptions = {
  hand: HandSide | null
  keep: number
  onPhase: (phase: HoverPhase) => void
  signal?: AbortSignal
}
