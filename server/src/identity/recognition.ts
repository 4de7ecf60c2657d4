import { Failure } from '../failure.ts'

/**
 * Runs work of the recogniser or the gallery. What a picture is guilty of keeps its code; everything else (a worker that died, a
 * gallery that cannot be searched, a defect) says nothing about the palm and becomes `recognition_unavailable`.
 */
export async function recognising<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof Failure ? error : new Failure('recognition_unavailable', {}, { cause: error })
  }
}
