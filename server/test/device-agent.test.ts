import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileKeyStore } from '@paume/client/node'
import { createAgent, openFrames, openPaired, pairWithCode } from '@paume/device-agent'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enrol } from './enrol.ts'
import { startHouse, type TestHouse } from './harness.ts'
import { chargeOf, ring } from './sale.ts'
import { handBurst } from './synthetic-pictures.ts'
import { post, type TestDevice } from './test-device.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'packages', 'device-agent', 'src', 'main.ts')
const PERSON = 61

let house: TestHouse
let register: TestDevice
let folder: string
beforeAll(async () => {
  // The real recogniser looks at pictures of hands of people who do not exist.
  house = await startHouse({ realPalms: true })
  folder = await mkdtemp(join(tmpdir(), 'paume-agent-'))
  register = await house.pair('register')
  const kiosk = await house.pair('kiosk')
  const bursts = { L: await handBurst(PERSON, 'L'), R: await handBurst(PERSON, 'R') }
  expect((await enrol(kiosk, (hand) => bursts[hand])).status).toBe(200)
  const hand = join(folder, 'frames', 'right')
  await mkdir(hand, { recursive: true })
  for (const [n, bytes] of (await handBurst(PERSON, 'R', 7)).entries()) await writeFile(join(hand, `${n}.jpg`), bytes)
})
afterAll(async () => {
  await house.stop()
  await rm(folder, { recursive: true, force: true })
})

const terminalWithSheet = async () => {
  const self = (await register.call('GET', '/v1/devices/self')).body
  const wish = { kind: 'terminal', shopId: self.shop.id, name: 'Agent' }
  const made = await post(`${house.url}/v1/devices`, wish, house.operator)
  const { id } = made.body.device
  const sheet = await post(`${house.url}/v1/devices/${id}/codes`, { for: 'sheet' }, house.operator)
  return { id, code: sheet.body.pairingCode as string }
}
const until = async <T>(ask: () => Promise<T | null>, what: string): Promise<T> => {
  for (const untilMs = Date.now() + 60_000; Date.now() < untilMs; ) {
    const found = await ask()
    if (found !== null) return found
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`${what} did not come about`)
}
const details = async (id: string) =>
  (await (await fetch(`${house.url}/v1/devices/${id}`, { headers: house.operator })).json()) as any

describe('an agent without a page', () => {
  it('pairs by the code of a sheet, takes settings and pays with the hand in its folder', async () => {
    const { id, code } = await terminalWithSheet()
    const place = { baseUrl: house.url, store: fileKeyStore(join(folder, 'one')) }
    expect((await pairWithCode(place, code, 'terminal')).id).toBe(id)
    await expect(
      pairWithCode({ ...place, store: fileKeyStore(join(folder, 'two')) }, code, 'terminal'),
    ).rejects.toMatchObject({ code: 'pairing_code_used' })
    const device = (await openPaired(place))!
    const frames = await openFrames(join(folder, 'frames'))
    const agent = createAgent({ device, frames, version: 'test', heartbeatMs: 200 })
    const ended = agent.run()
    try {
      await until(async () => ((await details(id)).settingsCurrent === true ? true : null), 'settings')
      const self = (await register.call('GET', '/v1/devices/self')).body
      const { body } = await ring(register, { id } as TestDevice, { currency: self.shop.currency })
      const state = async () => (await register.call('GET', `/v1/payments/${body.id}`)).body.state
      await until(async () => ((await state()) === 'approved' ? true : null), 'the payment')
      expect((await chargeOf(house, body.id))!.capturedMinor).toBe(2340n)
      expect(await details(id)).toMatchObject({ online: true, camera: 'synthetic', appVersion: 'test' })

      // A new key, and on it goes.
      await device.rotateKey()
      expect((await device.api.device.self()).id).toBe(id)
      await post(`${house.url}/v1/devices/${id}/restart`, {}, house.operator)
      expect(await ended).toMatchObject({ why: 'restart', commandId: expect.any(String) })
    } finally {
      agent.stop()
    }
  })

  it('as a program starts anew when it is told to, confirms it, and ends when it is revoked', async () => {
    const { id, code } = await terminalWithSheet()
    const store = join(folder, 'program')
    const run = (...words: string[]) => {
      const flags = ['--disable-warning=ExperimentalWarning', MAIN, ...words, '--server', house.url, '--store', store]
      const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'pipe'] })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
      return {
        child,
        ended: new Promise<number | null>((resolve) => child.once('exit', resolve)),
        output: () => output,
      }
    }
    const paired = run('pair', '--code', code, '--kind', 'terminal')
    expect([await paired.ended, paired.output()]).toEqual([0, expect.stringContaining(id)])
    expect((await stat(join(store, 'device.json'))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(store, 'device.json'), 'utf8')).not.toContain(code)

    const first = run('run', '--frames', join(folder, 'frames'))
    await until(async () => ((await details(id)).online ? true : null), 'the heartbeat')
    await post(`${house.url}/v1/devices/${id}/restart`, {}, house.operator)
    expect(await first.ended).toBe(75)
    const second = run('run', '--frames', join(folder, 'frames'))
    await until(async () => ((await details(id)).commands[0].doneAt === null ? null : true), 'the confirmation')
    await house.revoke(id)
    expect([await second.ended, second.output()]).toEqual([77, expect.stringContaining('This device was revoked.')])
  })
})
