import { afterEach, expect, it, vi } from 'vitest'
import type { FrameSource, SourceStart } from './frame-source.ts'
import { withNearInfrared } from './near-infrared.ts'

const DESCRIPTION = { kind: 'webcam', label: '', widthPx: 1280, heightPx: 720 } as const
const STARTED: SourceStart = { outcome: 'started', source: DESCRIPTION }

function sourceOf(name: string, start: () => Promise<SourceStart> = async () => STARTED) {
  const lost: (() => void)[] = []
  const log: string[] = []
  const source: FrameSource = {
    start: () => {
      log.push('start')
      return start()
    },
    grab: async () => name as unknown as ImageBitmap,
    view: () => name as unknown as HTMLVideoElement,
    describe: () => DESCRIPTION,
    onLost: (listener) => {
      lost.push(listener)
      return () => {}
    },
    stop: () => void log.push('stop'),
  }
  const unplug = () => {
    for (const listener of lost) listener()
  }
  return { source, log, unplug }
}
/** The bitmap of an element is its name. */
vi.stubGlobal('createImageBitmap', async (view: unknown) => view)
afterEach(() => vi.clearAllMocks())

const cameras = async () => [
  { deviceId: 'front', label: 'Integrated Camera' },
  { deviceId: 'veins', label: 'Integrated IR Camera' },
]

it('opens the sensor by its name, beside the camera, and closes both', async () => {
  const camera = sourceOf('camera')
  const sensor = sourceOf('sensor')
  const opened: string[] = []
  const open = (id: string) => {
    opened.push(id)
    return sensor.source
  }
  const both = withNearInfrared(camera.source, { open, list: cameras })
  expect(await both.grabNir!()).toBeNull()
  expect(await both.start()).toEqual(STARTED)
  expect(await both.start()).toEqual(STARTED)
  expect(opened).toEqual(['veins'])
  expect([await both.grab(), await both.grabNir!()]).toEqual(['camera', 'sensor'])
  both.stop()
  expect([camera.log.at(-1), sensor.log.at(-1)]).toEqual(['stop', 'stop'])
  expect(await both.grabNir!()).toBeNull()
})

it('takes the sensor that was chosen', async () => {
  const opened: string[] = []
  const open = (id: string) => {
    opened.push(id)
    return sourceOf('sensor').source
  }
  await withNearInfrared(sourceOf('camera').source, { deviceId: 'other', open, list: cameras }).start()
  expect(opened).toEqual(['other'])
})

it('works on without a sensor that is missing, does not start or goes away', async () => {
  const failing = async (): Promise<SourceStart> => ({ outcome: 'failed', fault: 'busy', detail: '' })
  const throwing = () => Promise.reject(new Error('driver'))
  const none = async () => [{ deviceId: 'front', label: 'First camera' }]
  for (const options of [
    { list: none, open: () => sourceOf('never').source },
    { list: cameras, open: () => sourceOf('sensor', failing).source },
    { list: cameras, open: () => sourceOf('sensor', throwing).source },
  ]) {
    const both = withNearInfrared(sourceOf('camera').source, options)
    expect(await both.start()).toEqual(STARTED)
    expect([await both.grab(), await both.grabNir!()]).toEqual(['camera', null])
  }
  const sensor = sourceOf('sensor')
  const both = withNearInfrared(sourceOf('camera').source, { list: cameras, open: () => sensor.source })
  await both.start()
  sensor.unplug()
  expect([await both.grab(), await both.grabNir!()]).toEqual(['camera', null])
})

it('does not keep the camera waiting for a sensor that takes its time, and lets it join in', async () => {
  const opening = Promise.withResolvers<SourceStart>()
  const sensor = sourceOf('sensor', () => opening.promise)
  const both = withNearInfrared(sourceOf('camera').source, { list: cameras, open: () => sensor.source, waitMs: 5 })
  expect(await both.start()).toEqual(STARTED)
  expect([await both.grab(), await both.grabNir!()]).toEqual(['camera', null])
  opening.resolve(STARTED)
  await vi.waitFor(async () => expect(await both.grabNir!()).toBe('sensor'))
})

it('does not keep a sensor that opens after everything was stopped', async () => {
  const opening = Promise.withResolvers<SourceStart>()
  const sensor = sourceOf('sensor', () => opening.promise)
  const both = withNearInfrared(sourceOf('camera').source, { list: cameras, open: () => sensor.source })
  const started = both.start()
  await vi.waitFor(() => expect(sensor.log).toEqual(['start']))
  both.stop()
  opening.resolve(STARTED)
  await started
  expect(sensor.log).toEqual(['start', 'stop'])
  expect(await both.grabNir!()).toBeNull()
})

it('a camera that does not start leaves the sensor alone', async () => {
  const failed: SourceStart = { outcome: 'failed', fault: 'denied', detail: '' }
  const sensor = sourceOf('sensor')
  const both = withNearInfrared(sourceOf('camera', async () => failed).source, {
    list: cameras,
    open: () => sensor.source,
  })
  expect(await both.start()).toEqual(failed)
  expect(sensor.log).toEqual([])
})
