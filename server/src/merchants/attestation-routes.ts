import {
  Attestation,
  AttestationAsk,
  AttestationQuery,
  Attestations as AttestationsPage,
  idSchema,
  MOST_PHOTO_BYTES,
  NoticePacks,
} from '@paume/contract'
import Type from 'typebox'
import { Failure } from '../failure.ts'
import type { App, Guards } from '../routing.ts'
import type { Attestations } from './attestations.ts'
import { PACKS } from './jurisdictions/packs.ts'
import { ShopParams } from './shop-routes.ts'

const tags = ['notices']
const params = Type.Object({ id: idSchema('attestation') })
const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp']

/** What each jurisdiction asks for, and who says that it is done. */
export function registerAttestationRoutes(
  app: App,
  { attestations, guards }: { attestations: Attestations; guards: Guards },
): void {
  const guard = guards.staff('notices.read')
  app.get(
    '/v1/jurisdictions',
    {
      preValidation: guard,
      schema: { tags, summary: 'What each jurisdiction asks for', response: { 200: NoticePacks } },
    },
    async () => ({ packs: Object.values(PACKS) }),
  )
  app.register(async (plain) => {
    const scope = plain as unknown as App
    const bytes = { parseAs: 'buffer', bodyLimit: MOST_PHOTO_BYTES } as const
    scope.addContentTypeParser(PHOTO_TYPES, bytes, async (_request: unknown, body: Buffer) => body)
    scope.post(
      '/v1/shops/:id/attestations',
      {
        preValidation: guard,
        bodyLimit: MOST_PHOTO_BYTES,
        schema: {
          tags,
          summary: 'Attest that the sign hangs, with a photo as the body',
          consumes: PHOTO_TYPES,
          params: ShopParams,
          querystring: AttestationAsk,
          response: { 201: Attestation },
        },
      },
      async (request, reply) => {
        if (!Buffer.isBuffer(request.body)) throw new Failure('picture_unreadable')
        const { id } = request.params
        return reply.code(201).send(await attestations.attest(request.staff!, id, request.query, request.body))
      },
    )
  })
  app.get(
    '/v1/attestations',
    {
      preValidation: guard,
      schema: { tags, summary: 'Attested signs', querystring: AttestationQuery, response: { 200: AttestationsPage } },
    },
    async (request) => attestations.list(request.staff!, request.query),
  )
  app.get(
    '/v1/attestations/:id/photo',
    { preValidation: guard, schema: { tags, summary: 'The photo of a sign', params, produces: ['image/jpeg'] } },
    async (request, reply) => {
      const photo = await attestations.photo(request.staff!, request.params.id)
      return reply.type('image/jpeg').header('cache-control', 'private, max-age=3600').send(photo)
    },
  )
  app.delete(
    '/v1/attestations/:id',
    {
      preValidation: guards.staff('rollout.write'),
      schema: { tags, summary: 'The sign does not hang any more', params, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await attestations.withdraw(request.staff!, request.params.id)
      return reply.code(204).send(null)
    },
  )
}
