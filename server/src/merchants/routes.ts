import { idSchema, OrganisationFlash } from '@paume/contract'
import Type from 'typebox'
import type { App, Guards } from '../routing.ts'
import type { Merchants } from './service.ts'

const params = Type.Object({ id: idSchema('organisation') })

/** What operators decide for a whole organisation. */
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
}
