import { Worker } from 'node:worker_threads'
import { PictureError } from '../1-capture/picture-error.ts'
import type { TurnedSquare } from '../2-landmarks/hand.ts'
import { type NirModel, nirModel } from '../6-embedding/nir-network.ts'
import { ModelMissingError } from '../networks/network.ts'
import type { FrameAnalysis, FrameOptions } from './frame.ts'
import type { FrameReply, FrameTask, WorkerOpened, WorkerSettings } from './frame-messages.ts'

/** The recogniser cannot work on a frame: a worker died or the pool is closed. Never a statement about the palm. */
export class RecogniserUnavailable extends Error {
  readonly code = 'recogniser_unavailable'
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RecogniserUnavailable'
  }
}

/** A burst's place in the line. */
export type Turn = number & { readonly __brand: 'Turn' }

export type FramePool = {
  /**
   * The next place in the line. All frames of an earlier turn go before any of a later one: of eight hands at once the first is
   * done early, instead of all of them late.
   */
  takeTurn(): Turn
  /**
   * Works on a frame as soon as a worker is free; `options` is asked only then, to know what others found meanwhile. `onFound` hears
   * where the hand is before the frame is done.
   */
  analyse(
    turn: Turn,
    bytes: Uint8Array,
    options: () => FrameOptions,
    onFound?: (square: TurnedSquare) => void,
  ): Promise<FrameAnalysis>
  /** False once no worker is left and none could be started: every call is refused from then on. */
  alive(): boolean
  close(): Promise<void>
}

type Job = {
  turn: Turn
  bytes: Uint8Array
  options: () => FrameOptions
  onFound?: (square: TurnedSquare) => void
  resolve: (analysis: FrameAnalysis) => void
  reject: (error: Error) => void
}
type Seat = { worker: Worker; job: Job | null }

/**
 * Starts the workers, each with its own networks from `modelFolder` (default: those of the package). Throws ModelMissingError when one
 * cannot load them.
 */
export async function openFramePool(
  workers: number,
  modelFolder?: string,
  nir: NirModel | null = nirModel(modelFolder),
): Promise<FramePool> {
  const queue: Job[] = []
  let closed = false
  let turns = 0

  const seats: Seat[] = []
  const feed = (seat: Seat) => {
    if (seat.job !== null) return
    const job = queue.shift()
    if (job === undefined) return
    seat.job = job
    const task: FrameTask = { bytes: job.bytes, options: job.options() }
    seat.worker.postMessage(task)
  }
  const hear = (seat: Seat, reply: FrameReply) => {
    if (reply.kind === 'found') return seat.job?.onFound?.(reply.square)
    const { job } = seat
    seat.job = null
    feed(seat)
    if (job) settle(job, reply)
  }
  const replace = async (seat: Seat, why: string) => {
    seats.splice(seats.indexOf(seat), 1)
    seat.job?.reject(new RecogniserUnavailable(`A frame worker stopped: ${why}`))
    seat.job = null
    if (closed) return
    try {
      await sit()
    } catch (cause) {
      if (seats.length > 0) return
      closed = true
      for (const job of queue.splice(0)) job.reject(new RecogniserUnavailable('No frame worker starts.', { cause }))
    }
  }
  const sit = async () => {
    const seat: Seat = { worker: await openWorker({ modelFolder, nir }), job: null }
    let fault = 'it ended'
    seat.worker.on('message', (reply: FrameReply) => hear(seat, reply))
    seat.worker.on('error', (error) => {
      fault = String(error)
    })
    seat.worker.on('exit', () => void replace(seat, fault))
    seats.push(seat)
    feed(seat)
  }

  const opened = await Promise.allSettled(Array.from({ length: workers }, sit))
  const close = async () => {
    closed = true
    for (const job of queue.splice(0)) job.reject(new RecogniserUnavailable('The recogniser is closed.'))
    await Promise.all([...seats].map(({ worker }) => worker.terminate()))
  }
  const failed = opened.find((result) => result.status === 'rejected')
  if (failed) {
    await close()
    throw failed.reason
  }
  return {
    alive: () => !closed,
    takeTurn: () => ++turns as Turn,
    analyse: (turn, bytes, options, onFound) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new RecogniserUnavailable('The recogniser is closed.'))
        const after = queue.findLastIndex((job) => job.turn <= turn)
        queue.splice(after + 1, 0, { turn, bytes, options, onFound, resolve, reject })
        for (const seat of seats) feed(seat)
      }),
    close,
  }
}

function settle(job: Job, reply: Exclude<FrameReply, { kind: 'found' }>): void {
  switch (reply.kind) {
    case 'analysis':
      job.resolve(reply.analysis)
      return
    case 'picture_error':
      job.reject(new PictureError(reply.code, reply.message))
      return
    case 'failure':
      job.reject(new RecogniserUnavailable(`A frame could not be worked on: ${reply.message}`))
  }
}

/** Resolves when the worker has loaded its networks. */
function openWorker(workerData: WorkerSettings): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./frame-worker.ts', import.meta.url), { workerData })
    const ended = () => reject(new RecogniserUnavailable('A frame worker ended before it was open.'))
    worker.once('error', reject)
    worker.once('exit', ended)
    worker.once('message', (opened: WorkerOpened) => {
      // By name: removing all listeners would take away those the worker itself lives on.
      worker.off('error', reject)
      worker.off('exit', ended)
      if (opened.kind === 'open') {
        resolve(worker)
        return
      }
      void worker.terminate()
      reject(new ModelMissingError(opened.model, opened.why))
    })
  })
}
