import type { Gallery } from '@paume/palm'
import type pg from 'pg'
import { PALM_CHANNEL, type TemplateStore } from './template-store.ts'

/** Keeps this node's gallery as the database says. */
export type GalleryFollower = {
  /** True once every enrolled palm is in memory. */
  loaded(): boolean
  /** Brings the gallery up to what is committed now. Rejects when the database cannot be asked. */
  sync(): Promise<void>
  /** Loads everything, then follows. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** A notification that got lost is made up for within this, ms. */
const POLL_MS = 1_000
const RECONNECT_MS = 1_000

type Options = { store: TemplateStore; gallery: Gallery; connect(): Promise<pg.Client>; onSize?(palms: number): void }

export function createGalleryFollower({ store, gallery, connect, onSize = () => {} }: Options): GalleryFollower {
  let known: bigint | undefined
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let listener: pg.Client | undefined
  let running: Promise<void> = Promise.resolve()

  const bring = async (shopperId: string) => {
    const palms = await store.palmsOf(shopperId)
    // Erased meanwhile: the removal has a number of its own, but nothing is gained by waiting for it.
    if (palms.length === 0) gallery.removeShopper(shopperId)
    for (const palm of palms) gallery.put(palm)
  }
  const catchUp = async () => {
    if (known === undefined) {
      const { shopperIds, sequence } = await store.snapshot()
      for (const shopperId of shopperIds) await bring(shopperId)
      known = sequence
    }
    for (;;) {
      const changes = await store.changesAfter(known)
      for (const { sequence, shopperId, change } of changes) {
        if (change === 'erased') gallery.removeShopper(shopperId)
        else await bring(shopperId)
        known = sequence
      }
      if (changes.length === 0) break
    }
    onSize(gallery.palms)
  }
  /** One at a time, each beginning after it was asked for, so that it sees everything committed before. */
  const sync = (): Promise<void> => {
    const next = running.then(catchUp)
    running = next.catch(() => {})
    return next
  }
  const listen = async () => {
    if (stopped) return
    try {
      const client = await connect()
      if (stopped) return void (await client.end())
      listener = client
      client.on('notification', () => void sync().catch(() => {}))
      client.once('end', () => {
        listener = undefined
        if (!stopped) setTimeout(() => void listen(), RECONNECT_MS).unref()
      })
      await client.query(`listen ${PALM_CHANNEL}`)
    } catch {
      if (!stopped) setTimeout(() => void listen(), RECONNECT_MS).unref()
    }
  }
  const poll = () => {
    if (stopped) return
    timer = setTimeout(
      () =>
        void sync()
          .catch(() => {})
          .finally(poll),
      POLL_MS,
    )
    timer.unref()
  }
  return {
    loaded: () => known !== undefined,
    sync,
    async start() {
      await sync()
      void listen()
      poll()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await listener?.end().catch(() => {})
      await running
    },
  }
}
