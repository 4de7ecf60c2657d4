import type { FrameToSeal } from '@paume/camera/seal'
import type { FrameType } from '@paume/contract'

/** Where an agent gets pictures from. */
export type FrameSource = {
  /** What a heartbeat says of it. */
  readonly camera: 'ready' | 'synthetic'
  /** So many pictures of one hand, as they come. Throws FramesUnavailable. */
  burst(count: number, signal: AbortSignal): Promise<FrameToSeal[]>
}

/** No pictures can be had; `message` says what to do about it. */
export class FramesUnavailable extends Error {
  override readonly name = 'FramesUnavailable'
}

/** Time between two pictures that come from files, ms: as a camera at 8 a second. */
export const FILE_INTERVAL_MS = 125

/** What a picture is by its first bytes; null: none that the server reads. */
export function frameTypeOf(bytes: Uint8Array): FrameType | null {
  const starts = (...head: number[]) => head.every((byte, at) => bytes[at] === byte)
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (starts(0x89, 0x50, 0x4e, 0x47)) return 'image/png'
  if (starts(0x52, 0x49, 0x46, 0x46) && Buffer.from(bytes.subarray(8, 12)).toString() === 'WEBP') return 'image/webp'
  return null
}

/**
 * Frames as the seal takes them. `screenColour` is null: an agent has no screen that lights a hand, and says so; whether that is enough
 * is for the shop's policy to decide.
 */
export const toFrames = (pictures: readonly { bytes: Uint8Array; atMs: number }[]): FrameToSeal[] =>
  pictures.map(({ bytes, atMs }) => {
    const type = frameTypeOf(bytes)
    if (type === null) throw new FramesUnavailable('A picture is neither JPEG, PNG nor WebP.')
    return { bytes, type, offsetMs: atMs - pictures[0]!.atMs, screenColour: null }
  })
