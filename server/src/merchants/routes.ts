import { idSchema, OrganisationFlash, ShopPlace } from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../routing.ts'
import type { Merchants } from './service.ts'

const params = Type.Object({ id: idSchema('organisation') })
const shopParams = Type.Object({ id: idSchema('shop') })

/** What operators decide for a whole organisation, and tell of a shop. */
export function registerMerchantRoutes(
  app: App,
  { merchants, guards }: { merchants: Merchants; guards: Guards },
): void {
  app.post(
    '/v1/organisations/:id/flash',
    {
      preValidation: guards.operator,
      schema: {
        tags: ['merchants'],
        summary: 'Whether screens must light the hand',
        params,
        body: OrganisationFlash,
        response: { 200: OrganisationFlash },
      },
    },
    async (request) => {
      await merchants.setFlash(request.params.id, request.body.flash)
      return request.body
    },
  )
  app.get(
    '/v1/shops/:id/place',
    {
      preValidation: guards.operator,
      schema: {
        tags: ['merchants'],
        summary: 'Where a shop stands',
        params: shopParams,
        response: { 200: ShopPlace },
      },
    },
    async (request) => ({ place: await merchants.placeOf(request.params.id) }),
  )
  app.put(
    '/v1/shops/:id/place',
    {
      preValidation: guards.operator,
      schema: {
        tags: ['merchants'],
        summary: 'Say where a shop stands, or that nobody says',
        params: shopParams,
        body: ShopPlace,
        response: { 200: ShopPlace },
      },
    },
    async (request) => {
      await merchants.setPlace(request.params.id, request.body.place)
      return request.body
    },
  )
}
