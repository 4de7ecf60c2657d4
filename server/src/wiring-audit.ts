import { join } from 'node:path'
import { createHeadSigner } from './audit/checkpoint.ts'
import { createKeptHeads } from './audit/kept-heads.ts'
import { registerLogRoutes } from './audit/log-routes.ts'
import type { Audit } from './audit/service.ts'
import { type AuditTree, createAuditTree } from './audit/tree.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import { type Db, isDatabaseGone, withTransaction } from './database.ts'
import { createRounds, type Rounds } from './rounds.ts'
import type { App } from './routing.ts'
import { deriveKey, type Secrets } from './secrets.ts'

/** How often what was written is taken up and a head is signed, ms. A receipt that is asked for sooner seals by itself. */
const SEAL_EVERY_MS = 10_000
/** In the node's folder. */
const HEADS_FILE = 'audit-heads.txt'

export type AuditLog = { tree: AuditTree; verifierKey: string; rounds: Rounds<void>; registerRoutes(app: App): void }

type Needs = { config: Config; secrets: Secrets; db: Db; clock: Clock; audit: Audit; onFailure(error: unknown): void }

/** The tree over the audit log, and what is signed of it. Part of the wiring. */
export function wireAudit({ config, secrets, db, clock, audit, onFailure }: Needs): AuditLog {
  const host = config.publicUrl === null ? 'localhost' : new URL(config.publicUrl).host
  const signer = createHeadSigner(`${host}/log`, deriveKey(secrets.contactKey, 'audit heads'))
  const tree = createAuditTree({ db, clock, signer })
  const heads = createKeptHeads(join(config.dataDir, HEADS_FILE))
  let kept: bigint | null = null
  /** A log that does not begin with what this node saw signed was cut or rewritten: by an older backup, or by somebody. It says so itself. */
  const holdAgainstKept = async () => {
    const last = await heads.last()
    if (last === null || (await tree.holds(last))) return
    const facts = { knownSize: Number(last.size), knownRoot: last.root.toString('hex') }
    await withTransaction(db, (tx) => audit.append(tx, 'audit_log_behind_its_head', facts))
    await tree.seal()
  }
  const rounds = createRounds(
    async () => {
      await tree.seal()
      if (kept === null) await holdAgainstKept()
      const head = await tree.head()
      if (head === null || head.size === kept) return
      await heads.keep(head)
      kept = head.size
    },
    {
      everyMs: SEAL_EVERY_MS,
      onFailure: (error) => {
        if (!isDatabaseGone(error)) onFailure(error)
      },
    },
  )
  /** What was written last is signed and kept before the end. */
  const stop = async () => {
    await rounds.runOnce().catch(onFailure)
    await rounds.stop()
  }
  const { verifierKey } = signer
  return {
    tree,
    verifierKey,
    rounds: { ...rounds, stop },
    registerRoutes: (app) => registerLogRoutes(app, { tree, verifierKey }),
  }
}
