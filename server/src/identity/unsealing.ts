import type { KeyObject } from 'node:crypto'
import type { HandSide } from '@paume/contract'
import { SecretsError, type TenantKey } from '../secrets.ts'
import { fieldsOfRows } from './copy-rows.ts'
import { createKeyRing, type KeyRing, secretOf } from './data-key.ts'
import { createGalleryKeys } from './gallery-keys.ts'
import { dataKeyOf, type SealedTemplates, unsealWith } from './sealed-templates.ts'
import { encodeTemplates } from './template-record.ts'
import { createTemplateRenewal } from './template-renewal.ts'

/** Records of templates, opened and under the newest key of their gallery, one after the other, and whose they are. */
export type OpenedPage = {
  readonly records: Uint8Array
  readonly palms: readonly {
    palmId: string
    shopperId: string
    galleryId: string
    hand: HandSide
    from: number
    to: number
  }[]
  readonly refused: readonly Refusal[]
}
/** Somebody whose templates do not open; `lacksKey` when it is for want of a tenant key. */
export type Refusal = { readonly shopperId: string; readonly lacksKey: boolean }

/** The columns of a page, in the order in which `openerOf` reads them; rows of one shopper, and of one palm, stand together. */
export const PAGE_COLUMNS =
  'k.shopper_id, k.wrapped_key, k.tenant_epoch, p.id, p.hand, t.model_version, t.rotation_epoch, t.sealed_templates, k.keyed_by, p.gallery_id'

const text = (bytes: Buffer) => bytes.toString('utf8')

const rowOf = (fields: readonly Buffer[]): SealedTemplates => ({
  shopper_id: text(fields[0]),
  wrapped_key: fields[1],
  tenant_epoch: fields[2].readInt32BE(),
  palm_id: text(fields[3]),
  hand: text(fields[4]) as HandSide,
  model_version: text(fields[5]),
  rotation_epoch: fields[6].readInt32BE(),
  sealed_templates: fields[7],
  keyed_by: text(fields[8]),
  gallery_id: text(fields[9]),
})

type Owner = { readonly shopperId: string; readonly key: KeyObject }

/** Whose row this is: the owner of the row before, or somebody else, whose key is unwrapped then. */
function ownerOf(keys: KeyRing, row: SealedTemplates, before: Owner | null): Owner {
  if (before?.shopperId === row.shopper_id) return before
  const key = dataKeyOf(keys, row)
  const owner = { shopperId: row.shopper_id, key: secretOf(key) }
  key.fill(0)
  return owner
}

/** Opens pages of sealed rows, as they come from `copyRows`. Keeps no key longer than a page. */
export function openerOf(tenantKeys: readonly TenantKey[]): (rows: Buffer) => OpenedPage {
  const galleryKeys = createGalleryKeys(tenantKeys)
  const keys = createKeyRing(galleryKeys)
  const renewal = createTemplateRenewal(galleryKeys)
  return (rows) => {
    const records: Uint8Array[] = []
    const palms: OpenedPage['palms'][number][] = []
    const refused = new Map<string, Refusal>()
    let owner: Owner | null = null
    let from = 0
    for (const fields of fieldsOfRows(rows)) {
      const row = rowOf(fields)
      const { shopper_id: shopperId, palm_id: palmId, gallery_id: galleryId, hand } = row
      if (refused.has(shopperId)) continue
      try {
        // One key opens all of a person's rows, which stand together.
        owner = ownerOf(keys, row, owner)
        const { record, templates } = unsealWith(owner.key, row)
        const turning = { from: row.keyed_by, to: galleryId }
        const turned = templates.map((template) => renewal.template(template, turning))
        records.push(turned.some((template, i) => template !== templates[i]) ? encodeTemplates(turned) : record)
        const to = from + records[records.length - 1].length
        palms.push({ palmId, shopperId, galleryId, hand, from, to })
        from = to
      } catch (error) {
        refused.set(shopperId, { shopperId, lacksKey: error instanceof SecretsError })
      }
    }
    return { records: joined(records, from), palms, refused: [...refused.values()] }
  }
}

/** In a buffer of its own, so that a thread can hand it over. */
function joined(records: readonly Uint8Array[], bytes: number): Uint8Array {
  const all = new Uint8Array(bytes)
  let at = 0
  for (const record of records) {
    all.set(record, at)
    at += record.length
  }
  return all
}
