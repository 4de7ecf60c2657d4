import type { Clock } from '../../clock.ts'
import type { Db } from '../../database.ts'
import type { App, Guards } from '../../routing.ts'
import { type Admit, createAdmit, createAuthenticate, createTillOfKey } from './authenticate.ts'
import { pruneEvents } from './event-store.ts'
import { NEVER_BEGUN_MS, standingOf } from './exchange.ts'
import { findUnanswered } from './exchange-store.ts'
import { registerNexoKeyRoutes } from './key-routes.ts'
import { createKeyVault } from './key-vault.ts'
import { createNexoKeys, type NexoKeys } from './keys.ts'
import { type NexoParts, nowOf } from './parts.ts'
import type { TillAudit, TillBooks, TillDevices, TillHints, TillPayments, TillPush, TillShops } from './ports.ts'
import { createEventPusher, type EventPusher } from './pushing.ts'
import { registerNexoRoutes } from './routes.ts'
import { registerScreenRoutes } from './screen-routes.ts'
import { pruneScreens } from './screens.ts'
import { tellOfTerminals } from './terminal-events.ts'

export type Nexo = {
  keys: NexoKeys
  /** For other faces that take the same keys. */
  admit: Admit
  parts: NexoParts
  /** Brings events to the tills that said where to. */
  pusher: EventPusher
  registerRoutes(app: App, guards: Guards): void
  /** Answers requests that nobody works on any more, tells of terminals that came or went, drops old events. */
  sweep(): Promise<void>
  /** Resolves when work that outlived its request has ended. */
  settled(): Promise<void>
}

export type NexoNeeds = {
  db: Db
  clock: Clock
  audit: TillAudit
  payments: TillPayments
  books: TillBooks
  devices: TillDevices
  shops: TillShops
  hints: TillHints
  push: TillPush
  /** 32 bytes each. */
  hmacKey: Buffer
  sealKey: Buffer
  /** Programs on a sandbox send faster than people. */
  sandboxFactor: number
  onFailure(error: unknown): void
}

/** Requests looked at in one sweep. */
const BATCH = 100

/** The nexo Sale-to-POI face of a server. */
export function createNexo(needs: NexoNeeds): Nexo {
  const { db, clock, audit, devices, payments, books, shops, hints, push, sandboxFactor, onFailure } = needs
  const keys = createNexoKeys({ db, clock, audit, devices, push, vault: createKeyVault(needs.hmacKey, needs.sealKey) })
  const parts: NexoParts = { db, clock, payments, books, devices, shops, hints }
  const running = new Set<Promise<void>>()
  const admit = createAdmit({ clock, sandboxFactor })
  const authenticate = createAuthenticate({ keys, devices, admit })
  return {
    keys,
    admit,
    parts,
    pusher: createEventPusher({ db, clock, keys, push, onFailure }),
    registerRoutes(app, guards) {
      registerNexoKeyRoutes(app, { keys, guards })
      registerScreenRoutes(app, { parts, guards })
      registerNexoRoutes(app, {
        parts,
        authenticate,
        tillOfKey: createTillOfKey(keys, admit),
        inBackground(work) {
          const done: Promise<void> = work.then(() => {}, onFailure).finally(() => running.delete(done))
          running.add(done)
        },
      })
    },
    async sweep() {
      const now = nowOf(parts)
      for (const row of await findUnanswered(db, new Date(now.getTime() - NEVER_BEGUN_MS), BATCH)) {
        await standingOf(parts, row)
      }
      await tellOfTerminals(parts)
      await pruneEvents(db, now)
      await pruneScreens(parts)
    },
    async settled() {
      await Promise.all(running)
    },
  }
}
