import { NetworkFailure, PaumeError } from './errors.ts'

/** How often and how long a request that may be repeated is tried. Waits grow by 2 and are drawn evenly between half and all of it. */
export type RetryPolicy = { tries: number; firstWaitMs: number; longestWaitMs: number }
export const DEFAULT_RETRY: RetryPolicy = { tries: 5, firstWaitMs: 250, longestWaitMs: 4_000 }

/** Passing faults: no reply, a fault of the server, or "too many requests". */
export const isPassing = (error: unknown): boolean =>
  error instanceof NetworkFailure || (error instanceof PaumeError && (error.status >= 500 || error.status === 429))

/** Waits; rejects with the signal's reason when it is aborted meanwhile. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

/** Wait before try number `next` (1 is the first repetition), in ms. */
export const waitBefore = (next: number, policy: RetryPolicy): number =>
  Math.min(policy.longestWaitMs, policy.firstWaitMs * 2 ** (next - 1)) * (0.5 + Math.random() / 2)

/** Runs `attempt` again after passing faults. What is retried must be safe to repeat: a read, or a write with one and the same key. */
export async function withRetry<T>(attempt: () => Promise<T>, policy: RetryPolicy, signal?: AbortSignal): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!isPassing(error) || tried >= policy.tries || signal?.aborted) throw error
      await pause(waitBefore(tried, policy), signal)
    }
  }
}
