import {
  ErasureReceipt,
  PhoneNumber,
  ShopperSelf,
  ShopperSession,
  ShopperSessionConfirm,
  ShopperSessionStarted,
} from '@paume/contract'
import { toTimestamp } from '../clock.ts'
import type { RateLimiter } from '../rate-limit.ts'
import type { App, Guards } from '../routing.ts'
import type { Erasure } from './erasure.ts'
import { parsePhone } from './phone.ts'
import type { Shoppers } from './service.ts'

const tags = ['shoppers']

type Options = {
  shoppers: Shoppers
  erasure: Erasure
  guards: Guards
  /** Codes asked for, or tried, from one address. */
  codeLimit: RateLimiter
  defaultCountry: string
  sandbox: boolean
}

export function registerShopperRoutes(app: App, options: Options): void {
  const { shoppers, erasure, guards, codeLimit, defaultCountry, sandbox } = options
  app.post(
    '/v1/shopper-sessions',
    { schema: { tags, summary: 'Send a sign-in code', body: PhoneNumber, response: { 201: ShopperSessionStarted } } },
    async (request, reply) => {
      codeLimit.take(request.ip)
      const phone = parsePhone(request.body.phone, defaultCountry)
      const { sessionId, expiresAt, code } = await shoppers.beginSession(phone)
      const shown = sandbox ? { sandboxPhoneCode: code } : {}
      return reply.code(201).send({ sessionId, expiresAt: toTimestamp(expiresAt), ...shown })
    },
  )
  app.post(
    '/v1/shopper-sessions/confirm',
    {
      schema: {
        tags,
        summary: 'Sign in with the code',
        body: ShopperSessionConfirm,
        response: { 200: ShopperSession },
      },
    },
    async (request) => {
      codeLimit.take(request.ip)
      const { token, expiresAt } = await shoppers.confirmSession(request.body.sessionId, request.body.code)
      return { token, expiresAt: toTimestamp(expiresAt) }
    },
  )
  app.get(
    '/v1/me',
    { preValidation: guards.shopper, schema: { tags, summary: 'What is kept of me', response: { 200: ShopperSelf } } },
    async (request) => shoppers.self(request.shopperId!),
  )
  app.delete(
    '/v1/me',
    { preValidation: guards.shopper, schema: { tags, summary: 'Erase me', response: { 200: ErasureReceipt } } },
    async (request) => erasure.erase(request.shopperId!, 'shopper'),
  )
}
