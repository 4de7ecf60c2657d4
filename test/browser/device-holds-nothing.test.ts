import { expect, it } from 'vitest'
import { enterConsole } from './console.ts'
import { openDevicePage, reach } from './shop.ts'
import { openStory } from './story.ts'

const { paume, shop, browser, context } = await openStory()

it('a device holds a key that cannot be taken out of it, and nothing else that could be read', async () => {
  const { page, faults } = await openDevicePage(context, paume, shop.terminal, 'desktop')
  await reach(page, 'idle')
  const held = await page.evaluate(async () => {
    const rows: { name: string; store: string; keys: string[]; extractable: boolean[]; exported: string[] }[] = []
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const open = indexedDB.open(name!)
        open.onsuccess = () => resolve(open.result)
        open.onerror = () => reject(open.error)
      })
      for (const store of database.objectStoreNames) {
        const all = await new Promise<Record<string, unknown>[]>((resolve, reject) => {
          const read = database.transaction(store).objectStore(store).getAll()
          read.onsuccess = () => resolve(read.result)
          read.onerror = () => reject(read.error)
        })
        for (const row of all) {
          const { privateKey } = row.handles as CryptoKeyPair
          const exported: string[] = []
          for (const format of ['jwk', 'pkcs8'] as const) {
            await crypto.subtle.exportKey(format, privateKey).then(
              () => exported.push(format),
              () => {},
            )
          }
          rows.push({
            name: name!,
            store,
            keys: Object.keys(row).sort(),
            extractable: [privateKey.extractable],
            exported,
          })
        }
      }
      database.close()
    }
    return { rows, local: { ...localStorage }, session: { ...sessionStorage }, caches: await caches.keys() }
  })
  expect(held.rows.length).toBeGreaterThan(0)
  for (const row of held.rows) {
    expect(row).toMatchObject({ keys: ['deviceId', 'handles'], extractable: [false], exported: [] })
  }
  // What is kept in plain words says nothing about anybody.
  expect(Object.keys(held.local).every((key) => /^paume-(source|language|theme|sound|nir-camera)$/.test(key))).toBe(
    true,
  )
  expect(Object.keys(held.session).every((key) => key === 'paume-commands-done')).toBe(true)
  expect(held.caches).toEqual([])
  expect(await context.cookies()).toEqual([])
  expect(faults).toEqual([])

  // Told to restart, the page loads anew once, and says that it did.
  const operator = await browser.newContext()
  await enterConsole(operator, paume.url, 'operator')
  const url = `${paume.url}/v1/devices/${shop.terminal.id}`
  const details = async () => (await operator.request.get(url)).json()
  const loaded = page.waitForEvent('load', { timeout: 60_000 })
  const asked = await operator.request.post(`${url}/restart`, { data: {}, headers: { origin: paume.url } })
  expect([asked.status(), await asked.text()]).toEqual([200, expect.any(String)])
  await loaded
  await reach(page, 'idle', 60_000)
  await expect.poll(async () => (await details()).commands[0].doneAt, { timeout: 60_000 }).not.toBeNull()
  // The settings that it runs are the ones that it was given, by its own word.
  await expect.poll(async () => (await details()).settingsCurrent, { timeout: 60_000 }).toBe(true)
  await operator.close()
  await page.close()
}, 240_000)
