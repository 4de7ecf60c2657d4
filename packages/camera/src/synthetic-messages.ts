import type { HandSide } from '@paume/contract'

/** One drawn picture of the sequence: the hand comes, then is held. `presentation` counts requests, so that late pictures are dropped. */
export type DrawnFrame = { presentation: number; phase: 'away' | 'coming' | 'holding'; picture: ImageBitmap }
export type DrawRequest = {
  presentation: number
  person: number
  hand: HandSide
  /** Seed of pose, light and small changes of the skin: another one each time the hand comes. */
  view: number
  widthPx: number
  heightPx: number
}
