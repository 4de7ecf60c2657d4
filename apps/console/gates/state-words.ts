import type { GateSessionState } from '@paume/contract'
import type { Tone } from '../parts/index.ts'

/** How loudly a state is shown. */
export const TONES: Record<GateSessionState, Tone> = {
  authorising: 'plain',
  refused: 'bad',
  inside: 'accent',
  left: 'warn',
  finalising: 'accent',
  settled: 'good',
  owing: 'bad',
  lapsed: 'warn',
}
/** "Inside" is a word of its own among the tiles. */
export const stateKey = (state: GateSessionState) => (state === 'inside' ? 'in_shop' : state)
