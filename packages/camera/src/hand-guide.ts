import { greyOfRgba } from './grey.ts'
import type { FromGuide, ToGuide } from './guide-messages.ts'
import type { GuidanceFiles, HandGuide } from './hand-camera-types.ts'
import { MOTION_HEIGHT_PX, MOTION_START, MOTION_WIDTH_PX, type MotionState, observeMotion } from './motion-guide.ts'

/** Loading runtime and networks (6 MB, cached by the browser) may take this long before the page goes on without them. */
const OPEN_DEADLINE_MS = 25_000
/** One look; an old phone takes half a second. */
const LOOK_DEADLINE_MS = 5_000

/** Asks the worker one thing and waits for the answer; a worker that dies or stays silent is an error. */
function ask(worker: Worker, message: ToGuide, transfer: Transferable[], deadlineMs: number): Promise<FromGuide> {
  return new Promise((resolve, reject) => {
    const done = (finish: () => void) => {
      clearTimeout(timer)
      worker.removeEventListener('message', onMessage)
      worker.removeEventListener('error', onError)
      finish()
    }
    const onMessage = ({ data }: MessageEvent<FromGuide>) =>
      done(() => (data.say === 'failed' ? reject(new Error(data.reason)) : resolve(data)))
    const onError = (event: ErrorEvent) => done(() => reject(new Error(event.message || 'the worker did not load')))
    const timer = setTimeout(() => done(() => reject(new Error('the worker stays silent'))), deadlineMs)
    worker.addEventListener('message', onMessage)
    worker.addEventListener('error', onError)
    worker.postMessage(message, transfer)
  })
}

function motionGuide(reason: string): HandGuide {
  let state: MotionState = MOTION_START
  const canvas = new OffscreenCanvas(MOTION_WIDTH_PX, MOTION_HEIGHT_PX)
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true })!
  return {
    guidance: { mode: 'motion', reason },
    async observe(frame) {
      context.drawImage(frame, 0, 0, MOTION_WIDTH_PX, MOTION_HEIGHT_PX)
      frame.close()
      const grey = greyOfRgba(context.getImageData(0, 0, MOTION_WIDTH_PX, MOTION_HEIGHT_PX).data)
      const step = observeMotion(state, grey, performance.now())
      state = step.state
      return step.seen
    },
    reset() {
      state = MOTION_START
    },
    close: () => {},
  }
}

/**
 * Loads the guide in a worker, once a page. Never rejects: where the networks do not load (old device, blocked files) it answers the
 * motion guide and says why in `guidance`.
 */
export async function openHandGuide(files: GuidanceFiles): Promise<HandGuide> {
  let worker: Worker
  try {
    // A classic worker, because LiteRT loads its runtime with importScripts, which module workers refuse.
    worker = new Worker(new URL('./guide-worker.ts', import.meta.url), { name: 'paume-guide' })
  } catch (error) {
    return motionGuide(String(error))
  }
  const absolute = (address: string) => new URL(address, location.href).href
  const { palmDetector, handLandmarks } = files.modelUrls
  const urls: GuidanceFiles = {
    wasmUrl: absolute(files.wasmUrl),
    modelUrls: { palmDetector: absolute(palmDetector), handLandmarks: absolute(handLandmarks) },
  }
  try {
    await ask(worker, { say: 'open', files: urls }, [], OPEN_DEADLINE_MS)
  } catch (error) {
    worker.terminate()
    return motionGuide(String(error))
  }
  return {
    guidance: { mode: 'networks' },
    async observe(frame) {
      const reply = await ask(worker, { say: 'look', frame }, [frame], LOOK_DEADLINE_MS)
      if (reply.say !== 'seen') throw new Error(`the guide answered "${reply.say}" to a look`)
      return reply.seen
    },
    reset: () => worker.postMessage({ say: 'reset' } satisfies ToGuide),
    close: () => worker.terminate(),
  }
}
