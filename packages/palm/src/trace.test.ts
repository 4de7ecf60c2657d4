import { expect, it } from 'vitest'
import { recorder, stopwatch } from './trace.ts'

it('keeps what a stage made, and its time', async () => {
  const trace = recorder()
  const doubled = trace.time('region', () => 21 * 2)
  const waited = await trace.time(
    'landmarks',
    () => new Promise<string>((resolve) => setTimeout(() => resolve('hand'), 20)),
  )
  trace.record('region', 'answer', doubled)
  expect([doubled, waited]).toEqual([42, 'hand'])
  expect(trace.values.get('region/answer')).toBe(42)
  expect(trace.stageMs.landmarks).toBeGreaterThan(15)
  expect(trace.stageMs.quality).toBeUndefined()
})

it('adds up the times of a stage that runs twice, also when it fails', async () => {
  const trace = stopwatch()
  await expect(trace.time('capture', () => Promise.reject(new Error('no picture')))).rejects.toThrow('no picture')
  const once = trace.stageMs.capture ?? -1
  trace.time('capture', () => undefined)
  expect(once).toBeGreaterThanOrEqual(0)
  expect(trace.stageMs.capture).toBeGreaterThanOrEqual(once)
})
