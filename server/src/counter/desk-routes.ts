import {
  ParkedBasket,
  ParkedList,
  ParkedParams,
  ParkedTake,
  ParkedWrite,
  ReturnRequest,
  TicketReturn,
  TillDayClosing,
  TillDayList,
  TillDayNumber,
  TillDayReport,
} from '@paume/contract'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Failure } from '../failure.ts'
import type { App, Guards } from '../routing.ts'
import type { Parked } from './parked.ts'
import type { Till } from './ports.ts'
import type { Returns } from './returns.ts'
import type { TillDays } from './till-days.ts'

const tags = ['counter']
const TicketParams = Type.Object({ reference: Type.String({ minLength: 1, maxLength: 80 }) })
const DayParams = Type.Object({
  number: Type.Union([Type.Literal('open'), Type.String({ pattern: '^[1-9][0-9]{0,6}$' })]),
})
const ClosedParams = Type.Object({ number: TillDayNumber })

export function tillOf({ device }: FastifyRequest): Till {
  if (!device) throw new Failure('signature_missing')
  return { shopId: device.shopId, deviceId: device.id, organisationId: device.organisationId }
}

/** As payments asks for it: printable, short, always there where money moves. */
function keyOf({ headers }: FastifyRequest): string {
  const key = headers['idempotency-key']
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(key)) throw new Failure('idempotency_key_required')
  return key
}

export type Desk = { returns: Returns; tillDays: TillDays; parked: Parked; guards: Guards }

/** What a register does beside selling, of its own shop only. */
export function registerDeskRoutes(app: App, { returns, tillDays, parked, guards }: Desk): void {
  const register = { preValidation: guards.device('register') }
  app.post(
    '/v1/tickets/:reference/returns',
    {
      ...register,
      schema: {
        tags,
        summary: 'Give lines of a ticket back, and the money for them',
        params: TicketParams,
        body: ReturnRequest,
        response: { 200: TicketReturn },
      },
    },
    async (request) => returns.giveBack(tillOf(request), request.params.reference, request.body, keyOf(request)),
  )
  registerDayRoutes(app, { tillDays, guards })
  app.get(
    '/v1/parked',
    { ...register, schema: { tags, summary: 'Baskets that wait', response: { 200: ParkedList } } },
    async (request) => ({ baskets: await parked.list(tillOf(request)) }),
  )
  app.put(
    '/v1/parked/:id',
    {
      ...register,
      schema: {
        tags,
        summary: 'Park a basket for every register of the shop',
        params: ParkedParams,
        body: ParkedWrite,
        response: { 200: ParkedBasket },
      },
    },
    async (request) => parked.park(tillOf(request), request.params.id, request.body),
  )
  app.post(
    '/v1/parked/:id/take',
    {
      ...register,
      schema: {
        tags,
        summary: 'Take a basket up, or throw it away: one register gets it',
        params: ParkedParams,
        body: ParkedTake,
        response: { 200: ParkedBasket },
      },
    },
    async (request) => parked.take(tillOf(request), request.params.id, request.body.claim),
  )
}

function registerDayRoutes(app: App, { tillDays, guards }: Pick<Desk, 'tillDays' | 'guards'>): void {
  const register = { preValidation: guards.device('register') }
  app.get(
    '/v1/till-days',
    {
      ...register,
      schema: {
        tags,
        summary: 'Closed days of the till, newest first',
        querystring: Type.Object({ before: Type.Optional(TillDayNumber) }),
        response: { 200: TillDayList },
      },
    },
    async (request) => tillDays.list(tillOf(request), request.query.before ?? null),
  )
  app.get(
    '/v1/till-days/:number',
    {
      ...register,
      schema: {
        tags,
        summary: 'A closed day of the till as it was closed, or the open one as it stands (`open`)',
        params: DayParams,
        response: { 200: TillDayReport },
      },
    },
    async (request) => {
      const { number } = request.params
      return tillDays.day(tillOf(request), number === 'open' ? number : Number(number))
    },
  )
  app.put(
    '/v1/till-days/:number/closing',
    {
      ...register,
      schema: {
        tags,
        summary: 'Close the open day',
        params: ClosedParams,
        body: TillDayClosing,
        response: { 200: TillDayReport },
      },
    },
    async (request) => tillDays.close(tillOf(request), request.params.number, request.body),
  )
}
