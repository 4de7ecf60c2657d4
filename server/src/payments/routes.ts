import { type Currency, ShopperPayments, TrialBalance } from '@paume/contract'
import type { App, Guards } from '../routing.ts'
import { registerEventRoute } from './events.ts'
import { registerSaleRoutes } from './sale-routes.ts'
import type { SaleService } from './sales.ts'
import type { PaymentService } from './service.ts'
import { registerTerminalRoutes } from './terminal-routes.ts'
import type { TillDesk } from './till-day.ts'
import { registerTillDeskRoutes } from './till-desk-routes.ts'
import { registerTillRoutes } from './till-routes.ts'

export function registerPaymentRoutes(
  app: App,
  { payments, sales, desk, guards }: { payments: PaymentService; sales: SaleService; desk: TillDesk; guards: Guards },
): void {
  registerTillRoutes(app, payments, guards)
  registerTerminalRoutes(app, payments, guards)
  registerEventRoute(app, payments, guards)
  registerSaleRoutes(app, { sales, guards })
  registerTillDeskRoutes(app, { desk, guards })
  registerBookRoutes(app, payments, guards)
}

function registerBookRoutes(app: App, payments: PaymentService, guards: Guards): void {
  app.get(
    '/v1/me/payments',
    {
      preValidation: guards.shopper,
      schema: { tags: ['shoppers'], summary: 'What was paid with this palm', response: { 200: ShopperPayments } },
    },
    async (request) => ({ payments: await payments.ofShopper(request.shopperId!) }),
  )
  app.get(
    '/v1/ledger',
    {
      preValidation: guards.operator,
      schema: { tags: ['operator'], summary: 'Trial balance; the sum is zero', response: { 200: TrialBalance } },
    },
    async () => {
      const { sumMinor, accounts } = await payments.trialBalance()
      const balances = accounts.map(({ currency, ...account }) => ({
        ...account,
        currency: currency as Currency,
        balanceMinor: Number(account.balanceMinor),
      }))
      return { sumMinor: Number(sumMinor), accounts: balances }
    },
  )
}
