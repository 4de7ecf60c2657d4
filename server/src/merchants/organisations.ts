import type {
  OrganisationChange,
  OrganisationCreate,
  OrganisationDecision,
  OrganisationDetails,
  OrganisationListed,
  OrganisationQuery,
  OrganisationState,
  Page,
} from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Audit } from '../audit/service.ts'
import { type Clock, toTimestamp } from '../clock.ts'
import { type Db, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { containing, type ListOrder, pageOf } from '../list-page.ts'
import type { Staff } from '../routing.ts'
import type { Tenancy } from '../tenancy.ts'
import type { MerchantPorts } from './ports.ts'

/** Organisations as operators and their own owners work with them. */
export type Organisations = {
  list(staff: Staff, query: OrganisationQuery): Promise<Page<OrganisationListed>>
  details(staff: Staff, id: string): Promise<OrganisationDetails>
  /** By an operator: approved from the start. */
  create(staff: Staff, organisation: OrganisationCreate): Promise<string>
  change(staff: Staff, id: string, change: OrganisationChange): Promise<void>
  /** Throws `organisation_state`. Answers whom to invite as the owner: null once it has one, or nobody applied. */
  decide(staff: Staff, id: string, decision: OrganisationDecision['decision']): Promise<{ invite: string | null }>
}

type Parts = { db: Db; clock: Clock; audit: Audit; tenancy: Tenancy; ports: MerchantPorts }
type Reader = QueryExecutorProvider & Pick<Db, 'selectFrom'>

const ORDER: ListOrder = {
  columns: {
    name: { by: 'o.name', type: 'text' },
    state: { by: 'o.state', type: 'text' },
    country: { by: 'o.country', type: 'text' },
    shops: { by: 'counted.shops', type: 'bigint' },
    createdAt: { by: 'o.created_at', type: 'timestamptz' },
  },
  id: 'o.id',
}

const select = (db: Reader, staff: Pick<Staff, 'organisationId'>) =>
  db
    .selectFrom('organisations as o')
    .leftJoin(
      (eb) =>
        eb
          .selectFrom('shops')
          .select(['organisation_id', sql<bigint>`count(*)`.as('shops')])
          .groupBy('organisation_id')
          .as('counted'),
      (join) => join.onRef('counted.organisation_id', '=', 'o.id'),
    )
    .selectAll('o')
    .select('counted.shops')
    .$if(staff.organisationId !== null, (own) => own.where('o.id', '=', staff.organisationId as string))
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const view = (row: Row): OrganisationListed => ({
  id: row.id,
  name: row.name,
  legalName: row.legal_name,
  state: row.state,
  country: row.country,
  languages: row.languages,
  jurisdiction: row.jurisdiction,
  gallery: row.gallery,
  shops: Number(row.shops ?? 0),
  createdAt: toTimestamp(row.created_at),
})

const NEXT: Record<OrganisationDecision['decision'], { from: OrganisationState; to: OrganisationState }> = {
  approve: { from: 'applied', to: 'approved' },
  refuse: { from: 'applied', to: 'refused' },
  suspend: { from: 'approved', to: 'suspended' },
  resume: { from: 'suspended', to: 'approved' },
}
const at = (date: Date | null) => (date === null ? null : toTimestamp(date))

export function createOrganisations({ db, clock, audit, tenancy, ports }: Parts): Organisations {
  const own = async (staff: Staff, id: string): Promise<Row> => {
    const row = await tenancy.own(staff, { kind: 'organisation', id }, (reader, organisationId) =>
      select(reader, { organisationId }).where('o.id', '=', id).executeTakeFirst(),
    )
    if (staff.organisationId !== null && row.id !== staff.organisationId) throw new Failure('not_found')
    return row
  }
  const tell = (id: string) => ports.announce({ kind: 'organisation', organisationId: id, shopId: null, id })
  const applicationOf = (id: string) =>
    db.selectFrom('organisation_applications').selectAll().where('organisation_id', '=', id).executeTakeFirst()
  return {
    async list(staff, query) {
      const page = await tenancy.within(staff, (tx) => {
        const words = query.q?.trim()
        const all = select(tx, staff)
          .$if(query.state !== undefined, (some) => some.where('o.state', '=', query.state!))
          .$if(!!words, (some) =>
            some.where(({ or, eb }) =>
              or([eb('o.name', 'ilike', containing(words!)), eb('o.legal_name', 'ilike', containing(words!))]),
            ),
          )
        return pageOf(tx, all, ORDER, query)
      })
      return { ...page, items: page.items.map((row) => view(row as unknown as Row)) }
    },
    async details(staff, id) {
      const row = await own(staff, id)
      const brands = db
        .selectFrom('brands')
        .leftJoin('shops', 'shops.brand_id', 'brands.id')
        .select(['brands.id', 'brands.name', sql<bigint>`count(shops.id)`.as('shops')])
        .where('brands.organisation_id', '=', id)
        .groupBy('brands.id')
        .orderBy('brands.name')
        .execute()
      const [application, theirs, account] = await Promise.all([
        applicationOf(id),
        brands,
        ports.payments.accountOf(id),
      ])
      return {
        ...view(row),
        contact: application
          ? {
              name: application.contact_name,
              mail: application.contact_mail,
              mailConfirmedAt: at(application.mail_confirmed_at),
              shopsPlanned: application.shops_planned,
              note: application.note,
              language: application.language,
            }
          : null,
        decidedAt: at(row.decided_at),
        decidedBy: row.decided_by,
        galleryAgreedAt: at(row.gallery_agreed_at),
        processorAccount: account,
        brands: theirs.map((brand) => ({ ...brand, shops: Number(brand.shops) })),
      }
    },
    async create(staff, { name, legalName, country, languages, jurisdiction = null }) {
      const id = newId('organisation', clock.nowMs())
      const now = new Date(clock.nowMs())
      const fields = {
        legal_name: legalName,
        country,
        languages,
        jurisdiction,
        decided_at: now,
        decided_by: staff.name,
      }
      await withTransaction(db, async (tx) => {
        await tx
          .insertInto('organisations')
          .values({ id, name, state: 'approved', created_at: now, ...fields })
          .execute()
        await audit.append(tx, 'organisation_created', { organisationId: id, staffId: staff.id })
      })
      tell(id)
      return id
    },
    async change(staff, id, { name, legalName, country, languages, jurisdiction }) {
      await own(staff, id)
      const set = {
        ...(name === undefined ? {} : { name }),
        ...(legalName === undefined ? {} : { legal_name: legalName }),
        ...(country === undefined ? {} : { country }),
        ...(languages === undefined ? {} : { languages }),
        ...(jurisdiction === undefined ? {} : { jurisdiction }),
      }
      if (Object.keys(set).length === 0) return
      await withTransaction(db, async (tx) => {
        await tx.updateTable('organisations').set(set).where('id', '=', id).execute()
        const fields = Object.keys(set).sort().join(' ')
        await audit.append(tx, 'organisation_changed', { organisationId: id, fields, staffId: staff.id })
      })
      tell(id)
    },
    async decide(staff, id, decision) {
      await own(staff, id)
      const { from, to } = NEXT[decision]
      const application = await applicationOf(id)
      const decided = { decided_at: new Date(clock.nowMs()), decided_by: staff.name }
      await withTransaction(db, async (tx) => {
        const change = tx.updateTable('organisations').set({ state: to, ...decided })
        const { numUpdatedRows } = await change.where('id', '=', id).where('state', '=', from).executeTakeFirst()
        if (numUpdatedRows !== 1n) throw new Failure('organisation_state')
        await audit.append(tx, 'organisation_decided', { organisationId: id, decision, staffId: staff.id })
      })
      tell(id)
      return { invite: decision === 'approve' ? (application?.contact_name ?? null) : null }
    },
  }
}
