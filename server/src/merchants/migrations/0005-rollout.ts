import { sql } from 'kysely'
import type { Tx } from '../../database.ts'

/** Organisations that apply, brands, lanes, phases, and what a shop is besides its name. */
export async function up(tx: Tx): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(tx)
}

const STATEMENTS = [
  `alter table organisations
     add column state text not null default 'approved' check (state in ('applied', 'approved', 'suspended', 'refused')),
     add column legal_name text,
     add column country text check (country ~ '^[A-Z]{2}$'),
     add column languages text[] not null default '{en}',
     add column jurisdiction text,
     add column decided_at timestamptz,
     add column decided_by text`,
  `create table organisation_applications (
     organisation_id text primary key references organisations (id) on delete cascade,
     contact_name text not null,
     contact_mail text not null,
     shops_planned integer not null,
     note text,
     language text not null,
     token_sha256 bytea unique,
     mail_confirmed_at timestamptz,
     made_at timestamptz not null
   )`,
  `create table brands (
     id text primary key,
     organisation_id text not null references organisations (id),
     name text not null,
     created_at timestamptz not null default now()
   )`,
  `create unique index brands_name on brands (organisation_id, lower(name))`,
  `create table rollout_phases (
     id text primary key,
     organisation_id text not null references organisations (id),
     name text not null,
     starts_on date,
     ends_on date,
     created_at timestamptz not null default now(),
     check (ends_on is null or starts_on is null or starts_on <= ends_on)
   )`,
  `create unique index rollout_phases_name on rollout_phases (organisation_id, lower(name))`,
  // Shops that were there before were at work; what law they are under follows their country.
  `alter table shops
     add column number text,
     add column brand_id text references brands (id),
     add column phase_id text references rollout_phases (id) on delete set null,
     add column street text,
     add column town text,
     add column region text,
     add column postal_code text,
     add column time_zone text not null default 'UTC',
     add column jurisdiction text,
     add column format text not null default 'till' check (format in ('till', 'checkout_free', 'both')),
     add column state text not null default 'live'
       check (state in ('planned', 'installing', 'ready', 'live', 'paused', 'closed')),
     add column live_at timestamptz,
     add column ever_live boolean not null default true,
     add column sign_jurisdiction text,
     add column sign_version integer,
     add column sign_printed_at timestamptz,
     add column import_id text`,
  `update shops set jurisdiction = case
     when country = 'US' then 'us_other' when country = 'GB' then 'uk'
     when country in ('AT','BE','BG','CY','CZ','DE','DK','EE','ES','FI','FR','GR','HR','HU','IE','IS','IT','LI','LT','LU','LV','MT',
                      'NL','NO','PL','PT','RO','SE','SI','SK') then 'eu_eea'
     else 'rest' end`,
  `alter table shops alter column jurisdiction set not null,
     alter column state set default 'planned', alter column ever_live set default false`,
  `create unique index shops_number on shops (organisation_id, lower(number)) where number is not null`,
  `create index shops_organisation on shops (organisation_id, name)`,
  `create index shops_import on shops (import_id) where import_id is not null`,
  `create table lanes (
     id text primary key,
     shop_id text not null references shops (id) on delete cascade,
     name text not null,
     kind text not null check (kind in ('till', 'gate', 'kiosk', 'door')),
     register boolean not null default false,
     position integer not null,
     created_at timestamptz not null default now()
   )`,
  `create unique index lanes_name on lanes (shop_id, lower(name))`,
  `create table attestation_photos (
     sha256 text primary key,
     bytes bytea not null,
     width_px integer not null,
     height_px integer not null
   )`,
  `create table shop_attestations (
     id text primary key,
     organisation_id text not null references organisations (id),
     shop_id text not null references shops (id),
     jurisdiction text not null,
     pack_version integer not null,
     sign_sha256 text not null,
     posted_on date not null,
     entrances integer,
     note text,
     photo_sha256 text references attestation_photos (sha256),
     attested_by text,
     attested_at timestamptz not null,
     withdrawn_at timestamptz,
     withdrawn_by text
   )`,
  `create index shop_attestations_shop on shop_attestations (shop_id, attested_at)`,
]
