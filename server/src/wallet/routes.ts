import { CardSetup, idSchema, ShopperCardAdd, ShopperCards } from '@paume/contract'
import Type from 'typebox'
import type { RateLimiter } from '../rate-limit.ts'
import type { App, Guards } from '../routing.ts'
import type { WalletService } from './service.ts'

const tags = ['shoppers']
const CardParams = Type.Object({ id: idSchema('instrument') })

/** A signed-in shopper's own cards. Numbers go from the page to the processor, never here. */
export function registerWalletRoutes(
  app: App,
  { wallet, guards, setupLimit }: { wallet: WalletService; guards: Guards; setupLimit: RateLimiter },
): void {
  const shopper = { preValidation: guards.shopper }
  const response = { 200: ShopperCards }
  app.post(
    '/v1/me/card-setups',
    { ...shopper, schema: { tags, summary: 'Set a further card up', response: { 201: CardSetup } } },
    async (request, reply) => {
      setupLimit.take(request.shopperId!)
      return reply.code(201).send(await wallet.beginShopperCard(request.shopperId!))
    },
  )
  app.post(
    '/v1/me/cards',
    { ...shopper, schema: { tags, summary: 'Keep the card that was set up', body: ShopperCardAdd, response } },
    async (request) => {
      const { setupId, default: makeDefault = false } = request.body
      return { cards: await wallet.cards.add(request.shopperId!, setupId, makeDefault) }
    },
  )
  app.post(
    '/v1/me/cards/:id/default',
    { ...shopper, schema: { tags, summary: 'Pay with this card from now on', params: CardParams, response } },
    async (request) => ({ cards: await wallet.cards.makeDefault(request.shopperId!, request.params.id) }),
  )
  app.delete(
    '/v1/me/cards/:id',
    { ...shopper, schema: { tags, summary: 'Forget this card', params: CardParams, response } },
    async (request) => ({ cards: await wallet.cards.remove(request.shopperId!, request.params.id) }),
  )
}
