import type { Attestation, AttestationAsk, AttestationQuery, Page } from '@paume/contract'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Audit } from '../audit/service.ts'
import { type Clock, toTimestamp } from '../clock.ts'
import { type Db, type Tx, withTransaction } from '../database.ts'
import { Failure } from '../failure.ts'
import { newId } from '../ids.ts'
import { containing, type ListOrder, pageOf } from '../list-page.ts'
import type { Staff } from '../routing.ts'
import { type Tenancy, worksAt } from '../tenancy.ts'
import { PACKS, signCounts } from './jurisdictions/packs.ts'
import { cleanPhoto } from './photo.ts'
import type { MerchantPorts } from './ports.ts'
import type { Shops } from './shops.ts'

/** Who says that the sign of a shop hangs, with a photo and the day. */
export type Attestations = {
  /** Throws `attester_role`, `sign_date`, `sign_entrances` and the codes of `cleanPhoto`. */
  attest(staff: Staff, shopId: string, ask: AttestationAsk, photo: Buffer): Promise<Attestation>
  list(staff: Staff, query: AttestationQuery): Promise<Page<Attestation>>
  /** JPEG. Throws `not_found`. */
  photo(staff: Staff, id: string): Promise<Buffer>
  /** It does not hang any more, or was attested in error: devices of the shop serve nobody from now on. */
  withdraw(staff: Staff, id: string): Promise<void>
}

type Parts = { db: Db; clock: Clock; audit: Audit; tenancy: Tenancy; shops: Shops; ports: MerchantPorts }
type Reader = QueryExecutorProvider & Pick<Db, 'selectFrom'>

const ORDER: ListOrder = {
  columns: {
    at: { by: 'a.attested_at', type: 'timestamptz' },
    postedOn: { by: 'a.posted_on', type: 'timestamptz' },
    shop: { by: 's.name', type: 'text' },
  },
  id: 'a.id',
  firstDown: true,
}

const select = (db: Reader, staff: Pick<Staff, 'organisationId' | 'shopIds'>) =>
  db
    .selectFrom('shop_attestations as a')
    .innerJoin('shops as s', 's.id', 'a.shop_id')
    .leftJoin('attestation_photos as p', 'p.sha256', 'a.photo_sha256')
    .select([
      'a.id',
      'a.organisation_id',
      'a.shop_id',
      's.name as shop_name',
      's.jurisdiction as due',
      'a.jurisdiction',
    ])
    .select([
      'a.pack_version',
      'a.sign_sha256',
      'a.entrances',
      'a.note',
      'a.attested_by',
      'a.attested_at',
      'a.withdrawn_at',
    ])
    .select([sql<string>`a.posted_on::text`.as('posted_on'), 'p.width_px', 'p.height_px'])
    .$if(staff.organisationId !== null, (own) => own.where('a.organisation_id', '=', staff.organisationId as string))
    .$if(staff.shopIds !== null, (own) => own.where('a.shop_id', 'in', ['', ...(staff.shopIds as readonly string[])]))
type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]

const view = (row: Row): Attestation => ({
  id: row.id,
  shop: { id: row.shop_id, name: row.shop_name },
  jurisdiction: row.jurisdiction,
  packVersion: row.pack_version,
  signSha256: row.sign_sha256,
  postedOn: row.posted_on,
  entrances: row.entrances,
  note: row.note,
  photo: row.width_px === null || row.height_px === null ? null : { widthPx: row.width_px, heightPx: row.height_px },
  by: row.attested_by,
  at: toTimestamp(row.attested_at),
  holds:
    row.withdrawn_at === null && signCounts(row.due, { jurisdiction: row.jurisdiction, version: row.pack_version }),
  withdrawnAt: row.withdrawn_at === null ? null : toTimestamp(row.withdrawn_at),
})

export function createAttestations(parts: Parts): Attestations {
  const { tenancy, shops, ports, clock } = parts
  const own = async (staff: Staff, id: string): Promise<Row> => {
    const row = await tenancy.own(staff, { kind: 'attestation', id }, (reader, organisationId) =>
      select(reader, { organisationId, shopIds: null }).where('a.id', '=', id).executeTakeFirst(),
    )
    const foreign = staff.organisationId !== null && row.organisation_id !== staff.organisationId
    if (foreign || !worksAt(staff, row.shop_id)) throw new Failure('not_found')
    return row
  }
  const tell = (organisationId: string, shopId: string) =>
    ports.announce({ kind: 'shop', organisationId, shopId, id: shopId })
  return {
    async attest(staff, shopId, ask, photo) {
      const shop = await shops.own(staff, shopId)
      checkAsk(staff, ask, PACKS[shop.jurisdiction].sign, clock.nowMs())
      const id = await writeAttestation(parts, staff, shop, ask, await cleanPhoto(photo))
      tell(shop.organisation_id, shopId)
      return view(await own(staff, id))
    },
    async list(staff, query) {
      const page = await tenancy.within(staff, (tx) => {
        const words = query.q?.trim()
        const all = select(tx, staff)
          .$if(query.shopId !== undefined, (some) => some.where('a.shop_id', '=', query.shopId!))
          .$if(!!words, (some) => some.where('s.name', 'ilike', containing(words!)))
        return pageOf(tx, all, ORDER, query)
      })
      return { ...page, items: page.items.map((row) => view(row as unknown as Row)) }
    },
    async photo(staff, id) {
      await own(staff, id)
      const found = await parts.db
        .selectFrom('shop_attestations as a')
        .innerJoin('attestation_photos as p', 'p.sha256', 'a.photo_sha256')
        .select('p.bytes')
        .where('a.id', '=', id)
        .executeTakeFirst()
      if (found === undefined) throw new Failure('not_found')
      return found.bytes
    },
    async withdraw(staff, id) {
      const row = await own(staff, id)
      await writeWithdrawal(parts, staff, row)
      tell(row.organisation_id, row.shop_id)
    },
  }
}

const A_DAY_MS = 86_400_000

function checkAsk(
  staff: Staff,
  { postedOn, entrances }: AttestationAsk,
  sign: { places: readonly string[]; attestedBy: readonly string[] },
  nowMs: number,
): void {
  if (!staff.roles.some((role) => sign.attestedBy.includes(role))) {
    throw new Failure('attester_role', { detail: sign.attestedBy.join(', ') })
  }
  const at = Date.parse(`${postedOn}T00:00:00Z`)
  // East of Greenwich today begins up to 14 hours earlier.
  if (!(at <= nowMs + 14 * 3_600_000 && at >= nowMs - 366 * A_DAY_MS)) throw new Failure('sign_date')
  if (sign.places.includes('entrance') && entrances === undefined) throw new Failure('sign_entrances')
}

async function writeAttestation(
  { db, clock, audit }: Parts,
  staff: Staff,
  shop: Awaited<ReturnType<Shops['own']>>,
  ask: AttestationAsk,
  photo: Awaited<ReturnType<typeof cleanPhoto>>,
): Promise<string> {
  const { jurisdiction } = shop
  const { version, sign } = PACKS[jurisdiction]
  const id = newId('attestation', clock.nowMs())
  await withTransaction(db, async (tx) => {
    const { sha256, bytes, widthPx, heightPx } = photo
    await tx
      .insertInto('attestation_photos')
      .values({ sha256, bytes, width_px: widthPx, height_px: heightPx })
      .onConflict((on) => on.column('sha256').doNothing())
      .execute()
    await tx
      .insertInto('shop_attestations')
      .values({
        id,
        organisation_id: shop.organisation_id,
        shop_id: shop.id,
        jurisdiction,
        pack_version: version,
        sign_sha256: sign.sha256,
        posted_on: ask.postedOn,
        entrances: ask.entrances ?? null,
        note: ask.note ?? null,
        photo_sha256: sha256,
        attested_by: staff.name,
        attested_at: new Date(clock.nowMs()),
      })
      .execute()
    // The jurisdiction may have been changed since it was read: what is attested is what was asked for then.
    await setSign(tx, shop.id, jurisdiction, version)
    await audit.append(tx, 'sign_attested', {
      attestationId: id,
      shopId: shop.id,
      jurisdiction,
      signSha256: sign.sha256,
      photoSha256: sha256,
      postedOn: ask.postedOn,
      staffId: staff.id,
    })
  })
  return id
}

const setSign = (tx: Tx, shopId: string, jurisdiction: string | null, version: number | null) =>
  sql`update shops set sign_jurisdiction = ${jurisdiction}, sign_version = ${version} where id = ${shopId}`.execute(tx)

async function writeWithdrawal({ db, clock, audit }: Parts, staff: Staff, row: Row): Promise<void> {
  await withTransaction(db, async (tx) => {
    const change = tx
      .updateTable('shop_attestations')
      .set({ withdrawn_at: new Date(clock.nowMs()), withdrawn_by: staff.name })
      .where('id', '=', row.id)
      .where('withdrawn_at', 'is', null)
    if ((await change.executeTakeFirst()).numUpdatedRows !== 1n) return
    const { rows } = await sql<{ jurisdiction: string; pack_version: number }>`
      select jurisdiction, pack_version from shop_attestations
       where shop_id = ${row.shop_id} and withdrawn_at is null order by attested_at desc limit 1`.execute(tx)
    const last = rows[0]
    await setSign(tx, row.shop_id, last?.jurisdiction ?? null, last?.pack_version ?? null)
    await audit.append(tx, 'sign_attestation_withdrawn', {
      attestationId: row.id,
      shopId: row.shop_id,
      staffId: staff.id,
    })
  })
}
