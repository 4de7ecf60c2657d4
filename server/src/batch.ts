type Waiting<Asked, Answer> = { asked: Asked; resolve(answer: Answer): void; reject(error: unknown): void }

/**
 * Turns calls that come while one is under way into one call. Alone a call goes at once; in a crowd nobody waits for more than the call
 * before. `gatherMs`: with calls that are in no hurry, how long more of them are waited for, ms. `keyOf`: what must never stand in one call twice waits for the next. `run` answers in the order it was asked; when it throws,
 * everybody of that call hears it.
 */
export function batched<Asked, Answer>(
  run: (asked: Asked[]) => Promise<Answer[]>,
  { most, gatherMs, keyOf }: { most: number; gatherMs?: number; keyOf?: (asked: Asked) => string },
): (asked: Asked) => Promise<Answer> {
  let queue: Waiting<Asked, Answer>[] = []
  let running = false

  const takeNext = (): Waiting<Asked, Answer>[] => {
    const taken: Waiting<Asked, Answer>[] = []
    const left: Waiting<Asked, Answer>[] = []
    const keys = new Set<string>()
    for (const waiting of queue) {
      const key = keyOf?.(waiting.asked)
      const fits = taken.length < most && (key === undefined || !keys.has(key))
      if (fits && key !== undefined) keys.add(key)
      ;(fits ? taken : left).push(waiting)
    }
    queue = left
    return taken
  }

  const work = async () => {
    running = true
    // What the same turn of the event loop brings goes along.
    await (gatherMs === undefined ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, gatherMs)))
    while (queue.length > 0) {
      const taken = takeNext()
      try {
        const answers = await run(taken.map(({ asked }) => asked))
        if (answers.length !== taken.length) throw new Error('invariant broken: one answer for each that asked')
        taken.forEach(({ resolve }, index) => void resolve(answers[index]!))
      } catch (error) {
        for (const { reject } of taken) reject(error)
      }
    }
    running = false
  }

  return (asked) =>
    new Promise((resolve, reject) => {
      queue.push({ asked, resolve, reject })
      if (!running) void work()
    })
}
