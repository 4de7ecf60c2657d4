import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTestDatabase } from '../../../../test/test-database.ts'
import { movableClock } from '../../../clock.ts'
import type { ProcessorCapabilities } from '../processor.ts'
import type { CardKind, ProcessorBench, WebhookMessage } from '../processor-contract/bench.ts'
import { type Chaos, calm } from './chaos.ts'
import type { Deliveries } from './deliveries.ts'
import { EVENT_TYPES } from './events.ts'
import { SLOW_REFUND_MS } from './rules.ts'
import { openSandboxProcessor, type SandboxProcessor } from './sandbox.ts'
import { sign } from './signature.ts'

const NUMBERS: Record<CardKind, string> = {
  approves: '4242424242424242',
  declines: '4000000000009995',
  slow_refund: '4000000000007726',
  failing_refund: '4000000000005126',
  declines_increments: '6011111111111117',
}

/** Takes what is posted to it, as our own address would. */
async function openReceiver() {
  const received: WebhookMessage[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    received.push({ headers: request.headers as Record<string, string>, rawBody: Buffer.concat(parts) })
    response.statusCode = receiver.answer
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    /** The status it answers with. */
    answer: 200,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
  return receiver
}

export type SandboxBench = ProcessorBench & {
  processor: SandboxProcessor
  databaseUrl: string
  clock: ReturnType<typeof movableClock>
  chaos: Chaos
  deliveries: Deliveries
  receiver: Awaited<ReturnType<typeof openReceiver>>
  /** Saves a card by its number and answers its token. */
  saveNumber(number: string): Promise<string>
}

/** A sandbox on a database of its own that tells a small server of everything that happens. */
export async function sandboxBench(capabilities: Partial<ProcessorCapabilities> = {}): Promise<SandboxBench> {
  const database = await createTestDatabase()
  const receiver = await openReceiver()
  const chaos = calm()
  const clock = movableClock()
  const options = { databaseUrl: database.url, clock, chaos, mode: 'sandbox', capabilities } as const
  const sandbox = await openSandboxProcessor(options)
  const deliveries = await sandbox.deliverTo(receiver.url, EVENT_TYPES)
  const secret = await sandbox.desk.webhookSecret()
  const saveNumber = async (number: string) => {
    const { setupId, clientSecret } = await sandbox.createSetup({ setupId: randomUUID() })
    const card = { clientSecret, number, expiryMonth: 12, expiryYear: 2040, cvc: '123' }
    const saved = await sandbox.confirmSetup(setupId, card)
    if (saved.kind !== 'saved') throw new Error(`the card was not saved: ${saved.kind}`)
    const state = await sandbox.fetchSetup(setupId)
    if (state?.kind !== 'succeeded') throw new Error('the card was not saved')
    return state.token
  }
  return {
    processor: sandbox,
    databaseUrl: database.url,
    clock,
    chaos,
    deliveries,
    receiver,
    saveNumber,
    slowRefundMs: SLOW_REFUND_MS,
    merchantRef: sandbox.capabilities.cloneInstruments ? 'acct_bakery' : null,
    saveCard: (kind) => saveNumber(NUMBERS[kind]),
    moveMs: (byMs) => sandbox.desk.moveClock(byMs),
    loseReply(call) {
      chaos.loseReplies[call] = 1
    },
    cutOff(down) {
      chaos.down = down
    },
    async changeCard(token, change) {
      if (!(await sandbox.desk.changeCard(token, change))) throw new Error('no such card')
    },
    openDispute: async (chargeRef) =>
      (await sandbox.desk.openDispute(chargeRef, { reason: 'fraudulent', answered: 'won' })).ref,
    openInquiry: null,
    endInquiry: () => Promise.reject(new Error('the sandbox knows no inquiries')),
    async decideDispute(ref, outcome) {
      await sandbox.desk.decideDispute(ref, outcome)
    },
    async takeMessages() {
      await deliveries.runOnce()
      return receiver.received.splice(0)
    },
    signMessage: (rawBody, sentAt) => ({ headers: sign(secret, rawBody, sentAt), rawBody }),
    strangeMessage: () => {
      const body = { id: `sbx_ev_${randomUUID()}`, type: 'weather.changed', object: { kind: 'weather' } }
      return Buffer.from(JSON.stringify({ ...body, created: new Date().toISOString() }))
    },
    async close() {
      await sandbox.close()
      await receiver.close()
      await database.drop()
    },
  }
}
