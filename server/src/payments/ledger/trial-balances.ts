import { createHash } from 'node:crypto'
import { type QueryExecutorProvider, sql } from 'kysely'
import { type BookDay, closedDays } from './days.ts'
import type { AccountKind, TwoStepKind } from './journals.ts'
import type { Book } from './store.ts'

/** One account over one day, minor units. `closing = opening + debit − credit`. */
export type DayAccount = {
  kind: AccountKind
  openingMinor: string
  debitMinor: string
  creditMinor: string
  closingMinor: string
}
export type DayBalance = Book & {
  sequence: number
  day: string
  endsAt: Date
  accounts: DayAccount[]
  /** Why the day does not balance; empty: it does. */
  findings: string[]
  previousSha256: string
  sha256: string
}

/** What the first day follows: the hash of nothing. */
const GENESIS_SHA256 = createHash('sha256').digest('hex')

/** SHA-256 over all that a day says and the day before it: none can be changed, dropped or put in between unseen. */
const daySha256 = (day: Omit<DayBalance, 'sha256' | 'accounts'> & { accounts: string }): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        day.organisationId,
        day.currency,
        day.sequence,
        day.day,
        day.endsAt.toISOString(),
        day.accounts,
        day.findings,
        day.previousSha256,
      ]),
    )
    .digest('hex')

type StoredDay = Omit<DayBalance, 'accounts'> & { accounts: string }

const storedDays = async (db: QueryExecutorProvider, book: Book, from: number, to: number): Promise<StoredDay[]> =>
  (
    await sql<StoredDay>`
      select b.organisation_id as "organisationId", b.currency, b.sequence, b.day::text as day, d.ends_at as "endsAt", b.accounts,
             b.findings, b.previous_sha256 as "previousSha256", b.sha256
        from ledger_trial_balance b join ledger_closed_day d using (organisation_id, currency, day)
       where b.organisation_id = ${book.organisationId} and b.currency = ${book.currency} and b.sequence between ${from} and ${to}
       order by b.sequence`.execute(db)
  ).rows

/** Every day's trial balance of one date, of every book or of one organisation's. */
export async function trialBalancesOf(
  db: QueryExecutorProvider,
  day: string,
  organisationId?: string,
): Promise<DayBalance[]> {
  const { rows } = await sql<StoredDay>`
    select b.organisation_id as "organisationId", b.currency, b.sequence, b.day::text as day, d.ends_at as "endsAt", b.accounts,
           b.findings, b.previous_sha256 as "previousSha256", b.sha256
      from ledger_trial_balance b join ledger_closed_day d using (organisation_id, currency, day)
     where b.day = ${day}::date and (${organisationId ?? null}::text is null or b.organisation_id = ${organisationId ?? null})
     order by b.organisation_id, b.currency`.execute(db)
  return rows.map((row) => ({ ...row, accounts: JSON.parse(row.accounts) as DayAccount[] }))
}

/** Walks the chain of a book. Answers the first day that does not fit what stands before it, or null. */
export async function firstBrokenDay(db: QueryExecutorProvider, book: Book): Promise<{ sequence: number } | null> {
  const page = 500
  let previousSha256 = GENESIS_SHA256
  for (let from = 1; ; from += page) {
    const days = await storedDays(db, book, from, from + page - 1)
    for (const [i, day] of days.entries()) {
      const fits = day.sequence === from + i && day.previousSha256 === previousSha256 && day.sha256 === daySha256(day)
      if (!fits) return { sequence: from + i }
      previousSha256 = day.sha256
    }
    if (days.length < page) return null
  }
}

/** Makes the trial balance of every closed day of the book that has none yet, in order. Answers those made now. */
export async function makeTrialBalances(db: QueryExecutorProvider, book: Book, now: Date): Promise<DayBalance[]> {
  const { rows } = await sql<{ last: number }>`
    select coalesce(max(sequence), 0) as last from ledger_trial_balance
     where organisation_id = ${book.organisationId} and currency = ${book.currency}`.execute(db)
  const made: DayBalance[] = []
  let [before] = await storedDays(db, book, rows[0]!.last, rows[0]!.last)
  for (const day of await closedDays(db, book, rows[0]!.last)) {
    const balance = await addUp(db, day, before ?? null)
    const accounts = JSON.stringify(balance.accounts)
    const stored: StoredDay = { ...balance, accounts }
    const { rows: inserted } = await sql`
      insert into ledger_trial_balance
        (organisation_id, currency, day, sequence, accounts, findings, previous_sha256, sha256, made_at)
      values (${day.organisationId}, ${day.currency}, ${day.day}::date, ${day.sequence}, ${accounts},
              ${balance.findings}::text[], ${balance.previousSha256}, ${balance.sha256}, ${now})
      on conflict do nothing returning day`.execute(db)
    // Made elsewhere at the same moment: what stands there counts.
    before = inserted.length === 0 ? (await storedDays(db, book, day.sequence, day.sequence))[0] : stored
    if (inserted.length > 0) made.push(balance)
  }
  return made
}

async function addUp(db: QueryExecutorProvider, day: BookDay, before: StoredDay | null): Promise<DayBalance> {
  const { rows } = await sql<{
    kind: AccountKind
    opening: bigint
    debit: bigint
    credit: bigint
    closing: bigint
    all: bigint
  }>`
    select a.kind,
           coalesce(sum(e.amount_minor) filter (where j.created_at < ${day.startsAt}), 0)::bigint as opening,
           coalesce(sum(e.amount_minor) filter (where j.created_at >= ${day.startsAt} and j.created_at < ${day.endsAt} and e.amount_minor > 0), 0)::bigint as debit,
           coalesce(-sum(e.amount_minor) filter (where j.created_at >= ${day.startsAt} and j.created_at < ${day.endsAt} and e.amount_minor < 0), 0)::bigint as credit,
           coalesce(sum(e.amount_minor) filter (where j.created_at < ${day.endsAt}), 0)::bigint as closing,
           coalesce(sum(e.amount_minor), 0)::bigint as all
      from ledger_account a
      left join ledger_entry e on e.account_id = a.id left join ledger_journal j on j.id = e.journal_id
     where a.organisation_id = ${day.organisationId} and a.currency = ${day.currency}
     group by a.kind order by a.kind`.execute(db)
  const accounts = rows.map((row) => ({
    kind: row.kind,
    openingMinor: String(row.opening),
    debitMinor: String(row.debit),
    creditMinor: String(row.credit),
    closingMinor: String(row.closing),
  }))
  const findings = [
    ...sumFindings(rows),
    ...openingFindings(accounts, before),
    ...(await journalFindings(db, day)),
    ...(await pendingFindings(db, day)),
    ...(before !== null && before.sha256 !== daySha256(before) ? ['the day before was changed'] : []),
  ]
  const previousSha256 = before?.sha256 ?? GENESIS_SHA256
  const { organisationId, currency, sequence, endsAt } = day
  const said = { organisationId, currency, sequence, day: day.day, endsAt, findings, previousSha256 }
  return { ...said, accounts, sha256: daySha256({ ...said, accounts: JSON.stringify(accounts) }) }
}

/** The book sums to zero, and so do accounts that mirror each other. */
function sumFindings(rows: { kind: AccountKind; closing: bigint }[]): string[] {
  const sumOf = (...kinds: AccountKind[]) =>
    rows.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind)).reduce((sum, row) => sum + row.closing, 0n)
  const sums: [string, bigint][] = [
    ['all accounts', sumOf()],
    ['authorised_receivable and authorised_payable', sumOf('authorised_receivable', 'authorised_payable')],
    ['disputed_receivable and disputed_payable', sumOf('disputed_receivable', 'disputed_payable')],
  ]
  return sums.filter(([, sum]) => sum !== 0n).map(([what, sum]) => `${what} sum to ${sum}, not to 0`)
}

/** What a day begins with is what the day before ended with: entries of closed days stay as they were. */
function openingFindings(accounts: DayAccount[], before: StoredDay | null): string[] {
  const closings = new Map(
    (before === null ? [] : (JSON.parse(before.accounts) as DayAccount[])).map((a) => [a.kind, a.closingMinor]),
  )
  return accounts
    .filter(({ kind, openingMinor }) => openingMinor !== (closings.get(kind) ?? '0'))
    .map(
      ({ kind, openingMinor }) => `${kind} opens with ${openingMinor} after closing with ${closings.get(kind) ?? '0'}`,
    )
}

async function journalFindings(db: QueryExecutorProvider, day: BookDay): Promise<string[]> {
  const { rows } = await sql<{ id: bigint }>`
    select j.id from ledger_journal j join ledger_transfer t on t.id = j.transfer_id
      left join ledger_entry e on e.journal_id = j.id
     where j.created_at >= ${day.startsAt} and j.created_at < ${day.endsAt}
       and t.organisation_id = ${day.organisationId} and t.currency = ${day.currency}
     group by j.id having coalesce(sum(e.amount_minor), 0) <> 0 or count(e.id) < 2 order by j.id limit 20`.execute(db)
  return rows.map(({ id }) => `journal ${id} does not balance`)
}

/** Where what is pending of each kind stands, and its sign there. */
const PENDING_ON: Record<TwoStepKind, [AccountKind, 1 | -1]> = {
  charge: ['authorised_receivable', 1],
  refund: ['refunds_in_transit', -1],
  dispute: ['disputed_receivable', 1],
  payout: ['payouts_in_transit', -1],
  reserve: ['merchant_reserve', -1],
}

/** As of now, in one look: what transfers say is pending is what stands on their accounts. */
async function pendingFindings(db: QueryExecutorProvider, book: Book): Promise<string[]> {
  const pairs = Object.entries(PENDING_ON) as [TwoStepKind, [AccountKind, 1 | -1]][]
  const { rows } = await sql<{ kind: string; pending: bigint; balance: bigint }>`
    select p.kind,
           (select coalesce(sum(t.amount_minor + t.raised_minor), 0) from ledger_transfer t
             where t.organisation_id = ${book.organisationId} and t.currency = ${book.currency} and t.kind = p.kind
               and t.state = 'pending')::bigint as pending,
           (select coalesce(sum(e.amount_minor), 0) * p.sign from ledger_entry e join ledger_account a on a.id = e.account_id
             where a.organisation_id = ${book.organisationId} and a.currency = ${book.currency} and a.kind = p.account)::bigint as balance
      from unnest(${pairs.map(([kind]) => kind)}::text[], ${pairs.map(([, [account]]) => account)}::text[],
                  ${pairs.map(([, [, sign]]) => sign)}::int[]) p (kind, account, sign)`.execute(db)
  return rows
    .filter(({ pending, balance }) => pending !== balance)
    .map(({ kind, pending, balance }) => `${kind}: ${pending} pending, ${balance} in the account`)
}
