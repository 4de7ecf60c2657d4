import { afterAll, describe, expect, it } from 'vitest'
import { withTransaction } from '../src/database.ts'
import { startHouse } from './harness.ts'
import { signedIn } from './staff-person.ts'
import { post, TestDevice } from './test-device.ts'

const house = await startHouse()
afterAll(() => house.stop())
const owner = await signedIn(house, { role: 'owner' })
const shops = await house.paume.merchants.shops()
const organisationId = shops[0]!.organisation.id
const look = () => house.paume.fleet.rollouts.look()

type Rig = TestDevice & { version?: string }
/** One heartbeat; where the server's clock was moved, the device's goes along. */
const beat = async (device: Rig, more: object = {}) => {
  const said = { appVersion: '1', camera: 'ready', deviceTimeMs: house.clock.nowMs(), settingsVersion: device.version }
  const clockOffMs = house.clock.nowMs() - Date.now()
  const reply = await device.call('POST', '/v1/devices/self/heartbeat', { ...said, ...more }, { clockOffMs })
  expect(reply.status).toBe(200)
  return reply.body
}
/** Takes what it is given, as a page does. */
const run = async (device: Rig) => {
  const given = await beat(device)
  if (given.settingsVersion !== device.version) {
    device.version = given.settingsVersion
    await beat(device)
  }
  return given.settings
}
const devices: Rig[] = []
for (let n = 0; n < 40; n++) {
  const kind = 'terminal'
  const shopId = shops[n % 2]!.id
  const made = await post(`${house.url}/v1/devices`, { kind, shopId, name: `T${n}` }, house.operator)
  const device = new TestDevice(house.url, kind)
  const redeemed = { code: made.body.pairingCode, kind, publicKey: device.publicKey }
  device.id = (await post(`${house.url}/v1/pairings/redeem`, redeemed)).body.id
  devices.push(device)
}
const runAll = async (some: readonly Rig[] = devices) => Promise.all(some.map(run))
const template = async (name: string, settings: object) =>
  (await owner.call('POST', '/v1/settings-templates', { name, settings })).body.id as string
const assign = async (templateId: string, scope: string, scopeId: string) =>
  expect((await owner.call('PUT', '/v1/settings-assignments', { templateId, scope, scopeId })).status).toBe(200)
const start = (templateId: string, version: number, more: object = {}) =>
  owner.call('POST', '/v1/settings-rollouts', { templateId, version, stageMinutes: 10, ...more })
const state = async (id: string) => (await owner.call('GET', `/v1/settings-rollouts/${id}`)).body
/** Time goes by, with the heartbeats of those. */
const tenMinutes = async (some: readonly Rig[] = devices) => {
  house.clock.moveMs(600_001)
  await Promise.all(some.map((device) => beat(device)))
}

describe('settings', () => {
  it('reach a few devices, then a quarter, then all, while those that took them are well', async () => {
    await runAll()
    const id = await template('House', { brightnessPercent: 60, languages: ['fr', 'en'] })
    await assign(id, 'organisation', organisationId)
    const rollout = (await start(id, 1)).body
    expect(rollout).toMatchObject({ state: 'running', devices: { covered: 40, due: 2, took: 0 } })
    expect((await start(id, 1)).body.code).toBe('settings_state')
    const bright = async () => (await runAll(devices)).filter((settings) => settings.brightnessPercent === 60).length
    expect(await bright()).toBe(2)
    await look()
    expect(await state(rollout.id)).toMatchObject({ stage: 0, devices: { took: 2, silent: 0 } })
    for (const due of [10, 40]) {
      await tenMinutes()
      await look()
      expect(await bright()).toBe(due)
    }
    await tenMinutes()
    await look()
    expect(await state(rollout.id)).toMatchObject({ state: 'finished', stop: null, devices: { took: 40 } })
    const page = (await owner.call('GET', `/v1/devices/${devices[0]!.id}`)).body
    expect(page.settingSources).toMatchObject({
      brightnessPercent: { from: 'organisation', templateId: id, version: 1 },
      soundPercent: { from: 'default' },
    })
    expect(page.settingsCurrent).toBe(true)
  })

  it('of the device win over those of the shop, and those over the organisation’s, each setting by itself', async () => {
    const [first, second] = [devices[0]!, devices[2]!]
    const ofShop = await template('Shop', { brightnessPercent: 80, soundPercent: 30 })
    const ofDevice = await template('Device', { soundPercent: 0 })
    await assign(ofShop, 'shop', shops[0]!.id)
    await assign(ofDevice, 'device', first.id)
    for (const id of [ofShop, ofDevice]) {
      const rollout = (await start(id, 1, { stagesPercent: [100] })).body
      await runAll(devices)
      await tenMinutes()
      await look()
      expect((await state(rollout.id)).state).toBe('finished')
    }
    const [one, two] = await runAll([first, second])
    expect(one).toMatchObject({ languages: ['fr', 'en'], brightnessPercent: 80, soundPercent: 0 })
    expect(two).toMatchObject({ languages: ['fr', 'en'], brightnessPercent: 80, soundPercent: 30 })
    const gone = { scope: 'device', scopeId: first.id, templateId: ofDevice }
    expect((await owner.call('POST', '/v1/settings-assignments/remove', gone)).status).toBe(200)
    expect((await runAll([first]))[0]).toMatchObject({ soundPercent: 30 })
  })

  it('stop by themselves when devices that took them go silent, and the others go back', async () => {
    const { body } = await owner.call('GET', '/v1/settings-templates?q=House')
    const id = body.items[0].id
    const versioned = await owner.call('POST', `/v1/settings-templates/${id}/versions`, {
      settings: { brightnessPercent: 20 },
    })
    expect(versioned.body).toMatchObject({ latestVersion: 2, currentVersion: 1 })
    const rollout = (await start(id, 2, { stagesPercent: [25, 100] })).body
    const settings = await runAll(devices)
    const changed = devices.filter((_, n) => settings[n].languages === null)
    expect(changed).toHaveLength(10)
    // Four of the ten are never heard of again.
    const silent = changed.slice(0, 4)
    const well = devices.filter((device) => !silent.includes(device))
    await tenMinutes(well)
    await look()
    expect(await state(rollout.id)).toMatchObject({
      state: 'stopped',
      stop: 'silent',
      devices: { took: 10, silent: 4 },
    })
    expect((await runAll(well)).every(({ languages }) => languages?.[0] === 'fr')).toBe(true)
    expect((await owner.call('POST', `/v1/settings-rollouts/${rollout.id}/stop`, {})).body.code).toBe('settings_state')
  })

  it('stop when devices cannot use them, and when somebody says so', async () => {
    const { body } = await owner.call('GET', '/v1/settings-templates?q=House')
    const id = body.items[0].id
    const rollout = (await start(id, 2, { stagesPercent: [50, 100] })).body
    let refused = 0
    for (const device of devices) {
      const given = await beat(device)
      if (given.settings.languages?.[0] === 'fr' || given.settingsVersion === device.version) continue
      if (refused++ === 3) break
      await beat(device, { settingsRefused: given.settingsVersion })
    }
    await look()
    expect(await state(rollout.id)).toMatchObject({ state: 'stopped', stop: 'refused', devices: { refused: 3 } })
    const again = (await start(id, 2)).body
    expect((await owner.call('POST', `/v1/settings-rollouts/${again.id}/stop`, {})).body).toMatchObject({
      state: 'stopped',
      stop: 'by_hand',
    })
  })

  it('are for their own organisation, in stages that rise to all', async () => {
    const id = await template('Stages', {})
    for (const stagesPercent of [
      [5, 25],
      [25, 5, 100],
      [100, 100],
    ]) {
      expect((await start(id, 1, { stagesPercent })).body.code).toBe('settings_stages')
    }
    const strangers = { id: 'org_01STRANGER0000000000000000', name: 'Strangers' }
    await withTransaction(house.paume.database.db, (tx) => house.paume.merchants.add(tx, strangers, []))
    const stranger = await signedIn(house, { role: 'owner', organisationId: strangers.id })
    for (const [method, path, body] of [
      ['GET', `/v1/settings-templates/${id}`],
      ['POST', `/v1/settings-templates/${id}/versions`, { settings: {} }],
      ['POST', '/v1/settings-rollouts', { templateId: id, version: 1 }],
      ['PUT', '/v1/settings-assignments', { templateId: id, scope: 'shop', scopeId: shops[0]!.id }],
    ] as const) {
      expect((await stranger.call(method, path, body)).body.code).toBe('not_found')
    }
    expect((await stranger.call('GET', '/v1/settings-templates')).body.items).toEqual([])
    expect((await stranger.call('GET', '/v1/settings-rollouts')).body.items).toEqual([])
    const unknown = { name: 'Bad', settings: { colour: 'red' } }
    expect((await owner.call('POST', '/v1/settings-templates', unknown)).body.code).toBe('request_malformed')
  })
})
