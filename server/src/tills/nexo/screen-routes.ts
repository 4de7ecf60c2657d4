import { idSchema, TerminalTillScreen, TillScreenAnswer } from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Failure } from '../../failure.ts'
import type { App, Guards } from '../../routing.ts'
import type { NexoParts } from './parts.ts'
import { nextLook, noteAnswer, noteShown, shownNow } from './screens.ts'

const tags = ['nexo']
const ScreenId = Type.String({ pattern: '^scr_[0-9A-HJKMNP-TV-Z]{26}$' })
const terminal = { terminalId: idSchema('device') }
const OneScreen = Type.Object({ ...terminal, screenId: ScreenId })
/** A terminal that shows nothing looks for itself this often, ms: a screen whose hint was lost is there long before its till gives up. */
const IDLE_LOOK_MS = 5_000

const done = { 204: Type.Null() }

/** What a terminal asks and tells about the screens of its tills. */
export function registerScreenRoutes(app: App, { parts, guards }: { parts: NexoParts; guards: Guards }): void {
  const own = { preValidation: guards.device('terminal') }
  const ownIdOf = (request: FastifyRequest, terminalId: string): string => {
    if (request.device!.id !== terminalId) throw new Failure('terminal_unknown')
    return terminalId
  }
  app.get(
    '/v1/terminals/:terminalId/till-screen',
    {
      ...own,
      schema: {
        tags,
        summary: 'What the till wants shown between payments; held until that changes',
        params: Type.Object(terminal),
        querystring: Type.Object({
          wait: Type.Optional(Type.Integer({ minimum: 0, maximum: 25 })),
          after: Type.Optional(Type.Union([ScreenId, Type.Literal('none')])),
        }),
        response: { 200: TerminalTillScreen },
      },
    },
    async (request, reply) => {
      const terminalId = ownIdOf(request, request.params.terminalId)
      const { wait = 0, after } = request.query
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const untilMs = performance.now() + wait * 1_000
      for (;;) {
        const screen = await shownNow(parts, terminalId, request.device!.shopId)
        const leftMs = untilMs - performance.now()
        const isNews = (screen?.id ?? 'none') !== (after ?? 'none')
        if (isNews || leftMs <= 0 || gone.signal.aborted || parts.payments.stopping) return { screen }
        await nextLook(parts, terminalId, leftMs, gone.signal, screen === null ? IDLE_LOOK_MS : undefined)
      }
    },
  )
  app.post(
    '/v1/terminals/:terminalId/till-screen/:screenId/shown',
    { ...own, schema: { tags, summary: 'It is on the screen', params: OneScreen, response: done } },
    async (request, reply) => {
      const { terminalId, screenId } = request.params
      await noteShown(parts, ownIdOf(request, terminalId), screenId)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/v1/terminals/:terminalId/till-screen/:screenId/answer',
    {
      ...own,
      schema: { tags, summary: 'What the shopper answered', params: OneScreen, body: TillScreenAnswer, response: done },
    },
    async (request, reply) => {
      const { terminalId, screenId } = request.params
      await noteAnswer(parts, ownIdOf(request, terminalId), screenId, request.body)
      return reply.code(204).send(null)
    },
  )
}
