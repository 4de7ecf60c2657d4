import type { Audit } from './audit/service.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { DatabaseHandle } from './database.ts'
import type { GuardOptions } from './http/guards.ts'
import { DEMO_ORGANISATION } from './merchants/demo.ts'
import { createMerchantNames } from './merchants/names.ts'
import { createRateLimiter } from './rate-limit.ts'
import type { App, Guards, SpendApproval } from './routing.ts'
import { deriveKey, type Secrets } from './secrets.ts'
import { registerAccountRoutes } from './staff/account-routes.ts'
import { createAccounts } from './staff/accounts.ts'
import { registerApprovalRoutes } from './staff/approval-routes.ts'
import { createApprovals } from './staff/approvals.ts'
import { consoleAddressOf, requireOwnOrigin, tokenOf } from './staff/console-address.ts'
import { createGuesses } from './staff/guesses.ts'
import { createInvitations, type Invitations } from './staff/invitations.ts'
import { createPasskeys } from './staff/passkeys.ts'
import { createStaffDirectory } from './staff/people.ts'
import { registerPeopleRoutes } from './staff/people-routes.ts'
import { createRecoveryCodes } from './staff/recovery-codes.ts'
import { enterSandbox } from './staff/sandbox.ts'
import { registerSandboxConsoleRoutes } from './staff/sandbox-routes.ts'
import { createSessions, type Sessions } from './staff/sessions.ts'
import { registerSignInRoutes } from './staff/sign-in-routes.ts'
import type { Tenancy } from './tenancy.ts'

export type StaffWiring = {
  /** Who is signed in with a request: asked anew at each, so whoever was revoked is out. Streams ask again while they last. */
  staffOf: GuardOptions['staffOf']
  /** Two people for what takes two. */
  spendApproval: SpendApproval
  /** A link that makes somebody a person of the console. */
  invite: Invitations['invite']
  sessions: Sessions
  registerRoutes(app: App, guards: Guards): void
  sweeps: (() => Promise<unknown>)[]
}

export type StaffNeeds = {
  config: Config
  secrets: Secrets
  database: DatabaseHandle
  clock: Clock
  audit: Audit
  tenancy: Tenancy
}

/** Ceremonies, codes and links that one address may ask for in a minute. */
const TRIES_A_MINUTE = 30

/** Puts the people of the console together. Part of the wiring. */
export function wireStaff({ config, secrets, database, clock, audit, tenancy }: StaffNeeds): StaffWiring {
  const { db } = database
  const key = (purpose: string) => deriveKey(secrets.contactKey, purpose)
  const places = createMerchantNames(db)
  const sessions = createSessions({ db, clock, audit })
  const passkeys = createPasskeys({ db, clock })
  const codes = createRecoveryCodes({ db, clock, key: key('staff recovery codes') })
  const guesses = createGuesses({ db, clock, key: key('staff guesses') })
  const invitations = createInvitations({ db, clock, audit, tenancy, places })
  const directory = createStaffDirectory({ db, clock, audit, tenancy, places })
  const approvals = createApprovals({ db, clock, audit, tenancy, places })
  const accounts = createAccounts({ db, clock, audit, places, sessions, passkeys, codes, guesses, invitations })
  const addressOf = consoleAddressOf.bind(null, config)
  const limit = createRateLimiter(clock, { events: TRIES_A_MINUTE * (config.sandbox ? 20 : 1), windowMs: 60_000 })
  return {
    async staffOf(request) {
      // Whoever has no cookie of ours is asked nothing about where they come from: devices and programs have none.
      if (request.headers.cookie === undefined) return null
      const address = addressOf(request)
      const token = tokenOf(address, request)
      if (token === null) return null
      requireOwnOrigin(address, request)
      return sessions.find(token, request.headers.accept !== 'text/event-stream')
    },
    spendApproval: approvals.spend,
    invite: invitations.invite,
    sessions,
    registerRoutes(app, guards) {
      registerSignInRoutes(app, { accounts, invitations, sessions, addressOf, guards, limit })
      registerAccountRoutes(app, { accounts, sessions, addressOf, guards })
      registerPeopleRoutes(app, { directory, invitations, sessions, places, addressOf, guards })
      registerApprovalRoutes(app, { approvals, guards })
      if (!config.sandbox) return
      const demoOrganisationId = DEMO_ORGANISATION.id
      const enterAs = enterSandbox({ db, clock, sessions, demoOrganisationId })
      registerSandboxConsoleRoutes(app, { accounts, invitations, sessions, addressOf, enterAs, demoOrganisationId })
    },
    sweeps: [sessions.sweep, passkeys.sweep, guesses.sweep],
  }
}
