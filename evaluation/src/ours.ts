import { MODEL, modelVersionOf } from '@paume/palm'
import type { Acquired } from './samples.ts'
import type { Matcher } from './similarities.ts'

/** The recogniser's own 1:1 similarity, one frame against one template. Probes are turned once for all their pairs. */
export function ours(acquired: readonly Acquired[]): Matcher {
  const { coder } = MODEL
  let probeOf = -1
  let probe: ReturnType<typeof coder.prepare> | null = null
  return {
    name: modelVersionOf(MODEL),
    similarity(a, b) {
      if (probe === null || probeOf !== a) {
        probe = coder.prepare(acquired[a].sample.field)
        probeOf = a
      }
      return coder.compare(probe, acquired[b].sample.code)
    },
  }
}
