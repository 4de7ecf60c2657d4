import {
  idSchema,
  MOST_ROLLOUT_BYTES,
  Rollout,
  RolloutApply,
  RolloutQuery,
  RolloutRowQuery,
  RolloutRows,
  Rollouts,
  RolloutUpload,
  SHOP_FILE_COLUMNS,
} from '@paume/contract'
import Type from 'typebox'
import { Failure } from '../../failure.ts'
import type { App, Guards } from '../../routing.ts'
import type { Imports } from './service.ts'

const tags = ['rollouts']
const params = Type.Object({ id: idSchema('rollout') })

/** What browsers and programs say of a list of shops; what it is in truth shows when it is read. */
export const FILE_TYPES = [
  'text/csv',
  'application/csv',
  'text/plain',
  'application/vnd.ms-excel',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/octet-stream',
]

/** A row that shows what each column holds. */
const EXAMPLE =
  '101,Golden Poppy Pantry,Golden Poppy,1 Example Street,San Luis Obispo,CA,93401,US,35.2828,-120.6596,America/Los_Angeles,USD,en es,us_ca,till,Wave 1,2,1,0,1'

/** Lists of shops: uploaded, looked at, applied, undone. */
export function registerRolloutRoutes(app: App, { imports, guards }: { imports: Imports; guards: Guards }): void {
  const guard = guards.staff('rollout.write')
  app.register(async (plain) => {
    const scope = plain as unknown as App
    const bytes = { parseAs: 'buffer', bodyLimit: MOST_ROLLOUT_BYTES } as const
    scope.addContentTypeParser(FILE_TYPES, bytes, async (_request: unknown, body: Buffer) => body)
    scope.post(
      '/v1/rollouts',
      {
        preValidation: guard,
        bodyLimit: MOST_ROLLOUT_BYTES,
        schema: {
          tags,
          summary: 'A list of shops (CSV or XLSX as the body), to be checked',
          consumes: FILE_TYPES,
          querystring: RolloutUpload,
          response: { 202: Rollout },
        },
      },
      async (request, reply) => {
        if (!Buffer.isBuffer(request.body)) throw new Failure('file_type')
        const { fileName: name, organisationId } = request.query
        const file = { name, bytes: new Uint8Array(request.body), ...(organisationId ? { organisationId } : {}) }
        return reply.code(202).send(await imports.upload(request.staff!, file))
      },
    )
  })
  app.get(
    '/v1/rollouts',
    {
      preValidation: guard,
      schema: { tags, summary: 'Lists of shops', querystring: RolloutQuery, response: { 200: Rollouts } },
    },
    async (request) => imports.list(request.staff!, request.query),
  )
  app.get(
    '/v1/rollouts/template.csv',
    { preValidation: guard, schema: { tags, summary: 'An empty list with one example', produces: ['text/csv'] } },
    async (_request, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="shops.csv"')
        // The mark has Excel read it as UTF-8.
        .send(`\ufeff${SHOP_FILE_COLUMNS.join(',')}\r\n${EXAMPLE}\r\n`),
  )
  registerOne(app, imports, guards)
}

function registerOne(app: App, imports: Imports, guards: Guards): void {
  const guard = guards.staff('rollout.write')
  app.get(
    '/v1/rollouts/:id',
    {
      preValidation: guard,
      schema: { tags, summary: 'How far a list has come', params, response: { 200: Rollout } },
    },
    async (request) => imports.get(request.staff!, request.params.id),
  )
  app.get(
    '/v1/rollouts/:id/rows',
    {
      preValidation: guard,
      schema: {
        tags,
        summary: 'What each row of a list would do',
        params,
        querystring: RolloutRowQuery,
        response: { 200: RolloutRows },
      },
    },
    async (request) => imports.rows(request.staff!, request.params.id, request.query),
  )
  app.post(
    '/v1/rollouts/:id/apply',
    {
      preValidation: guard,
      schema: { tags, summary: 'Apply a checked list', params, body: RolloutApply, response: { 200: Rollout } },
    },
    async (request) => imports.apply(request.staff!, request.params.id, request.body.partly ?? false),
  )
  app.post(
    '/v1/rollouts/:id/undo',
    {
      preValidation: guard,
      schema: { tags, summary: 'Undo an applied list', params, body: Type.Object({}), response: { 200: Rollout } },
    },
    async (request) => imports.undo(request.staff!, request.params.id),
  )
}
