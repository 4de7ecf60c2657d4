import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  EMBEDDING_DIMS,
  type EnrolledPalm,
  MODEL,
  modelVersionOf,
  openGallery,
  type ProtectedEmbedding,
  type ProtectedTemplate,
} from '@paume/palm'
import type pg from 'pg'
import { openDatabase } from '../../server/src/database.ts'
import { createKeyRing, type KeyRing } from '../../server/src/identity/data-key.ts'
import { createGalleryKeys } from '../../server/src/identity/gallery-keys.ts'
import { sealTemplates } from '../../server/src/identity/sealed-templates.ts'
import { createTemplateLoader } from '../../server/src/identity/template-loader.ts'
import { migrate } from '../../server/src/migrate.ts'
import { startPostgres } from '../../server/src/postgres.ts'

export type LoadFigures = {
  templates: number
  /** `put` alone, of templates that lie in memory. */
  putMs: number
  /** From rows in PostgreSQL to a gallery that can be searched: read, opened, decoded, put. */
  loadMs: number
  /** What this process's threads spent on it, all together, without PostgreSQL's own. */
  loadCpuMs: number
  sealedBytesATemplate: number
}

/** Two palms a person, as registered. */
const TEMPLATES_PER_PALM = 4
const SHOPPERS_A_BATCH = 500
const EPOCH = 1
const ORGANISATION = 'org_bench'

/** Templates of chance bytes, two palms of them; the same bytes again would be compressed on the way. */
function chancePalms(n: number): EnrolledPalm[] {
  const bytes = new Int8Array(randomBytes(2 * TEMPLATES_PER_PALM * (EMBEDDING_DIMS + MODEL.coder.codeBytes)))
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === -128) bytes[i] = -127
  const modelVersion = modelVersionOf(MODEL)
  let at = 0
  const template = (): ProtectedTemplate => {
    const embedding = bytes.subarray(at, at + EMBEDDING_DIMS) as ProtectedEmbedding
    const code = new Uint8Array(bytes.buffer, at + EMBEDDING_DIMS, MODEL.coder.codeBytes)
    at += EMBEDDING_DIMS + MODEL.coder.codeBytes
    return { embedding, code: code as ProtectedTemplate['code'], modelVersion, rotationEpoch: EPOCH }
  }
  return (['L', 'R'] as const).map((hand) => ({
    palmId: `plm_${String(n).padStart(12, '0')}${hand}`,
    shopperId: `shp_${String(n).padStart(12, '0')}`,
    hand,
    templates: Array.from({ length: TEMPLATES_PER_PALM }, template),
  }))
}

/** Time of `put` for that many templates, made a thousand people at a time outside the clock. */
function benchPut(shoppers: number): number {
  const gallery = openGallery({ rotationEpoch: EPOCH })
  let putMs = 0
  for (let n = 0; n < shoppers; n += 1_000) {
    const palms = Array.from({ length: Math.min(1_000, shoppers - n) }, (_, i) => chancePalms(n + i)).flat()
    const startMs = performance.now()
    for (const palm of palms) gallery.put(palm)
    putMs += performance.now() - startMs
  }
  void gallery.close()
  return putMs
}

/** Writes people as a registration would, many in one statement. Answers the sealed bytes of templates. */
async function fill(client: pg.Client, keys: KeyRing, shoppers: number, onBatch: (n: number) => void): Promise<number> {
  let sealedBytes = 0
  for (let from = 0; from < shoppers; from += SHOPPERS_A_BATCH) {
    const people = Array.from({ length: Math.min(SHOPPERS_A_BATCH, shoppers - from) }, (_, i) => {
      const palms = chancePalms(from + i)
      const { shopperId } = palms[0]
      const { key, wrapped } = keys.make(shopperId, ORGANISATION)
      return {
        shopperId,
        wrapped,
        palms: palms.map((palm) => ({ ...palm, sealed: sealTemplates(key, palm, palm.templates) })),
      }
    })
    const palms = people.flatMap((person) => person.palms)
    sealedBytes += palms.reduce((sum, { sealed }) => sum + sealed.length, 0)
    await client.query('insert into shopper_keys select unnest($1::text[]), unnest($2::bytea[]), $3::int, $4::text', [
      people.map(({ shopperId }) => shopperId),
      people.map(({ wrapped }) => wrapped),
      EPOCH,
      ORGANISATION,
    ])
    const ids = palms.map(({ palmId }) => palmId)
    await client.query(
      'insert into palms (id, shopper_id, hand, enrolled_at, gallery_id) select unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), now(), $4::text',
      [ids, palms.map(({ shopperId }) => shopperId), palms.map(({ hand }) => hand), ORGANISATION],
    )
    await client.query(
      'insert into palm_templates select unnest($1::text[]), $2::text, $3::int, $4::int, unnest($5::bytea[]), now()',
      [ids, modelVersionOf(MODEL), EPOCH, TEMPLATES_PER_PALM, palms.map(({ sealed }) => sealed)],
    )
    onBatch(from + people.length)
  }
  return sealedBytes
}

/** Loads a gallery of that many templates from a database of its own, as the server does when it starts. */
export async function benchLoad(templates: number, say: (line: string) => void): Promise<LoadFigures> {
  const shoppers = Math.ceil(templates / (2 * TEMPLATES_PER_PALM))
  const putMs = benchPut(shoppers)
  say(`load: put ${putMs.toFixed(0)} ms; filling a database…`)
  const dataDir = await mkdtemp(join(tmpdir(), 'paume-bench-'))
  // The database may run as another user, and what it holds is chance.
  await chmod(dataDir, 0o755)
  const postgres = await startPostgres({ dataDir, settings: { max_wal_size: '4GB' } })
  const database = openDatabase(postgres.url)
  try {
    await migrate(database.db)
    const tenantKeys = [{ epoch: EPOCH, key: randomBytes(32) }]
    const client = await database.connect()
    const sealedBytes = await fill(client, createKeyRing(createGalleryKeys(tenantKeys)), shoppers, (n) => {
      if (n % 25_000 === 0) say(`load: ${n} of ${shoppers} people written`)
    })
    await client.query('analyze')
    await client.query('checkpoint')
    await client.end()
    const gallery = openGallery({ rotationEpoch: EPOCH })
    const loader = createTemplateLoader({ connect: database.connect, tenantKeys })
    const cpuBefore = process.cpuUsage()
    const startMs = performance.now()
    await loader.load(
      (palm) => gallery.put(palm),
      ({ shopperId }) => {
        throw new Error(`the templates of ${shopperId} do not open`)
      },
    )
    const loadMs = performance.now() - startMs
    const { user, system } = process.cpuUsage(cpuBefore)
    const loadCpuMs = (user + system) / 1_000
    if (gallery.size !== 2 * shoppers * TEMPLATES_PER_PALM)
      throw new Error(`only ${gallery.size} templates were loaded`)
    await gallery.close()
    return { templates: gallery.size, putMs, loadMs, loadCpuMs, sealedBytesATemplate: sealedBytes / gallery.size }
  } finally {
    await database.close()
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}
