import type { Clock } from './clock.ts'
import { registerDeskRoutes } from './counter/desk-routes.ts'
import { createParked } from './counter/parked.ts'
import { createReturns } from './counter/returns.ts'
import { registerCounterRoutes } from './counter/routes.ts'
import { type CounterService, createCounterService } from './counter/service.ts'
import { createTillDays } from './counter/till-days.ts'
import type { Db } from './database.ts'
import type { TillMoney } from './payments/till-money.ts'
import type { App, Guards } from './routing.ts'

export type CounterDesk = {
  counter: CounterService
  sweep(): Promise<unknown>
  registerRoutes(app: App, guards: Guards): void
}

/** Goods, returns, parked baskets and days of our own register. Part of the wiring. */
export function wireCounter(desk: { db: Db; clock: Clock; money: TillMoney }): CounterDesk {
  const returns = createReturns(desk)
  const counter = createCounterService({ db: desk.db, clock: desk.clock, returns })
  return {
    counter,
    sweep: returns.sweep,
    registerRoutes(app, guards) {
      registerCounterRoutes(app, { counter, guards })
      registerDeskRoutes(app, { returns, tillDays: createTillDays(desk), parked: createParked(desk), guards })
    },
  }
}
