import { afterEach, describe, expect, it } from 'vitest'
import { createDeviceKey } from './device-key.ts'
import type { PaumeError } from './errors.ts'
import { openPublic } from './open.ts'
import { type Answer, json, problem, scriptedServer } from './test-server.ts'

let close = async () => {}
afterEach(() => close())

async function pairing(answers: Answer[]) {
  const server = await scriptedServer(answers)
  close = server.close
  return { server, pairing: openPublic({ baseUrl: server.baseUrl }).pairing }
}

describe('pairing', () => {
  it('shows only the public half, and waits for the operator', async () => {
    const started = { pairingId: 'p1', code: 'BCDF-GHJK', expiresAt: '2026-11-23T12:00:00Z', pollEveryMs: 5 }
    const pending = problem('pairing_pending', 202)
    const { server, pairing: pair } = await pairing([json(started, 201), pending, pending, json({ id: 'dev_1' })])
    const { publicKey } = await createDeviceKey()
    const device = await pair.approved(await pair.start('kiosk', publicKey))
    expect(device.id).toBe('dev_1')
    expect(JSON.parse(server.heard[0]!.body.toString())).toEqual({ kind: 'kiosk', publicKey })
    expect(server.heard[0]!.headers).not.toHaveProperty('signature')
    expect(server.heard.slice(1).map(({ target }) => target)).toEqual(Array(3).fill('/v1/pairings/p1'))
  })

  it('passes on that a code is too old', async () => {
    const { pairing: pair } = await pairing([problem('pairing_code_expired', 410)])
    await expect(pair.poll('p1')).rejects.toMatchObject({ code: 'pairing_code_expired' } satisfies Partial<PaumeError>)
  })

  it('takes a code as people type it', async () => {
    const { server, pairing: pair } = await pairing([json({ id: 'dev_1' })])
    await pair.redeem(' bcdf-ghjk ', 'register', (await createDeviceKey()).publicKey)
    expect(JSON.parse(server.heard[0]!.body.toString())).toMatchObject({ code: 'BCDF-GHJK', kind: 'register' })
  })
})
