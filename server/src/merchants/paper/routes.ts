import { CONSOLE_LANGUAGES, type ConsoleLanguage, idSchema, PairingSheets, ShopNotice, Signs } from '@paume/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Failure } from '../../failure.ts'
import type { App, Guards } from '../../routing.ts'
import { PACKS } from '../jurisdictions/packs.ts'
import type { MerchantPorts } from '../ports.ts'
import type { Merchants } from '../service.ts'
import { noticePage } from './notice-page.ts'
import type { PaperWork } from './service.ts'
import { wordsFor } from './signs.ts'

const tags = ['rollouts']
const Language = Type.Unsafe<ConsoleLanguage>(Type.Union(CONSOLE_LANGUAGES.map((each) => Type.Literal(each))))
const NoticeQuery = Type.Object({ language: Type.Optional(Language) })
const ShopParams = Type.Object({ shopId: idSchema('shop') })

export type PaperRoutes = { paper: PaperWork; merchants: Merchants; ports: MerchantPorts; guards: Guards }

const pdf = (reply: FastifyReply, name: string, bytes: Buffer) =>
  reply
    .type('application/pdf')
    .header('content-disposition', `attachment; filename="${name}.pdf"`)
    .header('cache-control', 'no-store')
    .send(bytes)

/** Paper for shops, and the public notice that its codes lead to. */
export function registerPaperRoutes(app: App, { paper, merchants, ports, guards }: PaperRoutes): void {
  app.post(
    '/v1/pairing-sheets',
    {
      preValidation: guards.staff('rollout.write'),
      schema: { tags, summary: 'Pairing sheets as a PDF', body: PairingSheets, produces: ['application/pdf'] },
    },
    async (request, reply) =>
      pdf(reply, 'pairing-sheets', await paper.pairingSheets(request.staff!, request.body, ports.origin(request))),
  )
  app.post(
    '/v1/shop-devices',
    {
      preValidation: guards.staff('rollout.write'),
      schema: {
        tags,
        summary: 'Make the devices that lanes lack',
        body: Type.Pick(PairingSheets, ['shopIds']),
        response: { 200: Type.Object({ made: Type.Integer() }) },
      },
    },
    async (request) => ({ made: await paper.makeDevices(request.staff!, request.body.shopIds) }),
  )
  app.post(
    '/v1/signs',
    {
      preValidation: guards.staff('notices.read'),
      schema: { tags, summary: 'Notice signs as a PDF', body: Signs, produces: ['application/pdf'] },
    },
    async (request, reply) =>
      pdf(reply, 'signs', await paper.signs(request.staff!, request.body, ports.origin(request))),
  )
  registerNotice(app, merchants)
}

function registerNotice(app: App, merchants: Merchants): void {
  const find = async (shopId: string, language: ConsoleLanguage): Promise<ShopNotice> => {
    const shop = await merchants.shop(shopId)
    if (shop === null) throw new Failure('not_found')
    const pack = PACKS[shop.jurisdiction]
    const text = wordsFor(pack.sign.texts[language] as ShopNotice['text'], shop.organisation.name)
    const { jurisdiction, version } = pack
    return { shop: shop.name, merchant: shop.organisation.name, language, text, jurisdiction, version }
  }
  app.get(
    '/v1/notices/:shopId',
    {
      schema: {
        tags: ['notices'],
        summary: 'The notice of a shop (public)',
        params: ShopParams,
        querystring: NoticeQuery,
        response: { 200: ShopNotice },
      },
    },
    async (request) => find(request.params.shopId, request.query.language ?? 'en'),
  )
  type PageRequest = { Params: { shopId: string }; Querystring: { language?: string } }
  app.get<PageRequest>('/notice/:shopId', { schema: { hide: true } }, async (request, reply) => {
    const asked = CONSOLE_LANGUAGES.find((each) => each === request.query.language)
    const language = asked ?? languageOf(request)
    const page = noticePage(await find(request.params.shopId, language), request.params.shopId)
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', page.policy)
      .header('cache-control', 'public, max-age=300')
      .header('vary', 'accept-language')
      .send(page.html)
  })
}

/** The first language that the browser names and we have. */
function languageOf({ headers }: Pick<FastifyRequest, 'headers'>): ConsoleLanguage {
  const named = (headers['accept-language'] ?? '').split(',').map((each) => each.trim().slice(0, 2).toLowerCase())
  return (
    CONSOLE_LANGUAGES.find(
      (language) => language === named.find((each) => CONSOLE_LANGUAGES.some((one) => one === each)),
    ) ?? 'en'
  )
}
