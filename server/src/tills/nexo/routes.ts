import { NexoEvents } from '@paume/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { toTimestamp } from '../../clock.ts'
import { Failure } from '../../failure.ts'
import type { App } from '../../routing.ts'
import type { Authenticate, Authenticated } from './authenticate.ts'
import { dispatch, readMessage } from './dispatch.ts'
import { addEvent, type EventRow, eventsAfter } from './event-store.ts'
import type { Till } from './keys.ts'
import { type NexoParts, nowOf, type Request } from './parts.ts'
import type { Outcome } from './replies.ts'
import { poiIdOf, terminalIdOf } from './transaction-id.ts'

export type NexoRoutesNeeds = {
  parts: NexoParts
  authenticate: Authenticate
  tillOfKey(request: FastifyRequest): Promise<Till>
  /** Takes work that goes on after its request was answered. */
  inBackground(work: Promise<unknown>): void
}

const tags = ['nexo']
/** Messages are looked into by ourselves: what is wrong with one is told in the words of nexo. */
const AnyMessage = Type.Unknown({ description: 'A nexo message: `{ "SaleToPOIRequest": … }`.' })
const AnyReply = { 200: Type.Unknown({ description: '`SaleToPOIResponse`, an event, or `ok`.' }) }
/** Asking for events again is how they are waited for: the database is looked at this often, ms. */
const EVENT_POLL_MS = 300

/** Sale to POI over HTTP: cloud (`/sync`, `/async`), local (`/nexo`) and by device, each as the terminals of Adyen have it. */
export function registerNexoRoutes(app: App, needs: NexoRoutesNeeds): void {
  const paths = {
    sync: ['/sync', '/v1/merchants/:merchantAccount/devices/:deviceId/sync'],
    async: ['/async', '/v1/merchants/:merchantAccount/devices/:deviceId/async'],
    local: ['/nexo', '/nexo/'],
  }
  for (const path of [...paths.sync, ...paths.local]) {
    const style = paths.local.includes(path) ? 'local' : 'sync'
    const summary =
      style === 'local' ? 'A nexo message to a terminal of the shop' : 'A nexo message, answered with its result'
    app.post(path, { schema: { tags, summary, body: AnyMessage, response: AnyReply } }, async (request, reply) => {
      const known = await needs.authenticate(request)
      checkDevice(request.params, known.message)
      const outcome = await answer(needs.parts, known, style, goneSignal(reply))
      return sendOutcome(reply, outcome, known)
    })
  }
  for (const path of paths.async) {
    const summary = 'A nexo message, answered with `ok`; its result comes as an event'
    app.post(path, { schema: { tags, summary, body: AnyMessage, response: AnyReply } }, async (request, reply) => {
      const known = await needs.authenticate(request)
      checkDevice(request.params, known.message)
      // What cannot be understood at all is told at once.
      if (!readMessage(known.message).ok) {
        return sendOutcome(reply, await answer(needs.parts, known, 'async', new AbortController().signal), known)
      }
      needs.inBackground(announce(needs.parts, known))
      return reply.type('text/plain; charset=utf-8').send('ok')
    })
  }
  registerDevices(app, needs)
  registerEvents(app, needs)
}

const answer = (parts: NexoParts, known: Authenticated, style: Request['style'], gone: AbortSignal): Promise<Outcome> =>
  dispatch(parts, { message: known.message, till: known.till, nonce: known.nonce, style, gone })

/** Does what an `/async` request asks for, to the end, and puts the result out as an event unless that was done already. */
async function announce(parts: NexoParts, known: Authenticated): Promise<void> {
  const outcome = await answer(parts, known, 'async', new AbortController().signal)
  if (outcome.kind !== 'message' || outcome.isAnnounced === true) return
  await parts.db.transaction().execute((tx) => addEvent(tx, known.till.keyId, outcome.message, nowOf(parts)))
}

function sendOutcome(reply: FastifyReply, outcome: Outcome, known: Authenticated): FastifyReply {
  switch (outcome.kind) {
    case 'message':
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(known.replyOf(outcome.message)))
    case 'silence':
      return reply.send()
    case 'unknown':
      throw new Failure('till_result_pending')
  }
}

/** By device: the address names the terminal that the header names. */
function checkDevice(params: unknown, message: unknown): void {
  const { deviceId } = params as { deviceId?: string }
  if (deviceId === undefined) return
  const read = readMessage(message)
  if (read.ok && read.header.POIID !== deviceId) {
    throw new Failure('request_malformed', { detail: 'The POIID is not the device of this address.' })
  }
}

function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}

/** Which terminals of its shop a till may use, and how one is, in the form of Adyen's Cloud device API. */
function registerDevices(app: App, { parts, tillOfKey }: NexoRoutesNeeds): void {
  app.get(
    '/v1/merchants/:merchantAccount/connectedDevices',
    { schema: { tags, summary: 'Terminals that are connected', response: AnyReply } },
    async (request) => {
      const { shopId } = (await tillOfKey(request)).caller
      const terminals = await parts.devices.terminalsOf(shopId)
      const connected = terminals.filter(({ online, revoked }) => online && !revoked)
      return { uniqueDeviceIds: connected.map(({ id }) => poiIdOf(id)) }
    },
  )
  app.get(
    '/v1/merchants/:merchantAccount/devices/:deviceId/status',
    { schema: { tags, summary: 'Whether a terminal is connected', response: AnyReply } },
    async (request) => {
      const { shopId } = (await tillOfKey(request)).caller
      const { deviceId } = request.params as { deviceId: string }
      const terminalId = terminalIdOf(deviceId)
      const terminal = terminalId === null ? null : await parts.devices.find(terminalId)
      if (terminal?.kind !== 'terminal' || terminal.shopId !== shopId) throw new Failure('terminal_unknown')
      return { status: terminal.online && !terminal.revoked ? 'ONLINE' : 'OFFLINE' }
    },
  )
}

const eventView = (row: EventRow): NexoEvents['events'][number] => ({
  id: Number(row.id),
  createdAt: toTimestamp(row.created_at),
  body: row.body,
  ...(row.push_state === 'none'
    ? {}
    : {
        push: {
          state: row.push_state,
          attempts: row.push_attempts,
          ...(row.push_status === null ? {} : { status: row.push_status }),
          ...(row.push_fault === null ? {} : { fault: row.push_fault }),
        },
      }),
})

function registerEvents(app: App, { parts, tillOfKey }: NexoRoutesNeeds): void {
  const querystring = Type.Object({
    after: Type.Optional(Type.Integer({ minimum: 0 })),
    wait: Type.Optional(Type.Integer({ minimum: 0, maximum: 25 })),
  })
  const summary = 'Results of `/async` requests and event notifications for this key, oldest first'
  app.get(
    '/v1/nexo/events',
    { schema: { tags, summary, querystring, response: { 200: NexoEvents } } },
    async (request, reply) => {
      const till = await tillOfKey(request)
      const { after = 0, wait = 0 } = request.query
      const gone = goneSignal(reply)
      const untilMs = performance.now() + wait * 1_000
      for (;;) {
        const rows = await eventsAfter(parts.db, till.keyId, after)
        const isOver = performance.now() >= untilMs || gone.aborted || parts.payments.stopping
        if (rows.length > 0 || isOver) {
          return {
            events: rows.map(eventView),
          }
        }
        await new Promise((resolve) => setTimeout(resolve, EVENT_POLL_MS))
      }
    },
  )
}
