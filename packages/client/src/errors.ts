import type { ErrorCode, Problem } from '@paume/contract'

/** The server answered with a problem (RFC 9457). `code` is stable and made for programs; `title` is for people, in English. */
export class PaumeError extends Error {
  override readonly name = 'PaumeError'
  /** A newer server may send a code that this client does not know yet: treat it by `status` then. */
  readonly code: ErrorCode
  readonly title: string
  readonly status: number
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail ?? problem.title}`)
    this.code = problem.code as ErrorCode
    this.title = problem.title
    this.status = problem.status
    this.problem = problem
  }
}

export type NetworkFault = 'unreachable' | 'timed_out' | 'reply_broken'

/**
 * No answer of Paume came back: the network is down, the try took too long, or something between answered in its stead.
 * The request may or may not have been carried out; ask for the state before doing it again without the same key.
 */
export class NetworkFailure extends Error {
  override readonly name = 'NetworkFailure'
  readonly fault: NetworkFault
  /** HTTP status when something answered that is not Paume (a proxy's error page), else null. */
  readonly status: number | null

  constructor(fault: NetworkFault, message: string, status: number | null = null, cause?: unknown) {
    super(message, { cause })
    this.fault = fault
    this.status = status
  }
}

/** Where a device's key was to be kept, nothing can be kept (private window, disk full, file unreadable). */
export class KeyStoreUnavailable extends Error {
  override readonly name = 'KeyStoreUnavailable'
}

export const isPaumeError = (error: unknown, code?: ErrorCode): error is PaumeError =>
  error instanceof PaumeError && (code === undefined || error.code === code)
