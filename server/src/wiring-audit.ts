import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createHeadSigner } from './audit/checkpoint.ts'
import { registerLogRoutes } from './audit/log-routes.ts'
import { type AuditTree, createAuditTree } from './audit/tree.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import { type Db, isDatabaseGone } from './database.ts'
import { createRounds, type Rounds } from './rounds.ts'
import type { App } from './routing.ts'
import { deriveKey, type Secrets } from './secrets.ts'

/** How often what was written is taken up and a head is signed, ms. A receipt that is asked for sooner seals by itself. */
const SEAL_EVERY_MS = 10_000
/** Heads that were signed, one after the other, beside the database: who changes the one does not change the other by that. */
const HEADS_FILE = 'audit-heads.txt'

export type AuditLog = { tree: AuditTree; verifierKey: string; rounds: Rounds<void>; registerRoutes(app: App): void }

type Needs = { config: Config; secrets: Secrets; db: Db; clock: Clock; onFailure(error: unknown): void }

/** The tree over the audit log, and what is signed of it. Part of the wiring. */
export function wireAudit({ config, secrets, db, clock, onFailure }: Needs): AuditLog {
  const host = config.publicUrl === null ? 'localhost' : new URL(config.publicUrl).host
  const signer = createHeadSigner(`${host}/log`, deriveKey(secrets.contactKey, 'audit heads'))
  const tree = createAuditTree({ db, clock, signer })
  let kept: bigint | null = null
  const rounds = createRounds(
    async () => {
      const head = await tree.seal()
      if (head === null || head.size === kept) return
      await appendFile(join(config.dataDir, HEADS_FILE), `${head.note}\n`, { mode: 0o600 })
      kept = head.size
    },
    {
      everyMs: SEAL_EVERY_MS,
      onFailure: (error) => {
        if (!isDatabaseGone(error)) onFailure(error)
      },
    },
  )
  const { verifierKey } = signer
  return { tree, verifierKey, rounds, registerRoutes: (app) => registerLogRoutes(app, { tree, verifierKey }) }
}
