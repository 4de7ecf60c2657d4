import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the stand-in answers next, in the words of Twilio's Messages API; `drop`: it takes the message and the reply is lost. */
export type NextReply = { status: number; code?: number } | 'drop' | 'hang'

export const ACCOUNT = `AC${'0'.repeat(32)}`
export const KEY = 'key-of-the-carrier-0001'
export const FROM = '+15550100999'

const FIELDS = ['To', 'From', 'MessagingServiceSid', 'Body']

/**
 * A carrier of our own, for tests: Twilio's `POST /2010-04-01/Accounts/{AccountSid}/Messages.json`, which refuses a wrong path, login, form,
 * field or value as that one does, with its codes.
 */
export async function startCarrier() {
  const taken: { to: string; from: string; body: string }[] = []
  const refusals: number[] = []
  const next: NextReply[] = []
  let calls = 0
  const server = createServer(async (request, response) => {
    calls += 1
    let text = ''
    for await (const part of request) text += part
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const refuse = (status: number, code: number) => {
      refusals.push(code)
      answer(status, { code, message: 'no', more_info: `https://www.twilio.com/docs/errors/${code}`, status })
    }
    const planned = next.shift()
    if (planned === 'hang') return
    if (typeof planned === 'object') return refuse(planned.status, planned.code ?? 20500)
    if (request.headers.authorization !== `Basic ${Buffer.from(`${ACCOUNT}:${KEY}`).toString('base64')}`)
      return refuse(401, 20003)
    if (request.method !== 'POST' || request.url !== `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`)
      return refuse(404, 20404)
    if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return refuse(400, 20001)
    const form = new URLSearchParams(text)
    const one = (name: string) => (form.getAll(name).length === 1 ? form.get(name)! : '')
    if ([...form.keys()].some((name) => !FIELDS.includes(name))) return refuse(400, 20001)
    if (!/^\+[1-9]\d{6,14}$/.test(one('To'))) return refuse(400, 21211)
    if (form.has('From') === form.has('MessagingServiceSid')) return refuse(400, 21603)
    if (form.has('From') && one('From') !== FROM) return refuse(400, 21606)
    if (form.has('MessagingServiceSid') && !/^MG[0-9a-f]{32}$/.test(one('MessagingServiceSid')))
      return refuse(400, 21701)
    if (one('Body') === '') return refuse(400, 21602)
    if (one('Body').length > 1_600) return refuse(400, 21617)
    taken.push({ to: one('To'), from: one('From') || one('MessagingServiceSid'), body: one('Body') })
    if (planned === 'drop') return request.socket.destroy()
    answer(201, { sid: `SM${'1'.repeat(32)}`, status: 'queued', error_code: null })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    taken,
    /** Codes it refused with. */
    refusals,
    next,
    calls: () => calls,
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
