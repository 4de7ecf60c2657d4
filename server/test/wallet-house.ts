import { randomUUID } from 'node:crypto'
import { movableClock } from '../src/clock.ts'
import { openDatabase } from '../src/database.ts'
import { migrate } from '../src/migrate.ts'
import { type CardProcessor, onlyProcessor } from '../src/wallet/ports.ts'
import { createWallet } from '../src/wallet/service.ts'
import { createTestDatabase } from './test-database.ts'

type Setup = Awaited<ReturnType<CardProcessor['fetchSetup']>>

/** A wallet over a database of its own, and a processor whose answers the test writes. `close` drops both. */
export async function openWalletHouse() {
  const setups = new Map<string, Setup>()
  const known = new Map<string, Awaited<ReturnType<CardProcessor['fetchInstrument']>>>()
  const forgotten: string[] = []
  const messages: Record<string, unknown>[] = []
  /** What goes wrong: the processor altogether, or one card that it can say nothing about. */
  const trouble = { down: false, unreadable: '' }
  const processor: CardProcessor = {
    name: 'pretend',
    async createSetup({ setupId }) {
      if (trouble.down) throw new Error('down')
      setups.set(setupId, { kind: 'open' })
      return { clientSecret: 'secret', confirmUrl: `/elsewhere/${setupId}`, form: { kind: 'sandbox' }, others: [] }
    },
    cancelSetup: async () => {},
    async fetchSetup(setupId) {
      if (trouble.down) throw new Error('down')
      return setups.get(setupId) ?? null
    },
    async fetchInstrument(token) {
      if (trouble.down || token === trouble.unreadable) throw new Error('down')
      return known.get(token) ?? null
    },
    async forgetInstrument(token) {
      forgotten.push(token)
    },
  }
  const database = await createTestDatabase()
  const handle = openDatabase(database.url)
  await migrate(handle.db)
  const clock = movableClock()
  const outbox = {
    enqueue: async (_tx: unknown, _topic: string, payload: Record<string, unknown>) => void messages.push(payload),
  }
  const processors = onlyProcessor(processor)
  const wallet = createWallet({ db: handle.db, clock, processors, outbox })
  return {
    wallet,
    db: handle.db,
    clock,
    processors,
    setups,
    known,
    forgotten,
    messages,
    trouble,
    /** A card that the processor saved. */
    card: (last4 = '4242') => ({
      token: `tok_${randomUUID()}`,
      brand: 'visa',
      last4,
      expiryMonth: 12 as number | null,
      expiryYear: 2040 as number | null,
    }),
    async close() {
      await handle.close()
      await database.drop()
    },
  }
}
