import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Device, TerminalPayment, WebhookEndpointIssued } from '@paume/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHouse, type TestHouse } from './harness.ts'
import { present, recognise, shopperWithCard } from './sale.ts'
import { post, send, type TestDevice } from './test-device.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const ORGANISATION = 'org_01KAPAVME0000000000000DEMQ'
const folder = mkdtempSync(join(tmpdir(), 'paume-examples-'))
const running: ReturnType<typeof spawn>[] = []
let house: TestHouse
let terminal: TestDevice
beforeAll(async () => {
  house = await startHouse({ env: { PAUME_WEBHOOK_LOOPBACK: '1' } })
  terminal = await house.pair('terminal')
})
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await house.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs an example to its end or until it is killed; `text()` is what it has said so far. */
function example(command: string[], env: Record<string, string> = {}) {
  const child = spawn(command[0]!, command.slice(1), { cwd: ROOT, env: { ...process.env, ...env } })
  running.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += String(part)))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { text: () => said, ended }
}
async function registerBeside(terminalId: string): Promise<{ id: string; code: string }> {
  const { body } = await send<{ devices: Device[] }>(`${house.url}/v1/sandbox/devices`)
  const { id } = body.devices.find((device) => device.terminalId === terminalId)!
  return { id, code: (await post(`${house.url}/v1/sandbox/devices/${id}/pairing-code`, {})).body.pairingCode }
}
/** Before the terminal: waits for the amount, then the shopper's hand is recognised. */
async function shopperPays(card?: string) {
  const shopper = await shopperWithCard(house, card)
  for (;;) {
    const { body } = await terminal.call<TerminalPayment>('GET', `/v1/terminals/${terminal.id}/payment?wait=10`)
    if (body.payment === null) continue
    await present(terminal, body.payment.id)
    return recognise(house, body.payment.id, shopper)
  }
}

it('the till in twenty lines pairs once, charges, and prints the receipt', async () => {
  const { code } = await registerBeside(terminal.id)
  const command = [process.execPath, 'examples/till.ts', house.url, code, '2340']
  const env = { TILL_KEYS: join(folder, 'till') }
  const first = example(command, env)
  const paid = await shopperPays()
  expect(await first.ended).toBe(0)
  expect(paid).toMatchObject({ state: 'approved', capturedMinor: 2340 })
  expect(first.text()).toMatch(/^created\n(presented\n)?/)
  expect(first.text()).toMatch(/approved\n[\s\S]*23\.40/)
  const second = example(command, env)
  await shopperPays('4000000000009995')
  expect(await second.ended).toBe(0)
  expect(second.text()).toContain('not paid: insufficient_funds')
})

it('the same with curl, signed by the script beside it', async () => {
  const { code } = await registerBeside(terminal.id)
  const till = example(['sh', 'examples/curl/till.sh', house.url, code, '1250'], { TILL_KEYS: join(folder, 'curl') })
  const paid = await shopperPays()
  expect(await till.ended).toBe(0)
  expect(paid).toMatchObject({ state: 'approved', capturedMinor: 1250 })
  expect(till.text()).toMatch(/approved\n[\s\S]*12\.50/)
})

it('with curl alone by a nexo message', async () => {
  const { id } = await registerBeside(terminal.id)
  const { body } = await post(`${house.url}/v1/nexo-keys`, { registerId: id }, house.operator)
  const till = example(['sh', 'examples/curl/nexo-till.sh', house.url, body.apiKey, terminal.id, 'USD', '9.75'])
  expect(await shopperPays()).toMatchObject({ state: 'approved', capturedMinor: 975 })
  expect(await till.ended).toBe(0)
  const { PaymentResponse } = JSON.parse(till.text()).SaleToPOIResponse
  expect(PaymentResponse.Response.Result).toBe('Success')
})

it('the receiver takes what we sign, once, and refuses what others do', async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  const wish = { organisationId: ORGANISATION, url }
  const made = await post<WebhookEndpointIssued>(`${house.url}/v1/webhooks/endpoints`, wish, house.operator)
  const command = [process.execPath, 'examples/webhook-receiver.ts', String(port)]
  const receiver = example(command, { WEBHOOK_SECRET: made.body.secret })
  await expect.poll(receiver.text, { timeout: 20_000 }).toContain('listening')
  const { code } = await registerBeside(terminal.id)
  const env = { TILL_KEYS: join(folder, 'third') }
  const till = example([process.execPath, 'examples/till.ts', house.url, code, '500'], env)
  const { id } = await shopperPays()
  await till.ended
  await expect.poll(receiver.text, { timeout: 20_000 }).toContain('payment.approved')
  expect(receiver.text()).toContain(id)
  const { body } = await send(`${house.url}/v1/webhooks/events?type=payment.approved`, { headers: house.operator })
  const again = { eventId: body.events[0].id }
  await post(`${house.url}/v1/webhooks/endpoints/${made.body.endpoint.id}/replay`, again, house.operator)
  await expect
    .poll(async () => {
      const path = `/v1/webhooks/deliveries?event=${again.eventId}`
      const { deliveries } = (await send(`${house.url}${path}`, { headers: house.operator })).body
      const detail = await send(`${house.url}/v1/webhooks/deliveries/${deliveries[0].id}`, { headers: house.operator })
      return detail.body.attempts.length
    })
    .toBe(2)
  expect(receiver.text().match(/payment\.approved \{/g)).toHaveLength(1)
  const forged = await fetch(url, { method: 'POST', body: '{}', headers: { 'webhook-id': 'evt_1' } })
  expect(forged.status).toBe(401)
})

it('the guide shows the examples as they are, and they are as short as it says', () => {
  const guide = readFileSync(join(ROOT, 'docs/guide/integrating-a-till.md'), 'utf8')
  for (const [file, most] of [
    ['till.ts', 20],
    ['webhook-receiver.ts', 17],
  ] as const) {
    const text = readFileSync(join(ROOT, 'examples', file), 'utf8').trimEnd()
    expect(guide).toContain(`\`\`\`ts\n${text}\n\`\`\``)
    const code = text.split('\n').filter((line) => line !== '' && !line.startsWith('//'))
    expect(code.length).toBeLessThanOrEqual(most)
  }
})

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
