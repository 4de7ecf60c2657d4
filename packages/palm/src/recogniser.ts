import type { NirModel } from './6-embedding/nir-network.ts'
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

export type RecogniserOptions = {
  /** Threads that look at frames, one frame each; more of them than processors make nothing faster. */
  workers: number
  /** Where the networks lie that `models.json` lists; default: in this package. */
  modelFolder?: string
  /** The near-infrared head; null: none, pictures of near infrared are not looked at. Default: the one `models.json` lists, if any. */
  nir?: NirModel | null
}

/** Opens the networks in every worker. Throws ModelMissingError: then nothing may start. */
export async function openRecogniser({ workers, modelFolder, nir }: RecogniserOptions): Promise<Recogniser> {
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError('the recogniser needs at least one worker')
  const pool = await openFramePool(workers, modelFolder, nir)
  return {
    analyse: (frames, options) => analyseBurst(pool, frames, options),
    alive: pool.alive,
    close: () => pool.close(),
  }
}
