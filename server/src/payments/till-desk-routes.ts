import { Payment, ReceiptNumber, TillDay } from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../routing.ts'
import { callerOf } from './requests.ts'
import type { TillDesk } from './till-day.ts'

/** What a register asks at the desk, of its own shop only. */
export function registerTillDeskRoutes(app: App, { desk, guards }: { desk: TillDesk; guards: Guards }): void {
  const preValidation = guards.device('register')
  app.get(
    '/v1/till-day',
    {
      preValidation,
      schema: {
        tags: ['counter'],
        summary: "A day of this shop: taken, tips, given back, by tender, and the ledger's entries of it",
        querystring: Type.Object({ day: Type.Optional(Type.String({ format: 'date' })) }),
        response: { 200: TillDay },
      },
    },
    async (request) => desk.day(callerOf(request), request.query.day ?? null),
  )
  app.get(
    '/v1/receipts/:number',
    {
      preValidation,
      schema: {
        tags: ['counter'],
        summary: 'The payment of a receipt',
        params: Type.Object({ number: ReceiptNumber }),
        response: { 200: Payment },
      },
    },
    async (request) => desk.byReceipt(callerOf(request), Number(request.params.number)),
  )
}
