import type { HoverPhase } from '@paume/camera'
import type { TextKey } from '../language/tables.ts'

/** What is said at this moment of a hover. */
export function phaseLine(phase: HoverPhase): TextKey {
  switch (phase.phase) {
    case 'waiting':
    case 'hint':
      return `guidance.${phase.code}`
    case 'seen':
    case 'holding':
    case 'burst':
      return 'guidance.good'
  }
}

/** How it is said: waiting for a hand, something to change, or all well. */
export function toneOf(phase: HoverPhase): 'wait' | 'change' | 'good' {
  switch (phase.phase) {
    case 'waiting':
      return 'wait'
    case 'hint':
      return 'change'
    case 'seen':
    case 'holding':
    case 'burst':
      return 'good'
  }
}

export const NO_HAND: HoverPhase = { phase: 'waiting', code: 'no_hand' }

/** The same without saying what to change, where a shop wants none of that on its screen. */
export const quietly = (phase: HoverPhase, { hoverHints }: { hoverHints: boolean }): HoverPhase =>
  hoverHints || phase.phase !== 'hint' ? phase : NO_HAND
