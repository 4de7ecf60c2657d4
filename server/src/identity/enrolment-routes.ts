import {
  Agreement,
  CaptureChallenge,
  CardConfirmed,
  CardSetup,
  CardSetupProgress,
  CardSetupWish,
  Enrolment,
  EnrolmentCaptureResult,
  EnrolmentChallenge,
  EnrolmentComplete,
  EnrolmentLanguage,
  EnrolmentStart,
  idSchema,
  NetworkWish,
  PhoneCode,
  PhoneNumber,
} from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Failure } from '../failure.ts'
import type { RateLimiter } from '../rate-limit.ts'
import type { App, Guards } from '../routing.ts'
import type { EnrolmentPalms } from './enrolment-palms.ts'
import type { Enrolments } from './enrolment-service.ts'

const tags = ['enrolments']
const params = Type.Object({ id: idSchema('enrolment') })
const setupParams = Type.Object({ id: idSchema('enrolment'), setupId: idSchema('cardSetup') })
const captureParams = Type.Object({ id: idSchema('enrolment'), captureId: idSchema('capture') })
const response = { 200: Enrolment }

type Options = {
  enrolments: Enrolments
  palms: EnrolmentPalms
  guards: Guards
  /** Codes asked for and tried by one device. */
  codeLimit: RateLimiter
  /** Captures sent by one device. */
  captureLimit: RateLimiter
}

export function registerEnrolmentRoutes(app: App, options: Options): void {
  const { enrolments, guards, codeLimit } = options
  const kiosk = { preValidation: guards.device('kiosk', 'terminal') }
  app.post(
    '/v1/enrolments',
    { ...kiosk, schema: { tags, summary: 'Begin a registration', body: EnrolmentStart, response: { 201: Enrolment } } },
    async (request, reply) => reply.code(201).send(await enrolments.start(request.device!, request.body.language)),
  )
  app.get(
    '/v1/enrolments/:id',
    { ...kiosk, schema: { tags, summary: 'How it stands', params, response } },
    async (request) => enrolments.view(request.device!, request.params.id),
  )
  app.delete(
    '/v1/enrolments/:id',
    { ...kiosk, schema: { tags, summary: '“No thanks”', params, response: { 204: Type.Null() } } },
    async (request, reply) => {
      await enrolments.end(request.device!, request.params.id)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/v1/enrolments/:id/language',
    {
      ...kiosk,
      schema: { tags, summary: 'Another language, before consent', params, body: EnrolmentLanguage, response },
    },
    async (request) => enrolments.setLanguage(request.device!, request.params.id, request.body.language),
  )
  for (const kind of ['consent', 'terms'] as const) {
    app.post(
      `/v1/enrolments/:id/${kind}`,
      { ...kiosk, schema: { tags, summary: `Agree to the ${kind}`, params, body: Agreement, response } },
      async (request) => enrolments.agree(request.device!, request.params.id, kind, request.body),
    )
  }
  app.post(
    '/v1/enrolments/:id/network',
    {
      ...kiosk,
      schema: { tags, summary: 'Be known in the whole network, or not', params, body: NetworkWish, response },
    },
    async (request) => enrolments.setNetwork(request.device!, request.params.id, request.body),
  )
  app.post(
    '/v1/enrolments/:id/phone',
    { ...kiosk, schema: { tags, summary: 'A phone number; sends a code', params, body: PhoneNumber, response } },
    async (request) => {
      codeLimit.take(request.device!.id)
      return enrolments.setPhone(request.device!, request.params.id, request.body.phone)
    },
  )
  app.post(
    '/v1/enrolments/:id/phone-code',
    { ...kiosk, schema: { tags, summary: 'The code from the phone', params, body: PhoneCode, response } },
    async (request) => {
      codeLimit.take(request.device!.id)
      return enrolments.confirmPhone(request.device!, request.params.id, request.body.code)
    },
  )
  app.post(
    '/v1/enrolments/:id/card-setup',
    {
      // No body means no wish.
      preValidation: [
        kiosk.preValidation,
        async (request) => {
          request.body ??= {}
        },
      ],
      schema: { tags, summary: 'Where the card goes', params, body: CardSetupWish, response: { 200: CardSetup } },
    },
    async (request) => enrolments.beginCard(request.device!, request.params.id, request.body),
  )
  app.get(
    '/v1/enrolments/:id/card-setups/:setupId',
    {
      ...kiosk,
      schema: { tags, summary: 'How the giving goes', params: setupParams, response: { 200: CardSetupProgress } },
    },
    async (request) => enrolments.cardProgress(request.device!, request.params.id, request.params.setupId),
  )
  app.delete(
    '/v1/enrolments/:id/card-setups/:setupId',
    { ...kiosk, schema: { tags, summary: 'Nobody will bring the card', params: setupParams } },
    async (request, reply) => {
      await enrolments.cancelCard(request.device!, request.params.id, request.params.setupId)
      return reply.code(204).send()
    },
  )
  app.post(
    '/v1/enrolments/:id/card',
    { ...kiosk, schema: { tags, summary: 'The card is set up', params, body: CardConfirmed, response } },
    async (request) => enrolments.confirmCard(request.device!, request.params.id, request.body.setupId),
  )
  registerPalmRoutes(app, options)
}

function registerPalmRoutes(app: App, { palms, guards, captureLimit }: Options): void {
  const kiosk = { preValidation: guards.device('kiosk', 'terminal') }
  app.post(
    '/v1/enrolments/:id/challenges',
    {
      ...kiosk,
      schema: {
        tags,
        summary: 'Permission for one capture',
        params,
        body: EnrolmentChallenge,
        response: { 200: CaptureChallenge },
      },
    },
    async (request) => palms.challenge(request.device!, request.params.id, request.body.hand),
  )
  app.post(
    '/v1/enrolments/:id/captures/:captureId',
    {
      ...kiosk,
      schema: { tags, summary: 'One sealed capture', params: captureParams, response: { 200: EnrolmentCaptureResult } },
    },
    async (request) => {
      captureLimit.take(request.device!.id)
      const { id, captureId } = request.params
      return palms.capture(request.device!, id, captureId, sealedBody(request))
    },
  )
  app.post(
    '/v1/enrolments/:id/complete',
    {
      // No body means no wish.
      preValidation: [
        kiosk.preValidation,
        async (request) => {
          request.body ??= {}
        },
      ],
      schema: { tags, summary: 'Become a shopper', params, body: EnrolmentComplete, response },
    },
    async (request) => palms.complete(request.device!, request.params.id, request.body),
  )
}

/** The sealed bytes of a capture. Throws `request_malformed` when the body is of another type. */
export function sealedBody(request: FastifyRequest): Uint8Array {
  if (!Buffer.isBuffer(request.body)) {
    throw new Failure('request_malformed', { detail: 'The body is to be application/vnd.paume.sealed-capture.' })
  }
  return request.body
}
