import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../../../../test/test-database.ts'
import { movableClock } from '../../../clock.ts'
import { calm } from './chaos.ts'
import { openSandboxProcessor, type SandboxProcessor } from './sandbox.ts'

const chaos = calm()
let database: Awaited<ReturnType<typeof createTestDatabase>>
let sandbox: SandboxProcessor
beforeAll(async () => {
  database = await createTestDatabase()
  sandbox = await openSandboxProcessor({ databaseUrl: database.url, clock: movableClock(), chaos, mode: 'sandbox' })
})
afterAll(async () => {
  await sandbox.close()
  await database.drop()
})

const card = (clientSecret: string, number: string) => ({
  clientSecret,
  number,
  expiryMonth: 12,
  expiryYear: 2040,
  cvc: '123',
})

/** Everything the sandbox keeps, as text. */
async function everythingStored(): Promise<string> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const tables = ['setup', 'instrument', 'charge', 'operation']
  const rows: unknown[] = []
  for (const table of tables) rows.push((await client.query(`select * from sandbox_processor.${table}`)).rows)
  await client.end()
  return JSON.stringify(rows)
}

describe('the sandbox processor', () => {
  it('refuses to open in production', async () => {
    const options = { databaseUrl: database.url, clock: movableClock(), chaos, mode: 'production' as const }
    await expect(openSandboxProcessor(options)).rejects.toThrow('refuses to start in production')
  })

  it('stores no card number: neither a test number nor one it refused', async () => {
    const { setupId, clientSecret } = await sandbox.createSetup({ setupId: randomUUID() })
    expect(await sandbox.confirmSetup(setupId, card(clientSecret, '4111 1111 1111 1111'))).toEqual({ kind: 'not_test' })
    const saved = await sandbox.confirmSetup(setupId, card(clientSecret, '5555 5555 5555 4444'))
    expect(saved).toEqual({ kind: 'saved', brand: 'mastercard', last4: '4444' })
    const stored = await everythingStored()
    expect(stored).toContain('"last4":"4444"')
    for (const number of ['4111111111111111', '5555555555554444', '411111', '555555'])
      expect(stored).not.toContain(number)
  })

  it('takes one card a set-up, with its own secret only, and not for ever', async () => {
    const { setupId, clientSecret } = await sandbox.createSetup({ setupId: randomUUID() })
    expect(await sandbox.confirmSetup(setupId, card('guess', '4242424242424242'))).toEqual({ kind: 'unknown' })
    expect(await sandbox.confirmSetup('nowhere', card(clientSecret, '4242424242424242'))).toEqual({ kind: 'unknown' })
    expect(await sandbox.confirmSetup(setupId, card(clientSecret, '4000000000000127'))).toEqual({
      kind: 'refused',
      reason: 'card_cvc',
    })
    expect(await sandbox.fetchSetup(setupId)).toEqual({ kind: 'failed', reason: 'card_cvc' })
    const first = await sandbox.confirmSetup(setupId, card(clientSecret, '4242424242424242'))
    expect(await sandbox.confirmSetup(setupId, card(clientSecret, '5555555555554444'))).toEqual(first)

    const guessed = await sandbox.createSetup({ setupId: randomUUID() })
    for (let i = 0; i < 10; i++)
      await sandbox.confirmSetup(guessed.setupId, card(guessed.clientSecret, '4111111111111111'))
    const late = await sandbox.confirmSetup(guessed.setupId, card(guessed.clientSecret, '4242424242424242'))
    expect(late).toEqual({ kind: 'refused', reason: 'card_declined' })
  })

  it('loses replies, goes down and slows as its switches say, and keeps what it did', async () => {
    const { setupId, clientSecret } = await sandbox.createSetup({ setupId: randomUUID() })
    await sandbox.confirmSetup(setupId, card(clientSecret, '4242424242424242'))
    const state = await sandbox.fetchSetup(setupId)
    const token = state?.kind === 'succeeded' ? state.token : ''
    const asked = { token, amountMinor: 5n, currency: 'USD', initiator: 'shopper', capture: 'manual' } as const
    const lost = randomUUID()
    chaos.loseReplies.authorise = 1
    await expect(sandbox.authorise({ ...asked, key: lost })).rejects.toMatchObject({ kind: 'lost' })
    expect(await sandbox.fetch({ key: lost })).toMatchObject({ state: 'authorised' })
    const never = randomUUID()
    chaos.down = true
    await expect(sandbox.authorise({ ...asked, key: never })).rejects.toMatchObject({ kind: 'not_performed' })
    chaos.down = false
    expect(await sandbox.fetch({ key: never })).toBeNull()
    chaos.slowBeforeMs = 60
    const beganMs = performance.now()
    await sandbox.fetch({ key: never })
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(55)
    chaos.slowBeforeMs = 0
  })
})
