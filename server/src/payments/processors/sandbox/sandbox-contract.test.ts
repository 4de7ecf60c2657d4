import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'vitest'
import { createTestDatabase } from '../../../../test/test-database.ts'
import { systemClock } from '../../../clock.ts'
import type { ProcessorCapabilities } from '../processor.ts'
import type { CardKind, ProcessorBench, WebhookMessage } from '../processor-contract/bench.ts'
import { processorContract } from '../processor-contract.ts'
import { calm } from './chaos.ts'
import { EVENT_TYPES } from './events.ts'
import { SLOW_REFUND_MS } from './rules.ts'
import { openSandboxProcessor } from './sandbox.ts'
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
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

async function sandboxBench(capabilities: Partial<ProcessorCapabilities>): Promise<ProcessorBench> {
  const database = await createTestDatabase()
  const receiver = await openReceiver()
  const chaos = calm()
  const options = { databaseUrl: database.url, clock: systemClock, chaos, mode: 'sandbox', capabilities } as const
  const sandbox = await openSandboxProcessor(options)
  const deliveries = await sandbox.deliverTo(receiver.url, EVENT_TYPES)
  const secret = await sandbox.desk.webhookSecret()
  return {
    processor: sandbox,
    slowRefundMs: SLOW_REFUND_MS,
    merchantRef: sandbox.capabilities.cloneInstruments ? 'acct_bakery' : null,
    async saveCard(kind) {
      const { setupId, clientSecret } = await sandbox.createSetup({ setupId: randomUUID() })
      const card = { clientSecret, number: NUMBERS[kind], expiryMonth: 12, expiryYear: 2040, cvc: '123' }
      expect((await sandbox.confirmSetup(setupId, card)).kind).toBe('saved')
      const state = await sandbox.fetchSetup(setupId)
      if (state?.kind !== 'succeeded') throw new Error('the card was not saved')
      return state.token
    },
    moveMs: (byMs) => sandbox.desk.moveClock(byMs),
    loseReply(call) {
      chaos.loseReplies[call] = 1
    },
    cutOff(down) {
      chaos.down = down
    },
    async changeCard(token, change) {
      expect(await sandbox.desk.changeCard(token, change)).toBe(true)
    },
    openDispute: async (chargeRef) =>
      (await sandbox.desk.openDispute(chargeRef, { reason: 'fraudulent', answered: 'won' })).ref,
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

processorContract('sandbox', () => sandboxBench({}), { sequenceRuns: 100 })
/** The least an adapter may be able to do. */
processorContract(
  'sandbox, with no capability at all',
  () =>
    sandboxBench({
      increments: false,
      overCapture: false,
      partialCapture: false,
      cloneInstruments: false,
      webhooks: false,
      disputes: false,
      authorisationTtlMs: null,
    }),
  { sequenceRuns: 40 },
)
