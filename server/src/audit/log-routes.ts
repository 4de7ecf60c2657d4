import { LogConsistency, LogConsistencyQuery, LogHead } from '@paume/contract'
import { Failure } from '../failure.ts'
import type { App } from '../routing.ts'
import type { AuditTree } from './tree.ts'

const tags = ['log']

/** What anybody may ask of the log: its key, its newest head, and proof that it only grew. None of it shows an entry. */
export function registerLogRoutes(app: App, { tree, verifierKey }: { tree: AuditTree; verifierKey: string }): void {
  app.get('/.well-known/paume-log-key', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(`${verifierKey}\n`),
  )
  app.get(
    '/v1/log/head',
    { schema: { tags, summary: 'The newest signed head of the audit log', response: { 200: LogHead } } },
    async () => {
      const head = await tree.head()
      if (head === null) throw new Failure('not_found')
      return { size: Number(head.size), head: head.note }
    },
  )
  app.get(
    '/v1/log/consistency',
    {
      schema: {
        tags,
        summary: 'Proof that the log only grew from one size to another',
        querystring: LogConsistencyQuery,
        response: { 200: LogConsistency },
      },
    },
    async (request) => {
      const { earlier, size } = request.query
      const proof = await tree.consistency(BigInt(earlier), BigInt(size))
      if (proof === null) throw new Failure('not_found')
      return { proof: proof.map((hash) => hash.toString('hex')) }
    },
  )
}
