import Type from 'typebox'
import type { App } from '../../routing.ts'
import type { EventParts } from './parts.ts'
import { receiveMessage } from './receive.ts'

/** Largest message, bytes. Stripe's hold a whole object and its parts; ours need their names only. */
const LARGEST_BYTES = 1024 * 1024

/** Where processors send their messages. Nobody signs in: the signature over the exact bytes admits, and the adapter checks it. */
export function registerEventRoutes(app: App, events: EventParts): void {
  app.post(
    '/v1/processors/:name/webhooks',
    {
      bodyLimit: LARGEST_BYTES,
      schema: {
        tags: ['processors'],
        summary: 'A message of a card processor',
        params: Type.Object({ name: Type.String({ maxLength: 64 }) }),
        response: { 200: Type.Object({ received: Type.Literal(true) }) },
      },
    },
    async (request) => {
      const headers: Record<string, string> = {}
      for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers[name] = value
      await receiveMessage(events, request.params.name, { headers, rawBody: request.rawBody })
      return { received: true as const }
    },
  )
}
