import { CurrencySchema, idSchema, Limits, LimitsSet } from '@paume/contract'
import Type from 'typebox'
import { type Db, withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import type { App, Guards, SpendApproval, Staff } from '../../routing.ts'
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
  /** Limits take two people. */
  spendApproval: SpendApproval
}

/** How much may be charged, and how often. */
export function registerLimitRoutes(app: App, { db, audit, defaults, guards, spendApproval }: LimitRoutes): void {
  const preValidation = guards.staff('limits.write')
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
    async (request) => {
      await requireOwn({ db, audit }, request.staff!, request.params.id)
      return current(request.params.id, request.params.currency)
    },
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
      await requireOwn({ db, audit }, request.staff!, id)
      await spendApproval(request.staff!, request, 'limits.change', request.body, id)
      await withTransaction(db, async (tx) => {
        await writeLimits(tx, id, currency, request.body)
        await audit.append(tx, 'payment.limits_set', { organisationId: id, currency, ...request.body })
      })
      return current(id, currency)
    },
  )
}

/** Limits belong to a whole organisation: whoever works in some of its shops has no say, and others are told that there is nothing. */
async function requireOwn({ db, audit }: Pick<LimitRoutes, 'db' | 'audit'>, staff: Staff, id: string): Promise<void> {
  const { id: staffId, organisationId, shopIds } = staff
  if (organisationId === id && shopIds !== null) throw new Failure('permission_missing')
  if (organisationId === null || organisationId === id) return
  const told = { staffId, organisationId, kind: 'organisation', id }
  await withTransaction(db, (tx) => audit.append(tx, 'foreign_id_asked', told))
  throw new Failure('not_found')
}
