import { Failure } from '../../failure.ts'
import type { App } from '../../routing.ts'
import type { CartGuard } from '../callers.ts'
import type { GateParts } from '../parts.ts'
import { once } from '../requests.ts'
import type { GateService } from '../service.ts'
import { linesOf, sessionOfKey, sessionOfTrip } from './mapping.ts'
import { IdentityKeyRequest, PurchaseMade, PurchaseRequest, VisitorDetails } from './wire.ts'

const tags = ['just-walk-out']
/** Where the outside service is told that its connector is. */
const AT = '/v1/connectors/just-walk-out'

/**
 * A connector in the shape that the Just Walk Out documents ask retailers for. Thin: it gives our visits other names. The store's number is
 * our shop's; the key is an organisation's own, as a bearer token.
 */
export function registerJustWalkOut(
  app: App,
  { parts, gates, cart }: { parts: GateParts; gates: GateService; cart: CartGuard },
): void {
  const own = { preValidation: cart.guard }
  const find = async (sessionId: string, storeId: string, organisationId: string) => {
    const row = await parts.db
      .selectFrom('gate_session')
      .select(['id', 'gate_id', 'state'])
      .where('id', '=', sessionId)
      .where('shop_id', '=', storeId)
      .where('organisation_id', '=', organisationId)
      .executeTakeFirst()
    if (row === undefined) throw new Failure('not_found')
    return row
  }
  app.post(
    `${AT}/v1/identity/identity-keys`,
    {
      ...own,
      schema: { tags, summary: 'May this key come in?', body: IdentityKeyRequest, response: { 200: VisitorDetails } },
    },
    async (request) => {
      const { identityKey, storeId } = request.body
      const sessionId = sessionOfKey(identityKey)
      if (sessionId === null) throw new Failure('not_found')
      const { state } = await find(sessionId, storeId, cart.callerOf(request).organisationId)
      if (state !== 'inside') throw new Failure('gate_state', { detail: `The visit is ${state}.` })
      return { visitorDetails: { id: sessionId, type: 'SHOPPER' as const } }
    },
  )
  app.post(
    `${AT}/v1/order/purchases`,
    {
      ...own,
      schema: { tags, summary: 'The cart of a visit', body: PurchaseRequest, response: { 201: PurchaseMade } },
    },
    async (request, reply) => {
      const { body } = request
      const { id: caller, organisationId } = cart.callerOf(request)
      const session = await find(sessionOfTrip(body), body.storeId, organisationId)
      const reach = cart.reachOf(request, session.gate_id)
      // Each try has a request number of its own; the trip is what is done once.
      const { requestId: _, ...trip } = body
      const key = `jwo:${Buffer.from(body.idempotentShoppingTripId).toString('base64url')}`.slice(0, 128)
      const made = await once(parts, { caller, key, what: 'purchases', body: trip }, async () => {
        const lines = await linesOf(body.cartItems, ({ id }) => parts.house.priceOf(body.storeId, id))
        await gates.exit(reach, session.id, body.shoppingTrip.endTime)
        await gates.finalise(reach, session.id, { lines })
        return { purchaseId: session.id }
      })
      return reply.code(201).send(made)
    },
  )
}
