// A receiver of webhooks: WEBHOOK_SECRET=whsec_… node examples/webhook-receiver.ts 8080
import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'

const webhook = new Webhook(process.env.WEBHOOK_SECRET!)
const seen = new Set<string>() // in earnest a table: what arrived may arrive again
createServer(async (request, reply) => {
  try {
    const body = Buffer.concat(await request.toArray()) // the bytes as they came, not parsed and written again
    const message = webhook.verify(body, request.headers as Record<string, string>) as { id: string; type: string }
    if (!seen.has(message.id)) console.log(message.type, JSON.stringify(message))
    seen.add(message.id)
    reply.writeHead(204).end() // soon: what takes long is done afterwards
  } catch {
    reply.writeHead(401).end()
  }
}).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'))
