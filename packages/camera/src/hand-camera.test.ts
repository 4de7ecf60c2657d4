import { describe, expect, it } from 'vitest'
import { type FrameSource, type SourceDescription, type SourceStart, SourceStopped } from './frame-source.ts'
import { openHandCamera } from './hand-camera.ts'
import type { HandGuide } from './hand-camera-types.ts'
import type { HoverPhase, Observation } from './hover-types.ts'
import { faultOf } from './webcam.ts'

const DESCRIPTION: SourceDescription = { kind: 'webcam', label: 'A camera', widthPx: 1280, heightPx: 720 }
const NOBODY: Observation = { outcome: 'no_hand', hints: [], hand: null, place: null }

/** A source that counts its frames and may be unplugged. The guide below never looks into a frame. */
function sourceOf(start: SourceStart = { outcome: 'started', source: DESCRIPTION }) {
  const listeners = new Set<() => void>()
  const asked: unknown[] = []
  let running = true
  const source: FrameSource = {
    start: async () => start,
    grab: async () => {
      if (!running) throw new SourceStopped('unplugged')
      return {} as ImageBitmap
    },
    view: () => ({}) as HTMLVideoElement,
    prepare: (hand) => asked.push(hand),
    describe: () => (running ? DESCRIPTION : null),
    onLost: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: () => {
      running = false
    },
  }
  const unplug = () => {
    running = false
    for (const listener of [...listeners]) listener()
  }
  return { source, unplug, listeners, asked }
}

function guideOf(observe: () => Observation | Promise<Observation> = () => NOBODY) {
  let resets = 0
  const guide: HandGuide = {
    guidance: { mode: 'networks' },
    observe: async () => observe(),
    reset: () => {
      resets += 1
    },
    close: () => {},
  }
  return { guide, resets: () => resets }
}

async function ready(source: FrameSource, guide: HandGuide) {
  const opened = await openHandCamera(source, guide)
  if (opened.outcome !== 'ready') throw new Error('the camera did not open')
  return opened.camera
}

describe('a hand camera', () => {
  it('answers why there are no pictures, instead of throwing', async () => {
    const { source } = sourceOf({ outcome: 'failed', fault: 'denied', detail: 'no' })
    expect(await openHandCamera(source, guideOf().guide)).toEqual({ outcome: 'failed', fault: 'denied', detail: 'no' })
  })

  it('tells what it sees and forgets the hand before it', async () => {
    const { source, asked } = sourceOf()
    const { guide, resets } = guideOf()
    const camera = await ready(source, guide)
    const stop = new AbortController()
    const phases: HoverPhase[] = []
    const capture = camera.capture({
      hand: 'L',
      signal: stop.signal,
      onPhase: (phase) => {
        phases.push(phase)
        if (phases.length === 3) stop.abort(new Error('the person left'))
      },
    })
    await expect(capture).rejects.toThrow('the person left')
    expect(phases).toEqual(Array(3).fill({ phase: 'waiting', code: 'no_hand' }))
    expect(resets()).toBe(1)
    expect(asked).toEqual(['L'])
  })

  it('ends a capture when the camera goes away', async () => {
    const { source, unplug, listeners } = sourceOf()
    const camera = await ready(source, guideOf().guide)
    const capture = camera.capture({ hand: null, onPhase: () => {} })
    setTimeout(unplug, 30)
    await expect(capture).rejects.toThrow(SourceStopped)
    expect(listeners.size).toBe(0)
  })

  it('lets a second capture wait until the first has ended', async () => {
    const { source } = sourceOf()
    let looking = 0
    let together = 0
    const { guide, resets } = guideOf(async () => {
      looking += 1
      together = Math.max(together, looking)
      await new Promise((resolve) => setTimeout(resolve, 25))
      looking -= 1
      return NOBODY
    })
    const camera = await ready(source, guide)
    const first = new AbortController()
    const second = new AbortController()
    const one = camera.capture({ hand: 'L', signal: first.signal, onPhase: () => {} })
    setTimeout(() => first.abort(new Error('first over')), 10)
    const two = camera.capture({
      hand: 'R',
      signal: second.signal,
      onPhase: () => second.abort(new Error('second over')),
    })
    await expect(one).rejects.toThrow('first over')
    await expect(two).rejects.toThrow('second over')
    expect(together).toBe(1)
    expect(resets()).toBe(2)
  })

  it('keeps no fewer pictures than the server takes', async () => {
    const camera = await ready(sourceOf().source, guideOf().guide)
    await expect(camera.capture({ hand: null, keep: 2, onPhase: () => {} })).rejects.toThrow(RangeError)
  })
})

describe('the fault of a camera', () => {
  it('is read off the name of the error that browsers give', () => {
    const fault = (name: string) => faultOf(new DOMException('no', name))
    expect(['NotAllowedError', 'SecurityError'].map(fault)).toEqual(['denied', 'denied'])
    expect(['NotFoundError', 'OverconstrainedError'].map(fault)).toEqual(['missing', 'missing'])
    expect(['NotReadableError', 'AbortError'].map(fault)).toEqual(['busy', 'busy'])
    expect(fault('TypeError')).toBe('failed')
    expect(faultOf('what')).toBe('failed')
  })
})
