import { type DuplicateReview, LANGUAGES, type Page, type ReviewDecision, type ReviewQuery } from '@paume/contract'
import { type Selectable, sql } from 'kysely'
import type { Audit } from '../../audit/service.ts'
import { type Clock, toTimestamp } from '../../clock.ts'
import { type Db, type Tx, withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { containing, pageOf } from '../../list-page.ts'
import type { Outbox } from '../../outbox/service.ts'
import type { PseudonymOf } from '../../pseudonyms.ts'
import type { Staff } from '../../routing.ts'
import { type Tenancy, worksAt } from '../../tenancy.ts'
import type { IdentityTables } from '../tables.ts'
import { noticeOf, type Side } from './notices.ts'
import { forgetContacts, noteTwin } from './opening.ts'
import type { ReviewPorts } from './ports.ts'

/** The outbox message that tells one side what was decided. */
export const REVIEW_NOTICE_TOPIC = 'identity.review_notice'
/** The outbox message that deletes the registration that is not to stay, after its owner was told. */
export const REVIEW_ERASE_TOPIC = 'identity.review_erase'
/** Somebody who took a review and left it is waited for so long, ms. */
export const TAKEN_FOR_MS = 60 * 60_000
/** Who works with the operator's token. */
const OPERATOR = 'operator'

type ReviewRow = Selectable<IdentityTables['duplicate_reviews']>

/** Palms that seemed to be registered already. A person looks at each: nothing is merged by itself. */
export type Reviews = {
  list(staff: Staff, query: ReviewQuery): Promise<Page<DuplicateReview>>
  /** Throws `not_found`, as the others do. */
  find(staff: Staff, id: string): Promise<DuplicateReview>
  /** Safe to repeat. Throws `review_taken`, `review_decided`. */
  take(staff: Staff, id: string): Promise<DuplicateReview>
  /** Once, by who took it. Both people are told. Throws `review_taken`, `review_decided`. */
  decide(staff: Staff, id: string, decision: ReviewDecision): Promise<DuplicateReview>
  /** Lifts the freeze of a review that was taken for fraud. Safe to repeat. Throws `not_found` when none was. */
  lift(staff: Staff, id: string): Promise<DuplicateReview>
  /** Tells one side. Throws when it may go better later. */
  sendNotice(payload: Record<string, unknown>): Promise<void>
  /** Numbers that nobody needs any more. */
  sweep(): Promise<number>
}

export type ReviewParts = {
  db: Db
  clock: Clock
  audit: Audit
  outbox: Outbox
  tenancy: Tenancy
  pseudonymOf: PseudonymOf
  ports: ReviewPorts
}

const columns = {
  noticedAt: { by: 'noticed_at', type: 'timestamptz' },
  state: { by: 'state', type: 'text' },
} as const

const rowsFor = (tx: Tx, staff: Staff) => {
  const all = tx.selectFrom('duplicate_reviews').selectAll()
  const own = staff.organisationId === null ? all : all.where('organisation_id', '=', staff.organisationId)
  return staff.shopIds === null ? own : own.where('shop_id', 'in', ['', ...staff.shopIds])
}

export function createReviews(parts: ReviewParts): Reviews {
  const { db, clock, audit, outbox, tenancy, ports } = parts
  const idOf = (staff: Staff) => staff.id ?? OPERATOR

  const own = async (staff: Staff, id: string): Promise<ReviewRow> => {
    const row = await tenancy.own(staff, { kind: 'review', id }, async (on, organisationId) => {
      const found = on.selectFrom('duplicate_reviews').selectAll().where('id', '=', id)
      const rows = organisationId === null ? found : found.where('organisation_id', '=', organisationId)
      return rows.executeTakeFirst()
    })
    if (!worksAt(staff, row.shop_id)) throw new Failure('not_found')
    return row
  }
  const describe = async (staff: Staff, rows: readonly ReviewRow[]) => describeAll(parts, staff, idOf(staff), rows)
  const one = async (staff: Staff, row: ReviewRow) => (await describe(staff, [row]))[0]!

  /** The row as it stands, locked: of two who decide at once the second finds it decided. */
  const locked = async (tx: Tx, staff: Staff, id: string): Promise<ReviewRow> => {
    const row = await tx
      .selectFrom('duplicate_reviews')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (row.state === 'decided') throw new Failure('review_decided')
    const isAnothers = row.state === 'taken' && row.taken_by !== idOf(staff)
    if (isAnothers && clock.nowMs() - row.taken_at!.getTime() < TAKEN_FOR_MS) throw new Failure('review_taken')
    return row
  }
  const changed = (tx: Tx, id: string, change: Partial<ReviewRow>): Promise<ReviewRow> =>
    tx.updateTable('duplicate_reviews').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow()

  return {
    async list(staff, query) {
      const page = await tenancy.within(staff, (tx) => {
        let rows = rowsFor(tx, staff)
        if (query.state) rows = rows.where('state', '=', query.state)
        if (query.hand) rows = rows.where('hand', '=', query.hand)
        if (query.q) rows = rows.where('id', 'ilike', containing(query.q))
        if (query.shopId) rows = rows.where('shop_id', '=', query.shopId)
        return pageOf(tx, rows, { columns, firstDown: true }, query)
      })
      return { ...page, items: await describe(staff, page.items) }
    },
    find: async (staff, id) => one(staff, await own(staff, id)),
    async take(staff, id) {
      await own(staff, id)
      const row = await withTransaction(db, async (tx) => {
        const before = await locked(tx, staff, id)
        if (before.state === 'taken' && before.taken_by === idOf(staff)) return before
        const { organisation_id: organisationId, shop_id: shopId } = before
        await audit.append(tx, 'duplicate_review_taken', { reviewId: id, by: staff.id, organisationId, shopId })
        const taken_at = new Date(clock.nowMs())
        return changed(tx, id, { state: 'taken', taken_by: idOf(staff), taken_by_name: staff.name, taken_at })
      })
      ports.changed(row.organisation_id, row.shop_id, id)
      return one(staff, row)
    },
    async decide(staff, id, decision) {
      await own(staff, id)
      const row = await withTransaction(db, async (tx) => {
        const before = await locked(tx, staff, id)
        // Who has not taken it has not looked at it.
        if (before.state !== 'taken' || before.taken_by !== idOf(staff)) throw new Failure('review_taken')
        await carryOut(tx, before, decision)
        const { organisation_id: organisationId, shop_id: shopId } = before
        const facts = { reviewId: id, decision, by: staff.id, organisationId, shopId }
        await audit.append(tx, 'duplicate_review_decided', facts)
        for (const side of ['earlier', 'newer'] satisfies Side[]) {
          await outbox.enqueue(tx, REVIEW_NOTICE_TOPIC, { reviewId: id, side })
        }
        const decided_at = new Date(clock.nowMs())
        return changed(tx, id, { state: 'decided', decision, decided_by_name: staff.name, decided_at })
      })
      ports.changed(row.organisation_id, row.shop_id, id)
      return one(staff, row)
    },
    async lift(staff, id) {
      const row = await own(staff, id)
      if (row.decision !== 'fraud') throw new Failure('not_found')
      await withTransaction(db, async (tx) => {
        const { organisation_id: organisationId, shop_id: shopId } = row
        if (!(await ports.lift(tx, row.shopper_id, id, new Date(clock.nowMs())))) return
        await audit.append(tx, 'duplicate_review_freeze_lifted', { reviewId: id, by: staff.id, organisationId, shopId })
      })
      ports.changed(row.organisation_id, row.shop_id, id)
      return one(staff, row)
    },
    sendNotice: (payload) =>
      sendNotice(parts, String(payload.reviewId), payload.side === 'newer' ? 'newer' : 'earlier'),
    sweep: () => forgetContacts(db, new Date(clock.nowMs())),
  }

  async function carryOut(tx: Tx, row: ReviewRow, decision: ReviewDecision): Promise<void> {
    const now = new Date(clock.nowMs())
    const { shopper_id: shopperId, id } = row
    switch (decision) {
      case 'same_person_earlier':
        // Nothing was kept of the newer one.
        return
      case 'same_person_newer':
        // Erased once its owner was told: the number goes with the registration. What pays meanwhile is theirs.
        return
      case 'twins':
        return noteTwin(tx, shopperId, id, now)
      case 'fraud':
        return ports.freeze(tx, shopperId, id, now)
    }
  }
}

/** One text, and where a registration goes, its end: in this order, whatever is repeated after a crash. */
async function sendNotice({ db, outbox, ports }: ReviewParts, reviewId: string, side: Side): Promise<void> {
  const row = await db.selectFrom('duplicate_reviews').selectAll().where('id', '=', reviewId).executeTakeFirst()
  if (row === undefined || row.decision === null) return
  const { decision, shop_id: shopId, shopper_id: shopperId } = row
  const shop = (await ports.shopsNamed([shopId])).get(shopId) ?? 'Paume'
  if (side === 'earlier') {
    await ports.tell(shopperId, (language) => noticeOf('earlier', decision, language, shop))
    if (decision === 'same_person_newer') {
      await withTransaction(db, (tx) => outbox.enqueue(tx, REVIEW_ERASE_TOPIC, { shopperId, reviewId }))
    }
    return
  }
  if (row.newer_phone_sealed === null) return
  const language = LANGUAGES.find((known) => known === row.newer_language) ?? 'en'
  await ports.tellNumber(row.newer_phone_sealed, row.enrolment_id, noticeOf('newer', decision, language, shop))
  // Twins are known again by the keyed hash of the number they register with; the number itself has served.
  const change =
    decision === 'twins' ? { newer_phone_sealed: null } : { newer_phone_sealed: null, newer_phone_hmac: null }
  await db.updateTable('duplicate_reviews').set(change).where('id', '=', reviewId).execute()
}

type EarlierFacts = {
  shopper_id: string
  organisation_id: string | null
  shop_id: string | null
  at: Date
  hands: ('L' | 'R')[]
}

/** The registrations that were there before, as far as they still are. */
async function earlierOf(db: Db, rows: readonly ReviewRow[]): Promise<Map<string, EarlierFacts>> {
  const ids = rows.map((row) => row.shopper_id)
  const { rows: found } = await sql<EarlierFacts>`
    select p.shopper_id, min(p.organisation_id) as organisation_id, min(e.shop_id) as shop_id,
           min(p.enrolled_at) as at, array_agg(p.hand order by p.hand) as hands
      from palms p left join enrolments e on e.shopper_id = p.shopper_id
     where p.shopper_id = any(${ids}::text[]) group by p.shopper_id`.execute(db)
  return new Map(found.map((row) => [row.shopper_id, row]))
}

async function describeAll(
  { db, pseudonymOf, ports }: ReviewParts,
  staff: Staff,
  staffId: string,
  rows: readonly ReviewRow[],
): Promise<DuplicateReview[]> {
  if (rows.length === 0) return []
  const earlier = await earlierOf(db, rows)
  const ids = rows.map((row) => row.shopper_id)
  const shopIds = [...rows.map((row) => row.shop_id), ...[...earlier.values()].flatMap(({ shop_id }) => shop_id ?? [])]
  const [shops, frozen, twins] = await Promise.all([
    ports.shopsNamed([...new Set(shopIds)]),
    ports.frozenAmong(ids),
    sql<{ shopper_id: string }>`select shopper_id from shopper_twins where shopper_id = any(${ids}::text[])`.execute(
      db,
    ),
  ])
  const twinIds = new Set(twins.rows.map((row) => row.shopper_id))
  const place = (id: string) => ({ id, name: shops.get(id) ?? id })
  const at = (date: Date | null) => (date === null ? null : toTimestamp(date))
  return rows.map((row) => {
    const facts = earlier.get(row.shopper_id)
    const isOwn = staff.organisationId === null || facts?.organisation_id === staff.organisationId
    return {
      id: row.id,
      state: row.state,
      noticedAt: toTimestamp(row.noticed_at),
      shop: place(row.shop_id),
      hand: row.hand,
      earlier: {
        pseudonym: pseudonymOf(row.noticed_by ?? '-', row.shopper_id),
        registeredAt: at(facts?.at ?? null),
        shop: facts?.shop_id && isOwn ? place(facts.shop_id) : null,
        hands: facts?.hands ?? [],
        frozen: frozen.has(row.shopper_id),
        twin: twinIds.has(row.shopper_id),
      },
      newer: { reachable: row.newer_phone_sealed !== null },
      takenBy: row.taken_by === null ? null : { name: row.taken_by_name ?? '', you: row.taken_by === staffId },
      takenAt: at(row.taken_at),
      decision: row.decision,
      decidedBy: row.decided_by_name,
      decidedAt: at(row.decided_at),
    }
  })
}
