import type { GuidanceFiles } from './hand-camera-types.ts'
import type { Observation } from './hover-types.ts'

/** What the page and the guide's worker say to each other: one `look` at a time, each answered by `seen` or `failed`. */
export type ToGuide = { say: 'open'; files: GuidanceFiles } | { say: 'look'; frame: ImageBitmap } | { say: 'reset' }
export type FromGuide =
  | { say: 'opened' }
  | { say: 'seen'; seen: Observation }
  | { say: 'failed'; at: 'open' | 'look'; reason: string }
