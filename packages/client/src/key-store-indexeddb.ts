import { deviceKeyOf } from './device-key.ts'
import { KeyStoreUnavailable } from './errors.ts'
import type { DeviceKeyStore } from './key-store.ts'

const OBJECT_STORE = 'devices'
/** What stands in the database: handles are stored by structured clone, which keeps `extractable: false`. */
type Row = { deviceId: string | null; handles: CryptoKeyPair }

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

function open(databaseName: string): Promise<IDBDatabase> {
  const request = indexedDB.open(databaseName, 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore(OBJECT_STORE)
  }
  return settled(request)
}

/** Keeps identities in this browser's IndexedDB. Clearing the site's data unpairs the device. */
export function indexedDbKeyStore(databaseName = 'paume'): DeviceKeyStore {
  async function use<T>(mode: IDBTransactionMode, work: (rows: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    let database: IDBDatabase | undefined
    try {
      if (typeof indexedDB === 'undefined') throw new Error('this browser has no IndexedDB')
      database = await open(databaseName)
      const transaction = database.transaction(OBJECT_STORE, mode, { durability: 'strict' })
      const committed = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve()
        transaction.onabort = () => reject(transaction.error)
      })
      const [result] = await Promise.all([settled(work(transaction.objectStore(OBJECT_STORE))), committed])
      return result
    } catch (cause) {
      throw new KeyStoreUnavailable('This browser does not let the page keep its device key.', { cause })
    } finally {
      database?.close()
    }
  }

  return {
    async load(slot) {
      const row = await use<Row | undefined>('readonly', (rows) => rows.get(slot))
      return row ? { deviceId: row.deviceId, key: await deviceKeyOf(row.handles) } : null
    },
    async save(slot, { deviceId, key }) {
      const row: Row = { deviceId, handles: key.handles }
      await use('readwrite', (rows) => rows.put(row, slot))
    },
    async erase(slot) {
      await use('readwrite', (rows) => rows.delete(slot))
    },
  }
}
