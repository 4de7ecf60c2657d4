import type pg from 'pg'
import { type AuthoriseRequest, type Charge, type FollowUp, ProcessorFailure } from '../processor.ts'
import { asJson, type Books, findCharge, INSERT_EVENTS, Overtaken, type Setting, type Writing } from './books.ts'
import { type ChargeRow, chargeAt } from './charge-record.ts'
import { wanted } from './events.ts'
import type { InstrumentRow } from './instruments.ts'
import { authoriseHash, type Can, decideAuthorisation, decideFollowUp, type FollowUpKind } from './rules.ts'

/** Rows of one request, written together with the charge that `c` made or changed: none when there was none. */
const BESIDE_CHARGE = `
  o as (insert into sandbox_processor.operation
      (key, request_sha256, ref, charge_ref, kind, amount_minor, created_at, settles_at, fails, refused)
    select r.* from c, jsonb_to_recordset($1) as r(key text, request_sha256 text, ref text, charge_ref text, kind text,
      amount_minor bigint, created_at timestamptz, settles_at timestamptz, fails boolean, refused text)),
  d as (insert into sandbox_processor.dispute (ref, charge_ref, reason, answered, opens_at, due_at)
    select r.* from c, jsonb_to_recordset($2) as r(ref text, charge_ref text, reason text, answered text,
      opens_at timestamptz, due_at timestamptz)),
  e as (${INSERT_EVENTS('$3', 'c')})
  select ref from c`

const INSERT_CHARGE = `with c as (
    insert into sandbox_processor.charge (ref, key, request_sha256, token, merchant_ref, amount_minor, currency, declined,
      decided_at, capturable_until, outcome, payment_id, till_reference, closed)
    values ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) on conflict (key) do nothing returning ref),${BESIDE_CHARGE}`

const CHANGE_CHARGE = `with c as (
    update sandbox_processor.charge set version = version + 1, amount_minor = $6, voided = $7, closed = $8
     where ref = $4 and version = $5 returning ref),${BESIDE_CHARGE}`

async function writeBeside(
  books: Books,
  [name, text]: [string, string],
  writing: Writing,
  setting: Setting,
  values: unknown[],
): Promise<void> {
  const { operations = [], disputes = [], events = [] } = writing
  const done = await books.write<pg.QueryResultRow>(name, text, [
    asJson(operations),
    asJson(disputes),
    asJson(wanted(events, setting.event_types)),
    ...values,
  ])
  if (done.length === 0) throw new Overtaken()
}

const valuesOf = (row: ChargeRow) => [
  row.ref,
  row.key,
  row.request_sha256,
  row.token,
  row.merchant_ref,
  row.amount_minor,
  row.currency,
  row.declined,
  row.decided_at,
  row.capturable_until,
  JSON.stringify(row.outcome),
  row.payment_id,
  row.till_reference,
]

const CARD_AND_KEY = `
  select (select to_jsonb(s) from sandbox_processor.setting s) as setting,
    (select to_jsonb(i) from sandbox_processor.instrument i where i.token = $1) as card,
    exists(select from sandbox_processor.charge c where c.key = $2) as made`

/** Asks the issuer, once for a key. */
export function authorise(books: Books, request: AuthoriseRequest, can: Can): Promise<Charge> {
  return books.settle(async () => {
    const [seen] = await books.look<{ setting: Setting; card: InstrumentRow | null; made: boolean }>(
      'card-and-key',
      CARD_AND_KEY,
      [request.token, request.key],
    )
    const { setting, card, made } = seen!
    if (made) return answerAgain(books, request, can)
    const now = books.timeOf(setting)
    const { charge, ...beside } = decideAuthorisation(request, card, can, now)
    // A charge that nothing is authorised of any more cannot lapse.
    const closed = charge.declined !== null || beside.operations.length > 0
    await writeBeside(books, ['authorise', INSERT_CHARGE], beside, setting, [...valuesOf(charge), closed])
    return chargeAt({ charge, operations: beside.operations, disputes: beside.disputes }, can.overCapture, now)
  })
}

async function answerAgain(books: Books, request: AuthoriseRequest, can: Can): Promise<Charge> {
  const { record, now } = await findCharge(books, { key: request.key })
  if (!record || record.charge.request_sha256 !== authoriseHash(request)) {
    throw new ProcessorFailure('refused', 'key_of_another_request')
  }
  return chargeAt(record, can.overCapture, now)
}

async function isUsed(books: Books, key: string): Promise<boolean> {
  const text = 'select 1 from sandbox_processor.operation where key = $1'
  return (await books.look('operation-key', text, [key])).length > 0
}

/** Increments, captures, voids or refunds, once for a key. */
export function followUp(books: Books, kind: FollowUpKind, request: FollowUp, can: Can): Promise<Charge> {
  return books.settle(async (tries) => {
    const { record, now, setting } = await findCharge(books, { ref: request.chargeRef })
    if (!record) throw new ProcessorFailure('refused', 'charge_unknown')
    const change = decideFollowUp(kind, record, request, can, now)
    if (change === null) return chargeAt(record, can.overCapture, now)
    // The key of another charge's operation is found out by the database, which holds each key once.
    if (tries > 1 && (await isUsed(books, request.key))) {
      throw new ProcessorFailure('refused', 'key_of_another_request')
    }
    const { charge } = record
    const values = [charge.ref, charge.version, change.amountMinor, change.voided, kind !== 'increment']
    await writeBeside(books, ['follow-up', CHANGE_CHARGE], change, setting, values)
    const declined = change.operations[0]?.refused ?? null
    if (declined !== null) throw new ProcessorFailure('refused', declined)
    const after = { ...charge, amount_minor: change.amountMinor, voided: change.voided }
    const operations = [...record.operations, ...change.operations]
    const disputes = [...record.disputes, ...change.disputes]
    return chargeAt({ charge: after, operations, disputes }, can.overCapture, now)
  })
}

export async function fetchCharge(
  books: Books,
  by: { key: string } | { ref: string },
  can: Can,
): Promise<Charge | null> {
  const { record, now } = await findCharge(books, by)
  return record === null ? null : chargeAt(record, can.overCapture, now)
}

/** Charges the desk shows at once. */
const SHOWN = 20

/** Charges by our payment, the till's own number, or the key they were asked with; newest first. */
export async function searchCharges(
  books: Books,
  words: string,
  can: Can,
): Promise<{ charge: Charge; token: string }[]> {
  const text = `select ref from sandbox_processor.charge
    where payment_id = $1 or till_reference = $1 or key = $1 or ref = $1 order by decided_at desc limit ${SHOWN}`
  const rows = await books.look<{ ref: string }>('search-charges', text, [words])
  const found = await Promise.all(rows.map(({ ref }) => findCharge(books, { ref })))
  return found.flatMap(({ record, now }) =>
    record === null ? [] : [{ charge: chargeAt(record, can.overCapture, now), token: record.charge.token }],
  )
}
