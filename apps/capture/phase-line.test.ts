import type { HoverPhase } from '@paume/camera'
import { GUIDANCE_CODES } from '@paume/contract'
import { describe, expect, it } from 'vitest'
import { TABLES } from '../language/tables.ts'
import { allowedChoice, personOf } from './chosen-source.ts'
import { NO_HAND, phaseLine, toneOf } from './phase-line.ts'
import { conditionOf } from './use-hand-camera.ts'

describe('the line over the camera', () => {
  it('exists for every hint', () => {
    for (const code of GUIDANCE_CODES) {
      const phase: HoverPhase = { phase: 'hint', code, hints: [], hand: null, place: null }
      expect(TABLES.en[phaseLine(phase)]).toBeTruthy()
      expect(toneOf(phase)).toBe('change')
    }
    expect(toneOf(NO_HAND)).toBe('wait')
    expect(toneOf({ phase: 'holding', progress: 0.5, hand: 'L', place: null })).toBe('good')
  })
})

describe('the source of the pictures', () => {
  it('is never a drawn hand where money is real', () => {
    const device = { sandbox: false } as Parameters<typeof allowedChoice>[1]
    expect(allowedChoice('synthetic:7', device)).toBe('camera')
    expect(allowedChoice('synthetic:7', { ...device, sandbox: true })).toBe('synthetic:7')
    expect(personOf('synthetic:7')).toBe(7)
    expect(personOf('camera')).toBeNull()
  })

  it('is told to the operator', () => {
    expect(conditionOf({ at: 'failed', fault: 'denied' })).toBe('denied')
    expect(conditionOf({ at: 'failed', fault: 'missing' })).toBe('missing')
    expect(conditionOf({ at: 'starting' })).toBeNull()
  })
})
