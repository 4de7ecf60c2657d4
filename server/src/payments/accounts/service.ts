import type { ProcessorAccount, ProcessorAccountSet, ProcessorAccountTest } from '@paume/contract'
import type { Clock } from '../../clock.ts'
import { type Db, withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import type { Audit, ProcessorTerms } from '../ports.ts'
import type { Processor } from '../processors/processor.ts'
import { openKeys, type StripeAccountKeys, sealKeys } from './key-seal.ts'
import { type AccountRow, listAccounts, lockAccount, nameOfAccount, viewAccount, writeAccount } from './store.ts'

/** Countries where the law wants strong authentication of who pays: the EEA and the United Kingdom. ISO 3166-1. */
const STRONG_AUTHENTICATION = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK GB'.split(' '),
)
/** After this a node looks again whether accounts were changed on another one, ms. */
const FRESH_MS = 2_000

/** An account at Stripe opened with its keys. */
export type OpenedAccount = { processor: Processor; describe(): Promise<Omit<ProcessorAccountTest, 'ok'>> }
export type AccountOpener = (account: {
  name: string
  keys: StripeAccountKeys
  flexible: boolean
  cardForms: AccountRow['cardForms']
}) => OpenedAccount

export type ProcessorAccountParts = {
  db: Db
  clock: Clock
  audit: Audit
  /** 32 bytes, for the keys alone. */
  sealKey: Buffer
  mode: 'sandbox' | 'production' | 'neither'
  /** Processors that need no account; the first is used where no account says otherwise. Empty in production. */
  builtIn: readonly Processor[]
  open: AccountOpener
  /** Where the shops of an organisation are, ISO 3166-1; null: there is no such organisation. */
  countriesOf(organisationId: string): Promise<string[] | null>
}

/** Which processor an organisation uses, and the processors themselves, opened. */
export interface ProcessorAccountService extends ProcessorTerms {
  /** Every processor by its name. One object for good, whose entries change as accounts do. */
  readonly processors: Readonly<Record<string, Processor>>
  /** Reads the accounts and opens those that changed. Throws when keys do not open. */
  refresh(): Promise<void>
  /** Where cards of a shop of that organisation are saved; null: of no shop. Throws `processor_unavailable` when nothing is set up. */
  forNewCards(organisationId: string | null): Promise<Processor>
  /** Whether some account has cards typed into the processor's fields on our kiosk page; which kiosk asks is not known to a page. */
  offersFields(): boolean
  list(): Promise<ProcessorAccount[]>
  /** Throws `processor_account_refused`, `not_found` (no such organisation). */
  set(owner: string, wanted: ProcessorAccountSet): Promise<ProcessorAccount>
  /** Asks the processor with the account's keys. Throws `processor_account_unknown`. */
  test(owner: string): Promise<ProcessorAccountTest>
}

export function createProcessorAccounts(parts: ProcessorAccountParts): ProcessorAccountService {
  const { db, builtIn } = parts
  const processors: Record<string, Processor> = Object.fromEntries(builtIn.map((each) => [each.name, each]))
  const opened = new Map<string, { version: number; account: OpenedAccount }>()
  let rows: AccountRow[] = []
  let readAtMs = Number.NEGATIVE_INFINITY

  async function read(): Promise<void> {
    const read = await listAccounts(db)
    for (const row of read) {
      const name = nameOfAccount(row)
      if (name === null || opened.get(name)?.version === row.version) continue
      const keys = openKeys(parts.sealKey, row.owner, row.sealedKeys!)
      const account = parts.open({ name, keys, flexible: row.flexible, cardForms: row.cardForms })
      opened.set(name, { version: row.version, account })
      processors[name] = account.processor
    }
    rows = read
  }
  /** Looks again without making anybody wait: who asks inside a transaction must not need a second connection. */
  const lookAgain = () => {
    if (performance.now() - readAtMs < FRESH_MS) return
    readAtMs = performance.now()
    read().catch(() => {})
  }
  const rowOf = (owner: string | null) => rows.find((row) => row.owner === owner)
  /** The name of the processor that the money of an organisation goes through. */
  const nameFor = (organisationId: string | null): string | null => {
    const own = rowOf(organisationId)
    const platform = rowOf('platform')
    const ownName = own ? nameOfAccount(own) : null
    return ownName ?? (platform ? nameOfAccount(platform) : null) ?? builtIn[0]?.name ?? null
  }
  const refresh = async () => {
    await read()
    readAtMs = performance.now()
  }

  return {
    processors,
    refresh,
    termsOf(organisationId) {
      lookAgain()
      const own = rowOf(organisationId)
      const rule = own ?? rowOf('platform')
      // On an account of its own the organisation is paid anyway.
      const through = own && nameOfAccount(own) === null ? own.merchantRef : null
      return {
        processor: nameFor(organisationId),
        merchantRef: through !== null && own?.charges === 'destination' ? `destination/${through}` : through,
        initiator: rule?.initiator ?? 'shopper',
      }
    },
    async forNewCards(organisationId) {
      await refresh()
      const name = nameFor(organisationId)
      const processor = name === null ? undefined : processors[name]
      if (!processor) throw new Failure('processor_unavailable', { detail: 'No card processor is set up.' })
      return processor
    },
    offersFields() {
      lookAgain()
      return rows.some((row) => row.cardForms.fields === true && row.keyHints !== null)
    },
    list: async () => (await listAccounts(db)).map(viewAccount),

    async set(owner, wanted) {
      await check(parts, owner, wanted)
      const row = await withTransaction(db, async (tx) => {
        const before = await lockAccount(tx, owner)
        const written = await writeAccount(tx, next(parts, owner, wanted, before))
        // The last four digits of keys are in the reply, not in the log.
        await parts.audit.append(tx, 'processor_account_set', {
          owner,
          processor: wanted.processor,
          initiator: wanted.initiator,
          acquirerAgreed: wanted.acquirerAgreed ?? false,
          keysChanged: wanted.keys !== undefined,
          version: written.version,
        })
        return written
      })
      await refresh()
      return viewAccount(row)
    },

    async test(owner) {
      await refresh()
      const row = rowOf(owner)
      if (!row) throw new Failure('processor_account_unknown')
      const name = nameOfAccount(row) ?? nameFor(null)
      const account = name === null ? undefined : opened.get(name)?.account
      if (!account) return { ok: false, problem: 'The platform has no keys yet.' }
      const said = await account.describe()
      return { ok: said.problem === undefined, ...said }
    },
  }
}

const refuse = (detail: string): never => {
  throw new Failure('processor_account_refused', { detail })
}

/** What must hold of an account before it is written. */
async function check(parts: ProcessorAccountParts, owner: string, wanted: ProcessorAccountSet): Promise<void> {
  const countries = owner === 'platform' ? [] : await parts.countriesOf(owner)
  if (countries === null) throw new Failure('not_found')
  const { keys } = wanted
  if (owner === 'platform' && wanted.merchantRef !== undefined)
    refuse('The platform is paid itself: a merchantRef belongs to an organisation.')
  if (keys && wanted.merchantRef !== undefined)
    refuse('Either keys of its own or an account on the platform, not both.')
  if (keys) {
    const live = isLive(keys.secret)
    if (live !== isLive(keys.publishable)) refuse('One key is of test mode and the other is not.')
    if (parts.mode === 'sandbox' && live) refuse('A sandbox takes keys of test mode only (PAUME_SANDBOX=0 leaves it).')
    if (parts.mode === 'production' && !live) refuse('Production takes live keys only.')
  }
  if (
    wanted.initiator === 'merchant' &&
    countries.some((each) => STRONG_AUTHENTICATION.has(each)) &&
    !wanted.acquirerAgreed
  )
    refuse('In the EEA and the United Kingdom a charge started by the merchant needs the agreement of the acquirer.')
}

export const isLive = (key: string): boolean => /^[a-z]+_live_/.test(key)
const last4 = (key: string) => key.slice(-4)

/** The row as it will stand. Keys that are not given stay, unless the organisation moves to an account on the platform. */
function next(
  { sealKey, clock }: ProcessorAccountParts,
  owner: string,
  wanted: ProcessorAccountSet,
  before: AccountRow | null,
): Omit<AccountRow, 'version'> {
  const { keys, merchantRef = null } = wanted
  const kept = merchantRef === null ? before : null
  return {
    owner,
    sealedKeys: keys ? sealKeys(sealKey, owner, keys) : (kept?.sealedKeys ?? null),
    keyHints: keys
      ? {
          live: isLive(keys.secret),
          publishableLast4: last4(keys.publishable),
          secretLast4: last4(keys.secret),
          webhookLast4: keys.webhook.map(last4),
        }
      : (kept?.keyHints ?? null),
    merchantRef,
    charges: wanted.charges ?? 'direct',
    initiator: wanted.initiator,
    acquirerAgreed: wanted.acquirerAgreed ?? false,
    flexible: wanted.flexible ?? false,
    cardForms: wanted.cardForms ?? before?.cardForms ?? {},
    updatedAt: new Date(clock.nowMs()),
  }
}
