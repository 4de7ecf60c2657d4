import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestDatabase } from '../../test/test-database.ts'
import { movableClock } from '../clock.ts'
import type { DatabaseHandle } from '../database.ts'
import { type CardProcessor, onlyProcessor } from './ports.ts'
import { createSetups } from './setups.ts'

let handle: DatabaseHandle
const states = new Map<string, Awaited<ReturnType<CardProcessor['fetchSetup']>>>()
const wishes: unknown[] = []
/** Takes cards at a reader or on a phone, and nothing else. */
const processor: CardProcessor = {
  name: 'pretend',
  async createSetup({ setupId, form }) {
    wishes.push(form)
    states.set(setupId, { kind: 'open' })
    return { clientSecret: 'secret', confirmUrl: '/page', form: { kind: 'hosted_page' }, others: ['reader'] }
  },
  async cancelSetup(setupId) {
    if (states.get(setupId)?.kind === 'open') states.set(setupId, { kind: 'failed' })
  },
  fetchSetup: async (setupId) => states.get(setupId) ?? null,
  fetchInstrument: async () => null,
  forgetInstrument: async () => {},
}
beforeAll(async () => {
  handle = await openTestDatabase()
})
afterAll(() => handle.close())

const setupsOf = () =>
  createSetups({ db: handle.db, clock: movableClock(), processors: onlyProcessor(processor), forget: async () => {} })
const unknown = expect.objectContaining({ name: 'Failure', code: 'card_setup_unknown' })
const mine = { enrolmentId: 'enr_1' }
const another = { enrolmentId: 'enr_2' }

it('tells how it goes while a card is given elsewhere, and ends what nobody finishes', async () => {
  const setups = setupsOf()
  const { setupId, others } = await setups.begin(mine, null, { form: 'hosted_page' })
  expect([wishes.at(-1), others]).toEqual(['hosted_page', ['reader']])
  expect(await setups.progress(mine, setupId)).toEqual({ state: 'open' })
  await setups.cancel(mine, setupId)
  await setups.cancel(mine, setupId)
  expect(await setups.progress(mine, setupId)).toEqual({ state: 'failed' })
})

it('leaves a card alone that was kept, however late it is cancelled', async () => {
  const setups = setupsOf()
  const { setupId } = await setups.begin(mine, null)
  expect(wishes.at(-1)).toBeUndefined()
  const card = { token: 'tok_kept', brand: 'visa', last4: '4242', expiryMonth: 12, expiryYear: 2040 }
  states.set(setupId, { kind: 'succeeded', ...card })
  await setups.confirm(mine, setupId)
  await setups.cancel(mine, setupId)
  expect(await setups.progress(mine, setupId)).toEqual({ state: 'succeeded' })
})

it('knows no set-up of another registration', async () => {
  const setups = setupsOf()
  const { setupId } = await setups.begin(mine, null)
  await expect(setups.progress(another, setupId)).rejects.toEqual(unknown)
  await expect(setups.cancel(another, setupId)).rejects.toEqual(unknown)
  expect(states.get(setupId)).toEqual({ kind: 'open' })
})
