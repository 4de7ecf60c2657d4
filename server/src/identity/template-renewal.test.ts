import { randomBytes } from 'node:crypto'
import { cosineOf, type Embedding, type ProtectedTemplate, protectTemplate, rotationOf } from '@paume/palm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStandInEngine, STAND_IN_MODELS } from '../../test/palm-stand-in.ts'
import { openTestDatabase } from '../../test/test-database.ts'
import { movableClock } from '../clock.ts'
import { type DatabaseHandle, withTransaction } from '../database.ts'
import { SecretsError, type TenantKey } from '../secrets.ts'
import { createKeyRing } from './data-key.ts'
import { createGalleryFollower, type GalleryFollower } from './gallery-follower.ts'
import { createGalleryKeys } from './gallery-keys.ts'
import { createRenewalWorker, type Renewed } from './renewal-worker.ts'
import { createTemplateLoader } from './template-loader.ts'
import { createTemplateRenewal } from './template-renewal.ts'
import { createTemplateStore } from './template-store.ts'

let handle: DatabaseHandle
let followers: GalleryFollower[]
beforeEach(async () => {
  handle = await openTestDatabase()
  followers = []
})
afterEach(async () => {
  for (const follower of followers) await follower.stop()
  await handle.close()
})

const first: TenantKey = { epoch: 1, key: randomBytes(32) }
const second: TenantKey = { epoch: 2, key: randomBytes(32) }
const embedding = Int8Array.from({ length: 256 }, (_, i) => ((i * 37) % 61) - 30) as Int8Array as Embedding
const templateUnder = (tenant: TenantKey, galleryId = 'org_A'): ProtectedTemplate =>
  protectTemplate(
    { embedding, code: new Uint8Array(8) as never },
    createGalleryKeys([tenant]).rotation(galleryId),
    STAND_IN_MODELS[0],
  )

/** A node with these tenant keys on the one database. */
function node(tenantKeys: TenantKey[]) {
  const galleryKeys = createGalleryKeys(tenantKeys)
  const store = createTemplateStore({ db: handle.db, clock: movableClock(), keys: createKeyRing(galleryKeys) })
  const renewal = createTemplateRenewal(galleryKeys)
  const { gallery } = createStandInEngine()
  const loader = createTemplateLoader({ connect: handle.connect, tenantKeys })
  const follower = createGalleryFollower({ store, loader, gallery, renewal, connect: handle.connect })
  followers.push(follower)
  const done: Renewed[] = []
  const worker = createRenewalWorker({ store, renewal, onDone: (renewed) => void done.push(renewed) })
  const newest = tenantKeys.at(-1)!
  return {
    store,
    gallery,
    follower,
    worker,
    renewal,
    done,
    enrol: (shopperId: string) =>
      withTransaction(handle.db, (tx) =>
        store.insert(
          tx,
          { shopperId, galleryId: 'org_A', organisationId: 'org_A' },
          [{ hand: 'L', templates: [templateUnder(newest)] }],
          new Date(),
        ),
      ),
  }
}
const epochs = async () => {
  const rows = await handle.db
    .selectFrom('palms')
    .innerJoin('palm_templates', 'palm_templates.palm_id', 'palms.id')
    .innerJoin('shopper_keys', 'shopper_keys.shopper_id', 'palms.shopper_id')
    .select(['rotation_epoch', 'tenant_epoch'])
    .execute()
  return rows.map((row) => [row.rotation_epoch, row.tenant_epoch])
}

describe('a new tenant key', () => {
  it('turns what is loaded, then what is stored, so that the old key may go', async () => {
    const before = node([first])
    for (const id of ['shp_1', 'shp_2', 'shp_3']) await before.enrol(id)
    const after = node([first, second])
    await after.follower.start()
    expect([after.gallery.palms, after.follower.refused()]).toEqual([3, 0])
    expect(await epochs()).toEqual([[1, 1], [1, 1], [1, 1]]) // biome-ignore format: a table
    expect(await after.worker.runOnce()).toEqual({ shoppers: 3, unreadable: 0 })
    expect(await epochs()).toEqual([[2, 2], [2, 2], [2, 2]]) // biome-ignore format: a table
    expect(await after.worker.runOnce()).toEqual({ shoppers: 0, unreadable: 0 })

    const without = node([second])
    await without.follower.start()
    expect(without.gallery.palms).toBe(3)
    const [palm] = await without.store.palmsOf('shp_2')
    expect(palm.templates[0].rotationEpoch).toBe(2)
    expect(cosineOf(palm.templates[0].embedding, templateUnder(second).embedding)).toBeGreaterThan(0.99)
  })

  it('reaches somebody whom a node still on the old key enrols', async () => {
    const before = node([first])
    const after = node([first, second])
    await after.follower.start()
    await before.enrol('shp_late')
    await after.follower.sync()
    expect([after.gallery.palms, after.follower.refused()]).toEqual([1, 0])
  })

  it('does not stop a node that lacks it: that one goes on, and still follows erasures', async () => {
    const before = node([first])
    await before.enrol('shp_old')
    await before.follower.start()
    const after = node([first, second])
    await after.enrol('shp_new')
    await before.follower.sync()
    expect([before.gallery.palms, before.follower.refused()]).toEqual([1, 1])
    await withTransaction(handle.db, (tx) => after.store.erase(tx, 'shp_old'))
    await before.follower.sync()
    expect(before.gallery.palms).toBe(0)
    await withTransaction(handle.db, (tx) => after.store.erase(tx, 'shp_new'))
    await before.follower.sync()
    expect(before.follower.refused()).toBe(0)
  })

  it('is not to replace the old one before everything is renewed: then nothing starts', async () => {
    const before = node([first])
    await before.enrol('shp_1')
    await expect(node([second]).follower.start()).rejects.toThrow(SecretsError)
    const other: TenantKey = { epoch: 1, key: randomBytes(32) }
    await expect(node([other]).follower.start()).rejects.toThrow(SecretsError)
  })

  it('passes over a damaged record, and an erased shopper stays erased', async () => {
    const before = node([first])
    for (const id of ['shp_1', 'shp_2', 'shp_3']) await before.enrol(id)
    await handle.db
      .updateTable('palm_templates')
      .set({ sealed_templates: randomBytes(200) })
      .where('palm_id', 'in', (palms) => palms.selectFrom('palms').select('id').where('shopper_id', '=', 'shp_2'))
      .execute()
    const after = node([first, second])
    await after.follower.start()
    expect([after.gallery.palms, after.follower.refused()]).toEqual([2, 1])
    const [renewed] = await Promise.all([
      after.worker.runOnce(),
      withTransaction(handle.db, (tx) => before.store.erase(tx, 'shp_3')),
    ])
    expect(renewed.unreadable).toBe(1)
    expect((await epochs()).sort()).toEqual([[1, 1], [2, 2]]) // biome-ignore format: a table
  })

  it('is worked in by the background and reported', async () => {
    await node([first]).enrol('shp_1')
    const after = node([first, second])
    after.worker.start()
    while (after.done.length === 0) await new Promise((again) => setTimeout(again, 10))
    await after.worker.stop()
    expect(after.done).toEqual([{ shoppers: 1, unreadable: 0 }])
  })
})

describe('a palm of before there were galleries', () => {
  /** As version 0.4 stored it: turned and wrapped by the tenant key itself. */
  async function enrolAsBefore(shopperId: string, galleryId: string) {
    const legacy = createTemplateStore({
      db: handle.db,
      clock: movableClock(),
      keys: createKeyRing(createGalleryKeys([first])),
    })
    const template = protectTemplate(
      { embedding, code: new Uint8Array(8) as never },
      rotationOf(first.key, 1),
      STAND_IN_MODELS[0],
    )
    const { rotationId: _id, ...oldest } = template
    const owner = { shopperId, galleryId: 'installation', organisationId: galleryId }
    await withTransaction(handle.db, (tx) => legacy.insert(tx, owner, [{ hand: 'L', templates: [oldest] }], new Date()))
    await handle.db.updateTable('palms').set({ gallery_id: galleryId }).where('shopper_id', '=', shopperId).execute()
  }
  const keyedBy = async () =>
    (await handle.db.selectFrom('shopper_keys').select('keyed_by').execute()).map((row) => row.keyed_by)

  it('is turned for the gallery it belongs to when it is loaded, then where it is stored', async () => {
    await enrolAsBefore('shp_1', 'org_A')
    const now = node([first])
    await now.follower.start()
    expect([now.gallery.homeOf('shp_1'), now.follower.refused()]).toEqual(['org_A', 0])
    expect(await keyedBy()).toEqual(['installation'])
    expect(await now.worker.runOnce()).toEqual({ shoppers: 1, unreadable: 0 })
    expect(await keyedBy()).toEqual(['org_A'])
    const [palm] = await now.store.palmsOf('shp_1')
    const wanted = templateUnder(first)
    expect(palm.templates[0].rotationId).toBe(wanted.rotationId)
    expect(cosineOf(palm.templates[0].embedding, wanted.embedding)).toBeGreaterThan(0.99)
    expect(Math.abs(cosineOf(palm.templates[0].embedding, templateUnder(first, 'org_B').embedding))).toBeLessThan(0.4)
  })

  it('goes to no other gallery by a changed column, once it is under the key of its own', async () => {
    await enrolAsBefore('shp_1', 'org_A')
    const now = node([first])
    await now.worker.runOnce()
    for (const change of [{ gallery_id: 'org_B' }, { gallery_id: 'network' }]) {
      await handle.db.updateTable('palms').set(change).execute()
      const other = node([first])
      await expect(other.follower.start()).rejects.toThrow(SecretsError)
      expect(other.gallery.palms).toBe(0)
      expect(await other.worker.runOnce()).toEqual({ shoppers: 0, unreadable: 1 })
    }
    await handle.db.updateTable('shopper_keys').set({ keyed_by: 'installation' }).execute()
    await expect(node([first]).follower.start()).rejects.toThrow(SecretsError)
  })

  it('moves to another gallery by its owner’s wish, under another key, and back', async () => {
    await enrolAsBefore('shp_1', 'org_A')
    const here = node([first])
    const there = node([first])
    await Promise.all([here.follower.start(), there.follower.start()])
    const move = (galleryId: string) =>
      withTransaction(handle.db, (tx) => here.store.move(tx, 'shp_1', galleryId, here.renewal.template))
    expect(await move('network')).toBe(true)
    expect(await move('network')).toBe(false)
    await there.follower.sync()
    expect([there.gallery.palms, there.gallery.homeOf('shp_1')]).toEqual([1, 'network'])
    expect(await keyedBy()).toEqual(['network'])
    expect(await here.store.homeOf(handle.db, 'shp_1')).toEqual({ galleryId: 'network', organisationId: 'org_A' })
    expect(await move('org_A')).toBe(true)
    await there.follower.sync()
    expect(there.gallery.homeOf('shp_1')).toBe('org_A')
    await withTransaction(handle.db, (tx) => here.store.erase(tx, 'shp_1'))
    await there.follower.sync()
    expect([there.gallery.palms, await here.store.homeOf(handle.db, 'shp_1')]).toEqual([0, null])
  })
})
