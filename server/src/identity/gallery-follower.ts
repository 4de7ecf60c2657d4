import { type Galleries, TemplateMismatch } from '@paume/palm'
import type pg from 'pg'
import { SecretsError } from '../secrets.ts'
import { TemplatesUnreadable } from './sealed-templates.ts'
import type { TemplateLoader } from './template-loader.ts'
import type { PalmOfGallery, TemplateRenewal } from './template-renewal.ts'
import { PALM_CHANNEL, type TemplateStore } from './template-store.ts'

/** Keeps this node's galleries as the database says. */
export type GalleryFollower = {
  /** True once every enrolled palm is in memory. */
  loaded(): boolean
  /** Brings the gallery up to what is committed now. Rejects when the database cannot be asked. */
  sync(): Promise<void>
  /** Shoppers whose stored templates this node cannot use: only what it had of them before, if anything, is searched until it can. */
  refused(): number
  /** Loads everything, then follows. Rejects with SecretsError when a tenant key that templates need is missing. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** A notification that got lost is made up for within this, ms. */
const POLL_MS = 1_000
const RECONNECT_MS = 1_000

type Options = {
  store: Pick<TemplateStore, 'palmsOf' | 'lastChange' | 'changesAfter'>
  loader: TemplateLoader
  gallery: Pick<Galleries, 'put' | 'removeShopper' | 'palms'>
  renewal: Pick<TemplateRenewal, 'palm'>
  connect(): Promise<pg.Client>
  /** Palms in memory, and shoppers whose templates cannot be used. */
  onSize?(palms: number, refusedShoppers: number): void
}

export function createGalleryFollower(options: Options): GalleryFollower {
  const { store, loader, gallery, renewal, connect, onSize = () => {} } = options
  const refused = new Set<string>()
  let known: bigint | undefined
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let listener: pg.Client | undefined
  let running: Promise<void> = Promise.resolve()

  const bring = async (shopperId: string) => {
    let palms: PalmOfGallery[]
    try {
      palms = (await store.palmsOf(shopperId)).map(renewal.palm)
      for (const { galleryId, ...palm } of palms) gallery.put(galleryId, palm)
    } catch (error) {
      if (refusalOf(error) === undefined) throw error
      // One shopper's templates must not keep the erasure of another from being followed.
      refused.add(shopperId)
      return
    }
    refused.delete(shopperId)
    // Erased meanwhile: the removal has a number of its own, but nothing is gained by waiting for it.
    if (palms.length === 0) gallery.removeShopper(shopperId)
  }
  const load = async (): Promise<bigint> => {
    // Read first: what changes from here on is told again when the changes are followed.
    const sequence = await store.lastChange()
    let lacksKey = false
    const refuse = (shopperId: string) => {
      refused.add(shopperId)
      gallery.removeShopper(shopperId)
    }
    const shoppers = await loader.load(
      ({ galleryId, ...palm }) => {
        try {
          if (!refused.has(palm.shopperId)) gallery.put(galleryId, palm)
        } catch (error) {
          if (refusalOf(error) === undefined) throw error
          refuse(palm.shopperId)
        }
      },
      (refusal) => {
        lacksKey ||= refusal.lacksKey
        refuse(refusal.shopperId)
      },
    )
    // With half of the keys people would be told that they are not registered: rather not start.
    if (lacksKey) throw new SecretsError('a tenant key that registered palms need is missing from the secrets')
    if (shoppers > 0 && refused.size === shoppers) {
      throw new SecretsError('no registered palm opens with the keys in the secrets')
    }
    return sequence
  }
  const catchUp = async () => {
    known ??= await load()
    for (;;) {
      const changes = await store.changesAfter(known)
      for (const { sequence, shopperId, change } of changes) {
        if (change === 'erased') {
          gallery.removeShopper(shopperId)
          refused.delete(shopperId)
        } else await bring(shopperId)
        known = sequence
      }
      if (changes.length === 0) break
    }
    onSize(gallery.palms, refused.size)
  }
  /** One at a time, each beginning after it was asked for, so that it sees everything committed before. */
  const sync = (): Promise<void> => {
    const next = running.then(catchUp)
    running = next.catch(() => {})
    return next
  }
  const listen = async () => {
    if (stopped) return
    let client: pg.Client | undefined
    try {
      client = await connect()
      if (stopped) return void (await client.end())
      client.on('notification', () => void sync().catch(() => {}))
      await client.query(`listen ${PALM_CHANNEL}`)
      listener = client
      client.once('end', () => {
        listener = undefined
        if (!stopped) setTimeout(() => void listen(), RECONNECT_MS).unref()
      })
    } catch {
      await client?.end().catch(() => {})
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
    refused: () => refused.size,
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

/** Why these templates cannot be used, or undefined when the failure is about something else, such as the database. */
function refusalOf(error: unknown): unknown {
  if (error instanceof TemplatesUnreadable) return error.cause
  return error instanceof SecretsError || error instanceof TemplateMismatch ? error : undefined
}
