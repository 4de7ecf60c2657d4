import {
  APPROVAL_HEADER,
  type Approval,
  type ApprovalAsk,
  type ApprovalQuery,
  type Page,
  permits,
  TWO_PERSON_ACTIONS,
  type TwoPersonAction,
} from '@paume/contract'
import type { Audit } from '../audit/service.ts'
import type { Clock } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { pageOf } from '../list-page.ts'
import type { SpendApproval, Staff } from '../routing.ts'
import type { Tenancy } from '../tenancy.ts'
import {
  APPROVAL_ORDER,
  type ApprovalRow,
  mayDecideRow,
  seesRow,
  selectApprovals,
  viewApproval,
} from './approval-view.ts'
import { requestSha256 } from './approved-request.ts'
import type { Places } from './ports.ts'

/** What was asked for is done within this time, or asked for anew, ms. */
const LIVES_MS = 24 * 3_600_000

/** What takes two people: asked for by one, decided by another, used once by the first. */
export type Approvals = {
  /** Throws `permission_missing` for who may not do it at all. */
  ask(staff: Staff, ask: ApprovalAsk): Promise<Approval>
  list(staff: Staff, query: ApprovalQuery): Promise<Page<Approval>>
  get(staff: Staff, id: string): Promise<Approval>
  /** Throws `permission_missing` for the one who asked or who may not do it either, `approval_state`. */
  decide(staff: Staff, id: string, approve: boolean): Promise<Approval>
  spend: SpendApproval
}

type Parts = { db: Db; clock: Clock; audit: Audit; tenancy: Tenancy; places: Places }

export function createApprovals(parts: Parts): Approvals {
  const { clock, tenancy, places } = parts
  const now = () => new Date(clock.nowMs())
  const show = async (staff: Staff, rows: readonly ApprovalRow[]) => {
    const names = await places.organisations(rows.flatMap(({ organisation_id }) => organisation_id ?? []))
    return rows.map((row) => viewApproval(staff, row, now(), names))
  }
  const find = async (staff: Staff, id: string) => {
    const row = await tenancy.own(staff, { kind: 'approval', id }, (db, organisationId) => {
      const found = db.selectFrom('staff_approval').selectAll().where('id', '=', id)
      const own = organisationId === null ? found : found.where('organisation_id', '=', organisationId)
      return own.executeTakeFirst()
    })
    if (!seesRow(staff, row)) throw new Failure('not_found')
    return row
  }
  const get = async (staff: Staff, id: string) => (await show(staff, [await find(staff, id)]))[0]!
  return {
    ask: async (staff, asked) => get(staff, await writeAsk(parts, staff, asked)),
    async list(staff, query) {
      const own = (Object.keys(TWO_PERSON_ACTIONS) as TwoPersonAction[]).filter((action) =>
        permits(staff.roles, TWO_PERSON_ACTIONS[action]),
      )
      const page = await tenancy.within(staff, (tx) =>
        pageOf(tx, selectApprovals(tx, staff, own, query, now()), APPROVAL_ORDER, query),
      )
      return { ...page, items: await show(staff, page.items) }
    },
    get,
    async decide(staff, id, approve) {
      const row = await find(staff, id)
      if (!mayDecideRow(staff, row)) throw new Failure('permission_missing')
      await writeDecision(parts, staff, row, approve)
      return get(staff, id)
    },
    spend: spendOf(parts),
  }
}

async function writeAsk({ db, clock, audit, places }: Parts, staff: Staff, asked: ApprovalAsk): Promise<string> {
  const { action, organisationId = null, request, reason } = asked
  if (staff.id === null) throw new Failure('staff_session_required')
  if (!permits(staff.roles, TWO_PERSON_ACTIONS[action])) throw new Failure('permission_missing')
  const about = staff.organisationId ?? organisationId
  if (about !== null && (await places.organisation(about)) === null) throw new Failure('not_found')
  const at = new Date(clock.nowMs())
  const id = newId('approval', clock.nowMs())
  await withTransaction(db, async (tx) => {
    await tx
      .insertInto('staff_approval')
      .values({
        id,
        action,
        organisation_id: about,
        method: request.method,
        path: request.path,
        body: request.body === undefined ? null : JSON.stringify(request.body),
        request_sha256: requestSha256({ ...request, action, organisationId: about, body: request.body }),
        reason,
        asked_by: staff.id as string,
        asker_name: staff.name,
        asker_shop_ids: staff.shopIds === null ? null : [...staff.shopIds],
        asked_at: at,
        expires_at: new Date(at.getTime() + LIVES_MS),
      })
      .execute()
    await audit.append(tx, 'approval_asked', { approvalId: id, action, staffId: staff.id, organisationId: about })
  })
  return id
}

async function writeDecision(
  { db, clock, audit }: Parts,
  staff: Staff,
  row: ApprovalRow,
  approve: boolean,
): Promise<void> {
  const at = new Date(clock.nowMs())
  await withTransaction(db, async (tx) => {
    // Who came, or was given new keys, only after it was asked may have been made for it.
    const before = tx
      .selectFrom('staff_person')
      .select('id')
      .where('id', '=', staff.id)
      .where('state', '=', 'active')
      .where('keys_made_at', '<', row.asked_at)
    const change = await tx
      .updateTable('staff_approval')
      .set({ state: approve ? 'approved' : 'refused', decided_by: staff.id, decider_name: staff.name, decided_at: at })
      .where('id', '=', row.id)
      .where('state', '=', 'asked')
      .where('expires_at', '>', at)
      .where(({ exists }) => exists(before))
      .executeTakeFirst()
    if (change.numUpdatedRows !== 1n) throw new Failure('approval_state')
    await audit.append(tx, approve ? 'approval_given' : 'approval_refused', {
      approvalId: row.id,
      action: row.action,
      staffId: staff.id,
      organisationId: row.organisation_id,
    })
  })
}

const spendOf =
  ({ db, clock, audit }: Parts): SpendApproval =>
  async (staff, request, action, body, organisationId = null) => {
    const about = staff.organisationId ?? organisationId
    const told = { action, staffId: staff.id, organisationId: about }
    if (staff.id === null) {
      // The token is the installation's root, for programs: there is nobody who could be asked.
      await withTransaction(db, (tx) => audit.append(tx, 'approval_not_needed', told))
      return
    }
    const id = request.headers[APPROVAL_HEADER]
    if (typeof id !== 'string' || id === '') throw new Failure('approval_required')
    const at = new Date(clock.nowMs())
    const sha256 = requestSha256({ action, organisationId: about, method: request.method, path: request.url, body })
    await withTransaction(db, async (tx) => {
      if (!(await markUsed(tx, { id, staffId: staff.id as string, action, sha256, at })))
        throw new Failure('approval_state')
      await audit.append(tx, 'approval_used', { approvalId: id, ...told })
    })
  }

async function markUsed(
  tx: Tx,
  {
    id,
    staffId,
    action,
    sha256,
    at,
  }: { id: string; staffId: string; action: TwoPersonAction; sha256: string; at: Date },
): Promise<boolean> {
  // An approval is as good as the one who gave it: who was revoked since approves nothing.
  const decider = tx
    .selectFrom('staff_person')
    .select('staff_person.id')
    .whereRef('staff_person.id', '=', 'staff_approval.decided_by' as never)
    .where('staff_person.state', '=', 'active')
  const change = await tx
    .updateTable('staff_approval')
    .set({ state: 'used', used_at: at })
    .where('id', '=', id)
    .where('asked_by', '=', staffId)
    .where('action', '=', action)
    .where('request_sha256', '=', sha256)
    .where('state', '=', 'approved')
    .where('expires_at', '>', at)
    .where(({ exists }) => exists(decider))
    .executeTakeFirst()
  return change.numUpdatedRows === 1n
}
