import { ERRORS, type ErrorCode, type Problem } from '@paume/contract'

/** What a failure may tell beside its code. Never a similarity, a name or a number of somebody else. */
export type FailureExtras = Pick<Problem, 'detail' | 'serverTimeMs' | 'problems'>

/**
 * A boundary failure: the request cannot be answered as asked. `code` is stable and of the contract's `ERRORS`; the HTTP status
 * of each code stands in `http/problem.ts` only. The message is the sentence a person reads.
 */
export class Failure extends Error {
  readonly code: ErrorCode
  readonly extras: FailureExtras
  constructor(code: ErrorCode, extras: FailureExtras = {}, options?: ErrorOptions) {
    super(ERRORS[code], options)
    this.name = 'Failure'
    this.code = code
    this.extras = extras
  }
}

/** Stops when something that must hold does not: a defect of ours, answered as `internal`. */
export function invariant(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(`invariant broken: ${what}`)
}
