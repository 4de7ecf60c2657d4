import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStandInEngine, standInFrame } from '../../test/palm-stand-in.ts'
import { openTestDatabase } from '../../test/test-database.ts'
import { movableClock } from '../clock.ts'
import { type DatabaseHandle, withTransaction } from '../database.ts'
import { createKeyRing } from './data-key.ts'
import { createGalleryFollower, type GalleryFollower } from './gallery-follower.ts'
import { createGalleryKeys } from './gallery-keys.ts'
import { createTemplateLoader, type TemplateLoader } from './template-loader.ts'
import type { StoredPalm } from './template-renewal.ts'
import { createTemplateStore, type TemplateStore } from './template-store.ts'

let handle: DatabaseHandle
let store: TemplateStore
let loader: TemplateLoader
let followers: GalleryFollower[]
beforeEach(async () => {
  handle = await openTestDatabase()
  const tenantKeys = [{ epoch: 1, key: randomBytes(32) }]
  const keys = createKeyRing(createGalleryKeys(tenantKeys))
  loader = createTemplateLoader({ connect: handle.connect, tenantKeys })
  store = createTemplateStore({ db: handle.db, clock: movableClock(), keys })
  followers = []
})
afterEach(async () => {
  for (const follower of followers) await follower.stop()
  await handle.close()
})

const unchanged = { palm: ({ keyedBy: _by, ...palm }: StoredPalm) => palm }
const organisationId = 'org_A'
const engine = createStandInEngine()
async function enrol(shopperId: string) {
  const burst = await engine.analyse([{ bytes: standInFrame(shopperId, 'L'), offsetMs: 0, screenColour: null }], {
    expectedHand: null,
    flash: null,
    unseenFlash: 'refuse',
  })
  if (burst.outcome !== 'good') throw new Error('the stand-in refused')
  const templates = burst.samples.map((sample) => engine.protect(sample, organisationId).template)
  await withTransaction(handle.db, (tx) =>
    store.insert(tx, { shopperId, galleryId: organisationId, organisationId }, [{ hand: 'L', templates }], new Date()),
  )
}
const erase = (shopperId: string) => withTransaction(handle.db, (tx) => store.erase(tx, shopperId))
function node(connect = handle.connect) {
  const { gallery } = createStandInEngine()
  const follower = createGalleryFollower({ store, loader, gallery, renewal: unchanged, connect })
  followers.push(follower)
  return { gallery, follower }
}
const until = async (holds: () => boolean, limitMs: number) => {
  const endMs = Date.now() + limitMs
  while (!holds() && Date.now() < endMs) await new Promise((again) => setTimeout(again, 20))
  expect(holds()).toBe(true)
}

describe('a gallery', () => {
  it('is loaded at start with what is enrolled and not erased', async () => {
    for (const id of ['shp_1', 'shp_2', 'shp_3']) await enrol(id)
    expect(await erase('shp_2')).toBe(1)
    const { gallery, follower } = node()
    expect(follower.loaded()).toBe(false)
    await follower.start()
    expect([follower.loaded(), gallery.palms]).toEqual([true, 2])
  })

  it('follows what other nodes enrol and erase', async () => {
    const { gallery, follower } = node()
    await follower.start()
    await enrol('shp_4')
    await until(() => gallery.palms === 1, 5_000)
    await erase('shp_4')
    await until(() => gallery.palms === 0, 5_000)
  })

  it('follows without notifications too', async () => {
    const { gallery, follower } = node(() => Promise.reject(new Error('no connection to listen on')))
    await follower.start()
    await enrol('shp_5')
    await until(() => gallery.palms === 1, 5_000)
  })

  it('misses nothing when many enrol at the same time', async () => {
    const { gallery, follower } = node()
    await follower.start()
    const ids = Array.from({ length: 25 }, (_, i) => `shp_many_${i}`)
    const following = (async () => {
      while (gallery.palms < ids.length) await follower.sync()
    })()
    await Promise.all(ids.map(enrol))
    await following
    expect(gallery.palms).toBe(25)
  })

  it('is not said to be empty when the database cannot be asked', async () => {
    const follower = createGalleryFollower({
      store,
      loader: { load: () => Promise.reject(new Error('away')) },
      gallery: engine.gallery,
      renewal: unchanged,
      connect: handle.connect,
    })
    await expect(follower.start()).rejects.toThrow('away')
    expect(follower.loaded()).toBe(false)
    await follower.stop()
  })
})
