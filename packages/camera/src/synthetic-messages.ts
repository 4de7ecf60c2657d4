import type { HandSide, ScreenColour } from '@paume/contract'

/** One drawn picture of the sequence: the hand comes, then is held. `presentation` counts requests, so that late pictures are dropped. */
export type SequencePhase = 'away' | 'coming' | 'holding'
export type DrawnFrame =
  | { presentation: number; phase: SequencePhase; picture: ImageBitmap }
  /** The held hand under a colour of the screen; `light` counts requests. */
  | { presentation: number; phase: 'lit'; light: number; picture: ImageBitmap }
export type LightRequest = { kind: 'light'; presentation: number; light: number; colour: ScreenColour }
export type DrawRequest = {
  kind: 'present'
  presentation: number
  person: number
  hand: HandSide
  /** Seed of pose, light and small changes of the skin: another one each time the hand comes. */
  view: number
  widthPx: number
  heightPx: number
}
