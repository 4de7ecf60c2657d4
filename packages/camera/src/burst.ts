import type { HandSide, ScreenColour } from '@paume/contract'
import { chooseShots, sharpnessOf } from './burst-choice.ts'
import type { FrameSource } from './frame-source.ts'
import { greyOfRgba } from './grey.ts'
import type { Burst, CapturedFrame, Flash, HoverPhase } from './hover-types.ts'

/** Shots taken, and the time from one to the next: 5 × 90 ms span 360 ms, so that one or two may be left out. */
const SHOTS = 5
const INTERVAL_MS = 90
/** So long another picture is waited for when the camera gives the same one again; then the server shall judge. */
const SAME_PICTURE_MS = 1_000
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

/** Sharpness, and the grey values it was measured on: two pictures with the same are one picture delivered twice. */
function measure(bitmap: ImageBitmap): { sharpness: number; grey: Uint8Array } {
  const side = Math.min(MEASURED_PX, bitmap.width, bitmap.height)
  const context = new OffscreenCanvas(side, side).getContext('2d', { alpha: false, willReadFrequently: true })!
  // Cut at full resolution, not scaled: scaling would hide the very blur that is looked for.
  context.drawImage(bitmap, (side - bitmap.width) / 2, (side - bitmap.height) / 2)
  const grey = greyOfRgba(context.getImageData(0, 0, side, side).data)
  return { sharpness: sharpnessOf(grey, side, side), grey }
}

const isEqual = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((value, at) => value === b[at])

type TakenShot = { bitmap: ImageBitmap; nir: ImageBitmap | null; offsetMs: number; sharpness: number; grey: Uint8Array }

/** The next picture that is none of those before: drivers and busy machines deliver one twice, which looks like a still. */
async function nextShot(
  source: FrameSource,
  before: readonly TakenShot[],
  startMs: number,
  litFromMs?: number,
): Promise<TakenShot> {
  const giveUpMs = performance.now() + SAME_PICTURE_MS
  for (;;) {
    const bitmap = await source.grab(litFromMs)
    const nir = (await source.grabNir?.()) ?? null
    const shot = { bitmap, nir, offsetMs: Math.round(performance.now() - startMs), ...measure(bitmap) }
    if (performance.now() >= giveUpMs || !before.some(({ grey }) => isEqual(grey, shot.grey))) return shot
    closeShot(shot)
  }
}

function closeShot({ bitmap, nir }: Pick<TakenShot, 'bitmap' | 'nir'>): void {
  bitmap.close()
  nir?.close()
}

const until = (timeMs: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, timeMs - performance.now())))

/** Takes the burst. Rejects with SourceStopped, the signal's reason, or what the flash throws; bitmaps and light never outlive it. */
export async function takeBurst(source: FrameSource, options: BurstOptions): Promise<Burst> {
  const capturedAtMs = Date.now()
  const shots: TakenShot[] = []
  try {
    const frames = options.flash
      ? await takeLit(source, options.flash, shots, options)
      : await takeSharpest(source, shots, options)
    const first = frames[0].offsetMs
    options.signal?.throwIfAborted()
    return {
      frames: frames.map((frame) => ({ ...frame, offsetMs: frame.offsetMs - first })),
      hand: options.hand,
      capturedAtMs,
    }
  } finally {
    for (const shot of shots) closeShot(shot)
  }
}

const frameOf = async (
  { bitmap, nir, offsetMs, sharpness }: TakenShot,
  screenColour: ScreenColour | null,
): Promise<CapturedFrame> => ({
  bytes: await encode(bitmap),
  type: 'image/jpeg',
  offsetMs,
  screenColour,
  ...(nir ? { nir: { bytes: await encode(nir), type: 'image/jpeg' as const } } : {}),
  sharpness,
})

/** Without a flash: SHOTS pictures, of which the `keep` sharpest go on. */
async function takeSharpest(
  source: FrameSource,
  shots: TakenShot[],
  { hand, keep, onPhase, signal }: BurstOptions,
): Promise<CapturedFrame[]> {
  const startMs = performance.now()
  for (let taken = 0; taken < SHOTS; taken += 1) {
    await until(startMs + taken * INTERVAL_MS)
    signal?.throwIfAborted()
    onPhase({ phase: 'burst', taken, of: SHOTS, hand })
    shots.push(await nextShot(source, shots, startMs))
  }
  const frames = await Promise.all(chooseShots(shots, keep).map((shot) => frameOf(shot, null)))
  onPhase({ phase: 'burst', taken: SHOTS, of: SHOTS, hand })
  return frames
}

/** With a flash: one picture a colour, each exposed while nothing but that colour was on the screen, and all of them go on. */
async function takeLit(
  source: FrameSource,
  flash: Flash,
  shots: TakenShot[],
  { hand, onPhase, signal }: BurstOptions,
): Promise<CapturedFrame[]> {
  const startMs = performance.now()
  const of = flash.colours.length
  const frames: Promise<CapturedFrame>[] = []
  try {
    for (const [taken, colour] of flash.colours.entries()) {
      signal?.throwIfAborted()
      onPhase({ phase: 'burst', taken, of, hand })
      const litFromMs = await flash.show(colour)
      source.light?.(colour)
      const shot = await nextShot(source, shots, startMs, litFromMs)
      shots.push(shot)
      // Encoded while the next colour comes up. Awaited below; a burst that is given up must not leave an unhandled rejection.
      const frame = frameOf(shot, colour)
      frame.catch(() => {})
      frames.push(frame)
    }
    onPhase({ phase: 'burst', taken: of, of, hand })
  } finally {
    source.light?.(null)
    flash.hide()
    await Promise.allSettled(frames)
  }
  return Promise.all(frames)
}

type BurstOptions = {
  hand: HandSide | null
  keep: number
  flash: Flash | null
  onPhase: (phase: HoverPhase) => void
  signal?: AbortSignal
}
