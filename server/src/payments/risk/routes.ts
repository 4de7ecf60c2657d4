import { CurrencySchema, idSchema, Limits, LimitsSet } from '@paume/contract'
import Type from 'typebox'
import { type Db, withTransaction } from '../../database.ts'
import type { App, Guards } from '../../routing.ts'
import type { Audit } from '../ports.ts'
import { type LimitValues, readLimits, viewLimits, writeLimits } from './limits.ts'

const tags = ['operator']
const params = Type.Object({ id: idSchema('organisation'), currency: CurrencySchema })

export type LimitRoutes = {
  db: Db
  audit: Audit
  /** What holds where nothing was set. */
  defaults: (currency: string) => LimitValues
  guards: Guards
}

/** How much may be charged, and how often. */
export function registerLimitRoutes(app: App, { db, audit, defaults, guards }: LimitRoutes): void {
  const preValidation = guards.operator
  const current = async (id: string, currency: string) => {
    const set = await readLimits(db, id, currency)
    return viewLimits(id, currency, set ?? defaults(currency), set === null)
  }
  app.get(
    '/v1/organisations/:id/limits/:currency',
    {
      preValidation,
      schema: { tags, summary: 'What may be charged, and how often', params, response: { 200: Limits } },
    },
    async (request) => current(request.params.id, request.params.currency),
  )
  app.put(
    '/v1/organisations/:id/limits/:currency',
    {
      preValidation,
      schema: {
        tags,
        summary: 'Set the limits of an organisation',
        params,
        body: LimitsSet,
        response: { 200: Limits },
      },
    },
    async (request) => {
      const { id, currency } = request.params
      await withTransaction(db, async (tx) => {
        await writeLimits(tx, id, currency, request.body)
        await audit.append(tx, 'payment.limits_set', { organisationId: id, currency, ...request.body })
      })
      return current(id, currency)
    },
  )
}
