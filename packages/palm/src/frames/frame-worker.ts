import { parentPort, workerData } from 'node:worker_threads'
import { PictureError } from '../1-capture/picture-error.ts'
import type { TurnedSquare } from '../2-landmarks/hand.ts'
import { ModelMissingError } from '../networks/network.ts'
import { stopwatch } from '../trace.ts'
import { analyseFrame } from './analyse-frame.ts'
import { openFrameExperts } from './experts.ts'
import type { FrameReply, FrameTask, WorkerOpened, WorkerSettings } from './frame-messages.ts'

const port = parentPort
if (port === null) throw new Error('frame-worker.ts runs as a worker thread only')

const say = (message: WorkerOpened | FrameReply) => port.postMessage(message)

try {
  const { modelFolder, nir } = workerData as WorkerSettings
  const experts = await openFrameExperts(modelFolder, nir)
  port.on('message', (task: FrameTask) => {
    const onFound = (square: TurnedSquare) => say({ kind: 'found', square })
    analyseFrame(experts, task.bytes, task.options, stopwatch(), onFound).then(
      (analysis) => say({ kind: 'analysis', analysis }),
      (error) =>
        say(
          error instanceof PictureError
            ? { kind: 'picture_error', code: error.code, message: error.message }
            : { kind: 'failure', message: error instanceof Error ? (error.stack ?? '') : String(error) },
        ),
    )
  })
  say({ kind: 'open' })
} catch (error) {
  if (!(error instanceof ModelMissingError)) throw error
  say({ kind: 'model_missing', model: error.model, why: error.why })
}
