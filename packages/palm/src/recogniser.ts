import { type AnalyseOptions, type Analysis, analyseBurst, type Frame } from './frames/analyse-burst.ts'
import { openFramePool } from './frames/frame-pool.ts'

/** Stages 1 to 6, spread over worker threads. Holds no palm longer than a call. */
export type Recogniser = {
  /** A burst of one hand → samples, or what to do better. Throws PictureError and RecogniserUnavailable. */
  analyse(frames: readonly Frame[], options: AnalyseOptions): Promise<Analysis>
  /** False once it can look at no picture any more. */
  alive(): boolean
  close(): Promise<void>
}

/** Opens the networks in every worker (about 70 MB each). Throws ModelMissingError: then nothing may start. */
export async function openRecogniser({ workers }: { workers: number }): Promise<Recogniser> {
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError('the recogniser needs at least one worker')
  const pool = await openFramePool(workers)
  return {
    analyse: (frames, options) => analyseBurst(pool, frames, options),
    alive: pool.alive,
    close: () => pool.close(),
  }
}
