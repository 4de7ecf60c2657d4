/** The stages of a frame, in order; `search` and `decision` belong to the whole hover. */
export const STAGES = [
  'capture',
  'landmarks',
  'region',
  'quality',
  'liveness',
  'embedding',
  'protection',
  'gallery',
  'decision',
] as const
export type Stage = (typeof STAGES)[number]

/**
 * Notes what a run of the stages made on its way, and how long each stage took. Passed along explicitly; a stage never
 * reads it. `record` takes whatever explains a stage and costs nothing when nobody listens.
 */
export type Trace = {
  record(stage: Stage, name: string, value: unknown): void
  /** Runs one stage and notes its time; times of a stage that runs twice add up. */
  time<T>(stage: Stage, run: () => T): T
  readonly stageMs: Readonly<Partial<Record<Stage, number>>>
}

export type RecordedTrace = Trace & { readonly values: ReadonlyMap<string, unknown> }

/** Keeps times only. */
export function stopwatch(): Trace {
  return tracing(() => {})
}

/** Keeps everything, under `stage/name`. Holds pictures: only for explaining, never in a server. */
export function recorder(): RecordedTrace {
  const values = new Map<string, unknown>()
  const trace = tracing((stage, name, value) => values.set(`${stage}/${name}`, value))
  return { ...trace, values }
}

function tracing(record: Trace['record']): Trace {
  const stageMs: Partial<Record<Stage, number>> = {}
  const note = (stage: Stage, startedMs: number) => {
    stageMs[stage] = (stageMs[stage] ?? 0) + performance.now() - startedMs
  }
  return {
    record,
    stageMs,
    time<T>(stage: Stage, run: () => T): T {
      const startedMs = performance.now()
      const result = run()
      if (result instanceof Promise) return result.finally(() => note(stage, startedMs)) as T
      note(stage, startedMs)
      return result
    },
  }
}
