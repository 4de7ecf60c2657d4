import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Reviews of palms that were there already: whose they are to decide, who took them, what became of them; and who has a twin. */
export async function up(tx: Tx): Promise<void> {
  await sql`alter table duplicate_reviews alter column id drop identity`.execute(tx)
  await sql`alter table duplicate_reviews alter column id type text using 'rvw_' || lpad(id::text, 26, '0')`.execute(tx)
  await sql`
    alter table duplicate_reviews
      add column organisation_id text,
      add column noticed_by text,
      add column state text not null default 'open' check (state in ('open', 'taken', 'decided')),
      add column taken_by text,
      add column taken_by_name text,
      add column taken_at timestamptz,
      add column decision text check (decision in ('same_person_earlier', 'same_person_newer', 'twins', 'fraud')),
      add column decided_by_name text,
      add column decided_at timestamptz,
      add column newer_phone_sealed bytea,
      add column newer_phone_hmac text,
      add column newer_language text`.execute(tx)
  await sql`
    update duplicate_reviews r set organisation_id = e.organisation_id, noticed_by = e.organisation_id
      from enrolments e where e.id = r.enrolment_id`.execute(tx)
  await sql`
    update duplicate_reviews set state = 'decided', decided_at = reviewed_at where reviewed_at is not null`.execute(tx)
  await sql`alter table duplicate_reviews drop column reviewed_at`.execute(tx)
  await sql`create index duplicate_reviews_of on duplicate_reviews (organisation_id, noticed_at)`.execute(tx)
  await sql`create index duplicate_reviews_shopper on duplicate_reviews (shopper_id)`.execute(tx)
  await sql`
    create table shopper_twins (
      shopper_id text primary key,
      review_id text not null,
      noted_at timestamptz not null
    )`.execute(tx)
}
