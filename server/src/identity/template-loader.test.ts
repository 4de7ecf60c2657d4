import { randomBytes } from 'node:crypto'
import { type EnrolledPalm, type ProtectedEmbedding, type ProtectedTemplate, templateToBytes } from '@paume/palm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestDatabase } from '../../test/test-database.ts'
import { movableClock } from '../clock.ts'
import { type DatabaseHandle, withTransaction } from '../database.ts'
import type { TenantKey } from '../secrets.ts'
import { createKeyRing, sealBytes } from './data-key.ts'
import { createGalleryKeys } from './gallery-keys.ts'
import { TemplatesUnreadable } from './sealed-templates.ts'
import { createTemplateLoader } from './template-loader.ts'
import { createTemplateStore, type TemplateStore } from './template-store.ts'
import type { Refusal } from './unsealing.ts'

const tenantKeys: TenantKey[] = [{ epoch: 1, key: randomBytes(32) }]
let handle: DatabaseHandle
let store: TemplateStore
beforeEach(async () => {
  handle = await openTestDatabase()
  store = createTemplateStore({
    db: handle.db,
    clock: movableClock(),
    keys: createKeyRing(createGalleryKeys(tenantKeys)),
  })
})
afterEach(() => handle.close())

const template = (seed: number, modelVersion = 'one+lines'): ProtectedTemplate => ({
  embedding: Int8Array.from(
    { length: 256 },
    (_, i) => ((i * (seed + 3)) % 251) - 125,
  ) as Int8Array as ProtectedEmbedding,
  code: Uint8Array.from({ length: 512 }, (_, i) => (i * seed) & 255) as Uint8Array as ProtectedTemplate['code'],
  modelVersion,
  rotationEpoch: 1,
})
const ownerOf = (shopperId: string) => ({ shopperId, galleryId: 'org_A', organisationId: 'org_A' })
const nameOf = (n: number) => `shp_${String(n).padStart(4, '0')}`
async function enrol(people: number) {
  for (let n = 0; n < people; n++) {
    const palms = (['L', 'R'] as const).map((hand, i) => ({
      hand,
      templates: [template(2 * n + i), template(n + 900)],
    }))
    await withTransaction(handle.db, (tx) => store.insert(tx, ownerOf(nameOf(n)), palms, new Date()))
  }
}
async function load(keys = tenantKeys, pageShoppers = 10) {
  const palms: EnrolledPalm[] = []
  const refused: Refusal[] = []
  const loader = createTemplateLoader({ connect: handle.connect, tenantKeys: keys, pageShoppers })
  const shoppers = await loader.load((palm) => void palms.push(palm), (refusal) => void refused.push(refusal)) // biome-ignore format: short
  return { palms, refused, shoppers }
}
const palmIdOf = async (n: number, hand: 'L' | 'R' = 'L') =>
  (await store.palmsOf(nameOf(n))).find((palm) => palm.hand === hand)!.palmId
const sealedOf = async (palmId: string) =>
  (await handle.db.selectFrom('palm_templates').selectAll().where('palm_id', '=', palmId).executeTakeFirstOrThrow())
    .sealed_templates
const overwrite = (palmId: string, row: { sealed_templates?: Buffer; model_version?: string }) =>
  handle.db.updateTable('palm_templates').set(row).where('palm_id', '=', palmId).execute()

describe('loading every palm', () => {
  it('brings each once, as it was stored, over many pages and threads', async () => {
    await enrol(35)
    const { palms, refused, shoppers } = await load()
    expect([shoppers, palms.length, refused]).toEqual([35, 70, []])
    const sorted = palms.toSorted((a, b) => (a.palmId < b.palmId ? -1 : 1))
    const all = await Promise.all(Array.from({ length: 35 }, (_, n) => store.palmsOf(nameOf(n))))
    const stored = all.flat().map(({ keyedBy: _by, ...palm }) => palm)
    expect(sorted).toEqual(stored.toSorted((a, b) => (a.palmId < b.palmId ? -1 : 1)))
    const third = sorted.find(({ shopperId, hand }) => shopperId === nameOf(2) && hand === 'L')
    expect(third?.templates[0]).toEqual(template(4))
  })

  it('is the same on a page that is exactly full, on one page, and where nobody is', async () => {
    expect(await load()).toEqual({ palms: [], refused: [], shoppers: 0 })
    await enrol(10)
    expect((await load()).palms).toHaveLength(20)
    expect((await load(tenantKeys, 1_000)).palms).toHaveLength(20)
  })

  it('puts the templates of two models of a palm together', async () => {
    await enrol(2)
    const palmId = await palmIdOf(1)
    await withTransaction(handle.db, (tx) =>
      store.replaceTemplates(tx, palmId, (held) => [...held, template(7, 'two+lines')]),
    )
    for (const pageShoppers of [1, 10]) {
      const { palms } = await load(tenantKeys, pageShoppers)
      const versions = palms.find((palm) => palm.palmId === palmId)!.templates.map(({ modelVersion }) => modelVersion)
      expect(versions).toEqual(['one+lines', 'one+lines', 'two+lines'])
    }
  })

  it('refuses whose record is altered by a byte, anywhere in it, and nobody else', async () => {
    await enrol(12)
    const palmId = await palmIdOf(5)
    const sealed = await sealedOf(palmId)
    for (const at of [0, 13, sealed.length >> 1, sealed.length - 1]) {
      const altered = Buffer.from(sealed)
      altered[at] ^= 1
      await overwrite(palmId, { sealed_templates: altered })
      for (const pageShoppers of [5, 100]) {
        const { palms, refused } = await load(tenantKeys, pageShoppers)
        expect(refused).toEqual([{ shopperId: nameOf(5), lacksKey: false }])
        expect(new Set(palms.map(({ shopperId }) => shopperId)).size).toBe(11)
      }
      await expect(store.palmsOf(nameOf(5))).rejects.toThrow(TemplatesUnreadable)
    }
  })

  it('refuses a record moved to another palm, and one whose row says another model', async () => {
    await enrol(3)
    await overwrite(await palmIdOf(0), { sealed_templates: await sealedOf(await palmIdOf(0, 'R')) })
    await overwrite(await palmIdOf(1), { model_version: 'two+lines' })
    const { palms, refused } = await load()
    expect(refused.map(({ shopperId }) => shopperId)).toEqual([nameOf(0), nameOf(1)])
    expect(new Set(palms.map(({ shopperId }) => shopperId))).toEqual(new Set([nameOf(2)]))
  })

  it('says when it is a tenant key that is missing', async () => {
    await enrol(3)
    const { refused } = await load([{ epoch: 2, key: randomBytes(32) }])
    expect(refused).toHaveLength(3)
    expect(refused.every(({ lacksKey }) => lacksKey)).toBe(true)
  })

  it('reads the records of 0.1.0, which were JSON', async () => {
    await enrol(1)
    const palmId = await palmIdOf(0)
    const {
      wrapped_key: wrapped,
      tenant_epoch: epoch,
      keyed_by: keyedBy,
    } = await handle.db.selectFrom('shopper_keys').selectAll().executeTakeFirstOrThrow()
    const key = createKeyRing(createGalleryKeys(tenantKeys)).unwrap(nameOf(0), { wrapped, epoch, keyedBy })
    const json = JSON.stringify([Buffer.from(templateToBytes(template(3))).toString('base64')])
    await overwrite(palmId, {
      sealed_templates: sealBytes(key, Buffer.from(json), `paume palm ${nameOf(0)} ${palmId}`),
    })
    const { palms } = await load()
    expect(palms.find((palm) => palm.palmId === palmId)?.templates).toEqual([template(3)])
  })
})

it('a sealed template takes less than a kilobyte', async () => {
  const five = Array.from({ length: 5 }, (_, i) => template(i, 'palmnet1-0123abcd+line3x32-1'))
  await withTransaction(handle.db, (tx) =>
    store.insert(tx, ownerOf('shp_x'), [{ hand: 'L', templates: five }], new Date()),
  )
  const [palm] = await store.palmsOf('shp_x')
  expect((await sealedOf(palm.palmId)).length / five.length).toBeLessThan(820)
})
