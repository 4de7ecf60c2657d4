import { ProcessorFailure } from '../processor.ts'

export const PROCESSOR_CALLS = [
  'createSetup',
  'cancelSetup',
  'fetchSetup',
  'forgetInstrument',
  'fetchInstrument',
  'cloneInstrument',
  'authorise',
  'increment',
  'capture',
  'void',
  'refund',
  'fetch',
  'fetchDispute',
  'submitEvidence',
  'listSettlement',
] as const
export type ProcessorCall = (typeof PROCESSOR_CALLS)[number]

/** What goes wrong with messages of the processor on their way to us. */
export type WebhookChaos = {
  /** Every message is sent twice. */
  twice: boolean
  /** What happened last is told first. */
  shuffled: boolean
  /** ms a message waits after it has happened. */
  delayMs: number
  /** How many of the next messages never arrive. */
  lose: number
}

/**
 * What goes wrong with an outside processor, at the turn of a switch. Lives in memory of the node that calls: it is the network
 * between the two that fails, not the processor's books.
 */
export type Chaos = {
  /** Nothing gets through: every call fails and nothing is performed. */
  down: boolean
  /** ms each call waits before it reaches the processor. */
  slowBeforeMs: number
  /** ms each call waits after the processor has acted. */
  slowAfterMs: number
  /** How many of the next calls of a kind are performed but their replies lost. */
  loseReplies: Partial<Record<ProcessorCall, number>>
  webhooks: WebhookChaos
}

export const calm = (): Chaos => ({
  down: false,
  slowBeforeMs: 0,
  slowAfterMs: 0,
  loseReplies: {},
  webhooks: { twice: false, shuffled: false, delayMs: 0, lose: 0 },
})

const pause = (ms: number) => (ms > 0 ? new Promise<void>((resolve) => setTimeout(resolve, ms)) : Promise.resolve())

/** Runs one call over a network that behaves as the switches say. */
export async function throughChaos<T>(chaos: Chaos, call: ProcessorCall, perform: () => Promise<T>): Promise<T> {
  await pause(chaos.slowBeforeMs)
  if (chaos.down) throw new ProcessorFailure('not_performed', 'down')
  const reply = await perform()
  await pause(chaos.slowAfterMs)
  const toLose = chaos.loseReplies[call] ?? 0
  if (toLose > 0) {
    chaos.loseReplies[call] = toLose - 1
    throw new ProcessorFailure('lost', 'reply_lost')
  }
  return reply
}
