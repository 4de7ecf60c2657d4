import type { PaymentParts } from '../src/payments/parts.ts'
import type { Processor } from '../src/payments/processors/processor.ts'
import { createPaymentService } from '../src/payments/service.ts'
import type { PaymentHouse } from './payment-house.ts'

/** Calls that move money. A node dies at one of them. */
export const MONEY_CALLS = ['authorise', 'increment', 'capture', 'void', 'refund'] as const
export type MoneyCall = (typeof MONEY_CALLS)[number]

/** A node of the house that can die in the middle of a call: from then on it reaches neither processor nor database. */
export function mortalNode(house: PaymentHouse) {
  const state = { deadly: null as null | 'before' | 'after', at: null as MoneyCall | null, dead: false }
  const kill = () => {
    state.dead = true
    throw new Error('the node died')
  }
  const mortal = (call: MoneyCall) => async (request: never) => {
    const deadly = state.at === call ? state.deadly : null
    if (state.dead || deadly === 'before') kill()
    const reply = await house.sandbox[call](request)
    if (deadly === 'after') kill()
    return reply
  }
  const sandbox = { ...house.sandbox } as Processor
  for (const call of MONEY_CALLS) sandbox[call] = mortal(call)
  const db = new Proxy(house.parts.db, {
    get(target, name) {
      if (state.dead) kill()
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const parts: PaymentParts = { ...house.parts, db, processors: { sandbox } }
  return { state, payments: createPaymentService(parts) }
}
