import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { type Db, SERVER_ROLE, TENANT_ROLE, type Tx } from './database.ts'

/** The organisation that the current transaction reads for; null outside of one. */
const ASKED = "nullif(current_setting('paume.organisation', true), '')"
const OWN = `organisation_id = ${ASKED}`
const OF_PAYMENT = 'exists (select 1 from payment p where p.id = payment_id)'
const OF_DEVICE = 'exists (select 1 from devices d where d.id = device_id)'
const OF_TEMPLATE = 'exists (select 1 from device_settings_templates t where t.id = template_id)'
const OF_SHOP = 'exists (select 1 from shops s where s.id = shop_id)'

/**
 * What the console reads on behalf of an organisation, and which rows of it are that organisation's. The role it reads under may select
 * from these tables and from no other, and the database shows it no other rows, whatever condition a query of ours forgets. A condition
 * that asks another table is itself held to the rows of that one.
 */
export const TENANT_TABLES: Record<string, string> = {
  organisations: `id = ${ASKED}`,
  shops: OWN,
  organisation_applications: OWN,
  brands: OWN,
  rollout_phases: OWN,
  lanes: OF_SHOP,
  shop_attestations: OWN,
  attestation_photos: 'exists (select 1 from shop_attestations a where a.photo_sha256 = attestation_photos.sha256)',
  shop_imports: OWN,
  shop_import_rows: 'exists (select 1 from shop_imports i where i.id = import_id)',
  devices: OWN,
  device_outages: OF_DEVICE,
  device_commands: OF_DEVICE,
  device_settings_templates: OWN,
  device_settings_versions: OF_TEMPLATE,
  device_settings_assignments: OF_TEMPLATE,
  device_settings_rollouts: OF_TEMPLATE,
  payment: OWN,
  payment_operation: OF_PAYMENT,
  payment_receipt: OF_PAYMENT,
  payment_receipt_delivery: OF_PAYMENT,
  payment_dispute: OWN,
  payment_report: OWN,
  payment_sale: OWN,
  payment_limits: OWN,
  settlement_batch: OWN,
  settlement_payout: OWN,
  settlement_line: OWN,
  settlement_terms: OWN,
  webhook_endpoint: OWN,
  webhook_event: OWN,
  webhook_delivery: 'exists (select 1 from webhook_endpoint e where e.id = endpoint_id)',
  webhook_attempt: 'exists (select 1 from webhook_delivery d where d.id = delivery_id)',
  enrolments: OWN,
  duplicate_reviews: OWN,
  staff_person: OWN,
  staff_invitation: OWN,
  staff_approval: OWN,
  counter_till_day: OF_SHOP,
  gate_session: OWN,
  gate_taking: 'exists (select 1 from gate_session s where s.id = session_id)',
  gate_cart_event: 'exists (select 1 from gate_session s where s.id = session_id)',
  gate_rules: OWN,
  gate_key: OWN,
  admission_zone: OWN,
  admission_door: 'exists (select 1 from admission_zone z where z.id = zone_id)',
  admission_grant: 'exists (select 1 from admission_zone z where z.id = zone_id)',
  admission_presence: 'exists (select 1 from admission_zone z where z.id = zone_id)',
  admission_ticket: OWN,
  admission_event: OWN,
  ledger_transfer: OWN,
  report_slot: OWN,
  report_similarity: OWN,
  report_audit_index: OWN,
  audit_entries: 'exists (select 1 from report_audit_index i where i.sequence = audit_entries.sequence)',
}

/**
 * Makes the role and the rules of `TENANT_TABLES`, as the owner of the tables, after the migrations. What stands already is left alone:
 * a rule is made under a lock that no payment could pass. A changed condition makes a new rule in place of the old one.
 */
export async function separateTenants(owner: Tx): Promise<void> {
  const [server, tenant] = [sql.id(SERVER_ROLE), sql.id(TENANT_ROLE)]
  await sql`grant usage on schema public to ${tenant}`.execute(owner)
  const { rows: standing } = await sql<{ table: string; policy: string }>`
    select tablename as "table", policyname as policy from pg_policies where schemaname = 'public'`.execute(owner)
  for (const [table, condition] of Object.entries(TENANT_TABLES)) {
    const name = `tenant_${createHash('sha256').update(condition).digest('hex').slice(0, 12)}`
    const here = standing.filter((rule) => rule.table === table).map(({ policy }) => policy)
    if (here.includes(name)) continue
    const at = sql.table(table)
    for (const old of here) await sql`drop policy ${sql.id(old)} on ${at}`.execute(owner)
    await sql`alter table ${at} enable row level security`.execute(owner)
    await sql`create policy ${sql.id('server')} on ${at} to ${server} using (true) with check (true)`.execute(owner)
    await sql`create policy ${sql.id(name)} on ${at} for select to ${tenant} using (${sql.raw(condition)})`.execute(
      owner,
    )
    await sql`grant select on ${at} to ${tenant}`.execute(owner)
  }
}

/** Whether whoever asks can become the tenant's role, and then sees nothing without an organisation. */
export async function keepsTenantsApart(db: Db): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`
    select coalesce((select pg_has_role(session_user, oid, 'member') from pg_roles where rolname = ${TENANT_ROLE}), false)
       and (select relrowsecurity from pg_class where oid = 'payment'::regclass) as may`.execute(db)
  return rows[0]!.may
}
