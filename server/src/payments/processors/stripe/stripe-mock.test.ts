import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { followUpOf, requestOf } from '../processor-contract/bench.ts'
import { MERCHANT, openStripeBench } from './stand-in/bench.ts'
import { EXTRACT, NEWER_THAN_DESCRIPTION } from './stand-in/parameters.ts'
import type { Sent } from './stand-in/server.ts'
import { STRIPE_API_VERSION } from './wire.ts'

/** Every kind of request the adapter sends, as it was sent to the stand-in. */
async function everyRequest(): Promise<Sent[]> {
  const page = await openStripeBench({
    forms: { readerRef: 'tmr_1', returnUrl: 'https://shop.test/', publishableKey: null },
  })
  const atReader = randomUUID()
  await page.processor.createSetup({ setupId: atReader })
  await page.processor.cancelSetup(atReader)
  page.standIn.books.readersOff.add('tmr_1')
  const setupId = randomUUID()
  await page.processor.createSetup({ setupId })
  await page.processor.fetchSetup(setupId)
  await page.processor.cancelSetup(setupId)
  const bench = await openStripeBench()
  const { processor } = bench
  const token = await bench.saveCard('approves')
  await processor.fetchInstrument(token)
  const reference = { paymentId: 'pay_1', tillReference: 'sale 1' }
  const held = await processor.authorise(requestOf(token, { initiator: 'merchant', reference }))
  await processor.increment(followUpOf(held, 100n))
  await processor.capture(followUpOf(held, 2440n))
  await processor.refund(followUpOf(held, 40n))
  const dispute = await bench.openDispute(held.ref)
  await processor.submitEvidence({
    key: randomUUID(),
    disputeRef: dispute,
    evidence: [{ heading: 'Receipt', text: 'x' }],
  })
  const other = await processor.authorise(requestOf(token, { merchantRef: `destination/${MERCHANT}` }))
  await processor.void(followUpOf(other, 2340n))
  await processor.cloneInstrument({ token, merchantRef: MERCHANT })
  bench.loseReply('authorise')
  const lost = requestOf(token)
  await processor.authorise(lost).catch(() => {})
  await processor.fetch({ key: lost.key })
  await processor.listSettlement({ from: new Date(0), to: new Date('2100-01-01') })
  await processor.forgetInstrument(token)
  const sent = [...page.standIn.sent, ...bench.standIn.sent]
  await page.close()
  await bench.close()
  return sent
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })

const installed = (() => {
  try {
    return execFileSync('stripe-mock', ['-version'], { stdio: 'pipe' }).toString().trim()
  } catch {
    return null
  }
})()

let sent: Sent[]
beforeAll(async () => {
  sent = await everyRequest()
})

describe('the requests of the adapter', () => {
  it('are all of the description, and every one that it names is sent but the two that only others send', () => {
    const operations = new Set(sent.map(({ operation }) => operation))
    const known = Object.keys(EXTRACT.requests)
    expect([...operations].filter((operation) => !known.includes(operation))).toEqual([])
    // A long list of refunds, and the account that an operator tests.
    expect(known.filter((operation) => !operations.has(operation)).sort()).toEqual([
      'GET /v1/account',
      'GET /v1/refunds',
    ])
    expect(EXTRACT.version).toMatch(/^2026-/)
  })
})

const title = `against ${installed ?? 'stripe-mock: NOT INSTALLED, so this check did not run (go install github.com/stripe/stripe-mock@latest)'}`
describe.skipIf(installed === null)(title, () => {
  let url: string
  let mock: ReturnType<typeof spawn>
  beforeAll(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    mock = spawn('stripe-mock', ['-http-addr', `127.0.0.1:${port}`], { stdio: 'ignore' })
    for (let tries = 0; tries < 100; tries++) {
      if (
        await fetch(url).then(
          () => true,
          () => false,
        )
      )
        return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('stripe-mock does not answer')
  })
  afterAll(() => mock?.kill())

  const replay = async ({ method, path, body }: Sent) => {
    const headers = {
      authorization: 'Bearer sk_test_123',
      'stripe-version': STRIPE_API_VERSION,
      'content-type': 'application/x-www-form-urlencoded',
    }
    const reply = await fetch(url + path, { method, headers, ...(method === 'POST' ? { body } : {}) })
    return { status: reply.status, body: await reply.text() }
  }

  /** Without the one parameter that the pinned version has and the description of stripe-mock has not. */
  const asDescribed = (request: Sent): Sent => {
    if (!NEWER_THAN_DESCRIPTION.includes(request.operation)) return request
    const form = new URLSearchParams(request.body)
    form.delete('allowed_payment_method_types[0]')
    return { ...request, body: form.toString() }
  }

  it('each is accepted', async () => {
    const refused: string[] = []
    for (const request of sent) {
      const { status, body } = await replay(asDescribed(request))
      if (status !== 200) refused.push(`${request.operation}: ${body}`)
    }
    expect(refused).toEqual([])
    expect(sent.length).toBeGreaterThan(30)
  })

  it('a wrong field is not', async () => {
    const intent = sent.find(({ operation }) => operation === 'POST /v1/payment_intents')!
    expect((await replay({ ...intent, body: `${intent.body}&amuont=1` })).status).toBe(400)
  })
})
