import { type Processor, ProcessorFailure, REFUSALS } from '../processor.ts'

/** The adapter as it is, and everything it threw that the port does not allow: another kind of error, or a reason that is not listed. */
export function watch(processor: Processor): { watched: Processor; strange: string[] } {
  const strange: string[] = []
  const look = (call: string, error: unknown) => {
    if (!(error instanceof ProcessorFailure)) strange.push(`${call} threw ${String(error)}`)
    else if (error.kind === 'refused' && !isListed(error.reason)) strange.push(`${call} refused: ${error.reason}`)
  }
  const watched = new Proxy(processor, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...parts: unknown[]) => {
        try {
          const reply: unknown = value.apply(target, parts)
          if (reply instanceof Promise) reply.catch((error: unknown) => look(String(name), error))
          return reply
        } catch (error) {
          strange.push(`${String(name)} threw before it returned a promise: ${String(error)}`)
          throw error
        }
      }
    },
  })
  return { watched, strange }
}

const isListed = (reason: string) =>
  (REFUSALS as readonly string[]).includes(reason) || /^charge_(declined|captured|voided|lapsed)$/.test(reason)
