import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { Problem } from '@paume/contract'
import type { App } from '../routing.ts'

const DESCRIPTION = `Hover to pay. Devices sign their requests (RFC 9421, ecdsa-p256-sha256, label \`paume\`); operators and shoppers
send a bearer token. Amounts are whole minor units. Every failure is a problem detail (RFC 9457) with a stable \`code\`.`

/** `/openapi.json`, made from the routes themselves, and a page to read it at `/docs`. Call before any route is registered. */
export async function registerDocumentation(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Paume', version: '0.1.0', description: DESCRIPTION, license: { name: 'Apache-2.0' } },
      components: {
        securitySchemes: {
          deviceSignature: { type: 'apiKey', in: 'header', name: 'Signature-Input', description: 'RFC 9421' },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    hideUntagged: true,
    transform: ({ schema, url }) => {
      const documented = schema as { hide?: boolean; response?: Record<string, unknown> }
      const withProblem = { ...documented, response: { ...documented?.response, default: Problem } }
      return { schema: (documented?.hide ? documented : withProblem) as never, url }
    },
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP:
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'",
    uiConfig: { docExpansion: 'list', deepLinking: false, validatorUrl: null },
  })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
