import { type QueryExecutorProvider, sql } from 'kysely'
import { newId } from '../../ids.ts'
import type { SettlementLine } from '../processors/processor.ts'
import type { SettlementParts } from './parts.ts'

/** Lines written in one statement. */
const BATCH = 500

/**
 * Takes over what the processors list for [from, to). A line that is known stays as it was told first; one that is told otherwise now
 * becomes a difference. Answers how many are new.
 */
export async function importLines(parts: SettlementParts, range: { from: Date; to: Date }): Promise<number> {
  let added = 0
  for (const { name, books } of await parts.sources()) {
    const lines = await books.listSettlement(range)
    for (let i = 0; i < lines.length; i += BATCH) added += await keep(parts, name, lines.slice(i, i + BATCH))
  }
  await nameOwners(parts.db)
  return added
}

async function keep(parts: SettlementParts, processor: string, lines: SettlementLine[]): Promise<number> {
  const now = new Date(parts.clock.nowMs())
  const column = <K extends keyof SettlementLine>(name: K) => lines.map((line) => line[name])
  const given = sql`unnest(${column('kind')}::text[], ${column('key')}::text[], ${column('chargeKey')}::text[],
    ${column('currency')}::text[], ${column('amountMinor')}::bigint[], ${column('feeMinor')}::bigint[],
    ${column('batchRef')}::text[], ${column('at')}::timestamptz[])
    l (kind, key, charge_key, currency, amount_minor, fee_minor, batch_ref, at)`
  const { rows } = await sql`
    insert into settlement_line (processor, kind, key, charge_key, currency, amount_minor, fee_minor, batch_ref, at, imported_at)
    select ${processor}, kind, key, charge_key, currency, amount_minor, fee_minor, batch_ref, at, ${now} from ${given}
    on conflict do nothing returning key`.execute(parts.db)
  const { rows: changed } = await sql<{
    kind: string
    key: string
    now: bigint
    was: bigint
    owner: string
    detail: string
  }>`
    select l.kind, l.key, l.amount_minor as now, k.amount_minor as was, k.organisation_id as owner, k.currency,
           format('told as %s with a fee of %s, now as %s with a fee of %s', k.amount_minor, k.fee_minor, l.amount_minor, l.fee_minor) as detail
      from ${given} join settlement_line k on k.processor = ${processor} and k.kind = l.kind and k.key = l.key
     where (l.amount_minor, l.fee_minor, l.currency) is distinct from (k.amount_minor, k.fee_minor, k.currency)`.execute(
    parts.db,
  )
  for (const line of changed as ((typeof changed)[number] & { currency: string })[]) {
    await sql`
      insert into settlement_difference
        (id, kind, line_kind, key, organisation_id, currency, ours_minor, theirs_minor, detail, found_at)
      values (${newId('difference', now.getTime())}, 'line_changed', ${line.kind}, ${line.key}, ${line.owner}, ${line.currency},
              ${line.was}, ${line.now}, ${line.detail}, ${now})
      on conflict do nothing`.execute(parts.db)
  }
  return rows.length
}

/** Whose line it is, our ledger knows by the charge; a line that came before we had written the charge down is named later. */
const nameOwners = (db: QueryExecutorProvider) =>
  sql`
    update settlement_line l set organisation_id = t.organisation_id
      from ledger_transfer t where l.organisation_id is null and t.id = l.charge_key`.execute(db)
