import type { Approval, ApprovalQuery, ApprovalState } from '@paume/contract'
import { type Selectable, sql } from 'kysely'
import { toTimestamp } from '../clock.ts'
import type { Db } from '../database.ts'
import { containing } from '../list-page.ts'
import type { Staff } from '../routing.ts'
import { mayDecide } from './rights.ts'
import type { StaffTables } from './tables.ts'

export type ApprovalRow = Selectable<StaffTables['staff_approval']>

/** What the list of approvals may be sorted by. */
export const APPROVAL_ORDER = {
  columns: {
    askedAt: { by: 'asked_at', type: 'timestamptz' },
    expiresAt: { by: 'expires_at', type: 'timestamptz' },
  },
  firstDown: true,
} as const

/** The state as it is now: what nobody decided or used in time has expired. */
export const stateOf = (row: Pick<ApprovalRow, 'state' | 'expires_at'>, now: Date): ApprovalState =>
  (row.state === 'asked' || row.state === 'approved') && row.expires_at <= now ? 'expired' : row.state

const asked = (row: ApprovalRow) => ({
  action: row.action,
  by: row.asked_by,
  organisationId: row.organisation_id,
  shopIds: row.asker_shop_ids,
})

export const mayDecideRow = (staff: Staff, row: ApprovalRow): boolean => mayDecide(staff, asked(row))
/** One's own, and those one could decide: the others of an organisation are nobody's business. */
export const seesRow = (staff: Staff, row: ApprovalRow): boolean =>
  row.asked_by === staff.id || mayDecideRow(staff, row)

/** An approval as this person sees it. */
export function viewApproval(staff: Staff, row: ApprovalRow, now: Date, names: Map<string, string>): Approval {
  const state = stateOf(row, now)
  const organisationId = row.organisation_id
  const time = (at: Date | null) => (at === null ? null : toTimestamp(at))
  return {
    id: row.id,
    action: row.action,
    organisation:
      organisationId === null ? null : { id: organisationId, name: names.get(organisationId) ?? organisationId },
    request: {
      method: row.method as Approval['request']['method'],
      path: row.path,
      ...(row.body === null ? {} : { body: JSON.parse(row.body) as unknown }),
    },
    reason: row.reason,
    state,
    askedBy: { id: row.asked_by, name: row.asker_name },
    askedAt: toTimestamp(row.asked_at),
    expiresAt: toTimestamp(row.expires_at),
    decidedBy: row.decided_by === null ? null : { id: row.decided_by, name: row.decider_name ?? row.decided_by },
    decidedAt: time(row.decided_at),
    usedAt: time(row.used_at),
    own: row.asked_by === staff.id,
    mayDecide: state === 'asked' && mayDecideRow(staff, row),
  }
}

/** The approvals that fit a query and that this person sees. */
export function selectApprovals(
  db: Pick<Db, 'selectFrom'>,
  staff: Staff,
  actions: readonly string[],
  query: ApprovalQuery,
  now: Date,
) {
  let rows = db.selectFrom('staff_approval').selectAll()
  const { organisationId, shopIds } = staff
  if (organisationId !== null) rows = rows.where('organisation_id', '=', organisationId)
  // The same rule as `seesRow`, written for the database.
  rows = rows.where(({ and, eb, or }) =>
    or([
      eb('asked_by', '=', staff.id),
      and([
        actions.length > 0 ? eb('action', 'in', actions as ApprovalRow['action'][]) : eb.lit(false),
        ...(shopIds === null || organisationId === null ? [] : [sql<boolean>`asker_shop_ids <@ ${[...shopIds]}`]),
      ]),
    ]),
  )
  const { state, action, q } = query
  if (state === 'expired') rows = rows.where('state', 'in', ['asked', 'approved']).where('expires_at', '<=', now)
  else if (state === 'asked' || state === 'approved')
    rows = rows.where('state', '=', state).where('expires_at', '>', now)
  else if (state !== undefined) rows = rows.where('state', '=', state)
  if (action !== undefined) rows = rows.where('action', '=', action)
  if (q !== undefined) {
    const words = containing(q)
    rows = rows.where(({ eb, or }) =>
      or([eb('reason', 'ilike', words), eb('asker_name', 'ilike', words), eb('path', 'ilike', words)]),
    )
  }
  return rows
}
