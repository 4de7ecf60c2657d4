import pg from 'pg'
import type { TenantKey } from '../secrets.ts'
import { copyRows } from './copy-rows.ts'
import { decodeTemplates } from './template-record.ts'
import type { PalmOfGallery } from './template-renewal.ts'
import { createUnsealPool } from './unseal-pool.ts'
import { type OpenedPage, openerOf, PAGE_COLUMNS, type Refusal } from './unsealing.ts'

/** Shoppers read at a time; with two palms of five templates each that is about 8 MB. */
const PAGE_SHOPPERS = 1_000
/** Room a page has at first: two palms of five templates, and what stands beside them. */
const USUAL_BYTES_A_SHOPPER = 9_000
/** Pages read ahead of each thread, so that none of them waits for the database. */
const PAGES_AHEAD = 2

/** Reads every enrolled palm at the start of a node: a million templates in seconds, opened by several threads. */
export type TemplateLoader = {
  /**
   * Hands over every palm, under the newest key of its gallery, and everybody whose templates do not open. Answers how many people there are.
   * Rejects when the database cannot be read.
   */
  load(onPalm: (palm: PalmOfGallery) => void, onRefused: (refusal: Refusal) => void): Promise<number>
}

type Options = {
  connect(): Promise<pg.Client>
  tenantKeys: readonly TenantKey[]
  /** For tests of galleries of several pages. */
  pageShoppers?: number
}
type Page = { rows: ArrayBuffer; shoppers: number; lastShopperId: string }

export function createTemplateLoader(options: Options): TemplateLoader {
  const { connect, tenantKeys, pageShoppers = PAGE_SHOPPERS } = options
  return {
    async load(onPalm, onRefused) {
      const client = await connect()
      const readAfter = (shopperId: string) => readPage(client, shopperId, pageShoppers)
      try {
        const first = await readAfter('')
        const take = (page: OpenedPage) => {
          for (const refusal of page.refused) onRefused(refusal)
          for (const palm of palmsOf(page)) onPalm(palm)
        }
        // Threads cost more than they save where one page is all.
        if (first.shoppers < pageShoppers) {
          take(openerOf(tenantKeys)(Buffer.from(first.rows)))
          return first.shoppers
        }
        return await loadPages(first, readAfter, tenantKeys, take)
      } finally {
        await client.end().catch(() => {})
      }
    },
  }
}

async function loadPages(
  first: Page,
  readAfter: (shopperId: string) => Promise<Page>,
  tenantKeys: readonly TenantKey[],
  take: (page: OpenedPage) => void,
): Promise<number> {
  const pool = createUnsealPool(tenantKeys)
  const underWay: Promise<OpenedPage>[] = []
  let shoppers = 0
  try {
    for (let page = first; page.shoppers > 0; page = await readAfter(page.lastShopperId)) {
      shoppers += page.shoppers
      const opened = pool.open(page.rows)
      // It is awaited later; until then a failure is not an unhandled one.
      opened.catch(() => {})
      underWay.push(opened)
      if (underWay.length > PAGES_AHEAD * pool.threads) take(await underWay.shift()!)
    }
    for (const page of underWay) take(await page)
    return shoppers
  } finally {
    await pool.close()
  }
}

/** The rows of the next shoppers, all rows of each. */
async function readPage(client: pg.Client, after: string, pageShoppers: number): Promise<Page> {
  let page = Buffer.allocUnsafeSlow(pageShoppers * USUAL_BYTES_A_SHOPPER)
  let used = 0
  let shoppers = 0
  let lastShopperId = after
  await copyRows(
    client,
    `select ${PAGE_COLUMNS} from (select distinct shopper_id from palms where shopper_id > ${pg.escapeLiteral(after)}
       order by shopper_id limit ${pageShoppers}) s
     join shopper_keys k on k.shopper_id = s.shopper_id join palms p on p.shopper_id = s.shopper_id
     join palm_templates t on t.palm_id = p.id order by k.shopper_id, p.id, t.model_version`,
    (row) => {
      if (used + row.length > page.length) page = Buffer.concat([page], 2 * page.length + row.length)
      page.set(row, used)
      used += row.length
      const shopperId = row.toString('utf8', 6, 6 + row.readInt32BE(2))
      if (shopperId !== lastShopperId) shoppers += 1
      lastShopperId = shopperId
    },
  )
  return { rows: page.buffer.slice(page.byteOffset, page.byteOffset + used), shoppers, lastShopperId }
}

/** Palms of a page; the models of one palm stand in rows of their own, one after the other. */
function* palmsOf({ records, palms, refused }: OpenedPage): Generator<PalmOfGallery> {
  const without = new Set(refused.map(({ shopperId }) => shopperId))
  for (let i = 0; i < palms.length; ) {
    const { palmId, shopperId, galleryId, hand } = palms[i]
    const templates = []
    for (; i < palms.length && palms[i].palmId === palmId; i++) {
      templates.push(...decodeTemplates(records.subarray(palms[i].from, palms[i].to)))
    }
    if (!without.has(shopperId)) yield { palmId, shopperId, galleryId, hand, templates }
  }
}
