import { type Charge, type ChargeOperation, ProcessorFailure } from './processors/processor.ts'

/** What came back from the processor, as far as we can know. */
export type Answer =
  | { kind: 'charge'; charge: Charge }
  /** The processor understood and will not. */
  | { kind: 'refused'; reason: string }
  /** Certainly nothing happened. */
  | { kind: 'not_performed' }
  /** It may have happened. Only the processor's books can tell. */
  | { kind: 'lost' }

/** What the processor said about an operation: it did it, is at it, or will not. */
export type Verdict = Extract<Answer, { kind: 'charge' | 'refused' }>

/** The operation of a verdict as the charge has it, by our key. */
export const doneAs = (verdict: Verdict, key: string): ChargeOperation | undefined =>
  verdict.kind === 'charge' ? verdict.charge.operations.find((operation) => operation.key === key) : undefined

/** Asks with a limit. Never throws: what is not known to be harmless counts as lost. */
export async function ask(call: () => Promise<Charge>, limitMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'lost' }), limitMs)
  })
  const answered = call().then(
    (charge): Answer => ({ kind: 'charge', charge }),
    (error: unknown): Answer => {
      if (!(error instanceof ProcessorFailure)) return { kind: 'lost' }
      if (error.kind === 'not_performed') return { kind: 'not_performed' }
      if (error.kind === 'refused' || error.kind === 'unsupported') return { kind: 'refused', reason: error.reason }
      return { kind: 'lost' }
    },
  )
  try {
    return await Promise.race([answered, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
