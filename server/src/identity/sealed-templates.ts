import type { KeyObject } from 'node:crypto'
import type { HandSide } from '@paume/contract'
import type { ProtectedTemplate } from '@paume/palm'
import { type DataKey, type KeyRing, openBytes, sealBytes } from './data-key.ts'
import { INSTALLATION } from './gallery-keys.ts'
import { decodeTemplates, encodeTemplates } from './template-record.ts'

/** What is kept of a shopper cannot be opened or read: another key, a damaged row. Says nothing about the database. */
export class TemplatesUnreadable extends Error {
  override name = 'TemplatesUnreadable'
}

/** Templates of one palm and model as they lie in the database, with the wrapped key of their owner. */
export type SealedTemplates = {
  shopper_id: string
  palm_id: string
  hand: HandSide
  model_version: string
  rotation_epoch: number
  sealed_templates: Buffer
  wrapped_key: Buffer
  tenant_epoch: number
  /** The gallery whose key wraps the owner's key and turned the templates: the one they lie in, or the installation's of before. */
  keyed_by: string
  gallery_id: string
}

/** Templates moved to another palm or person do not open. */
const binding = ({ shopperId, palmId }: { shopperId: string; palmId: string }) => `paume palm ${shopperId} ${palmId}`

export const sealTemplates = (
  key: DataKey,
  at: { shopperId: string; palmId: string },
  templates: readonly ProtectedTemplate[],
): Buffer => sealBytes(key, encodeTemplates(templates), binding(at))

/** Throws when the row says that it lies in another gallery than the one whose key it is under: nobody is moved by changing a column. */
export function dataKeyOf(keys: KeyRing, row: SealedTemplates): DataKey {
  const { shopper_id, wrapped_key: wrapped, tenant_epoch: epoch, keyed_by: keyedBy } = row
  if (keyedBy !== row.gallery_id && keyedBy !== INSTALLATION) throw new Error('a row lies in a gallery of another key')
  return keys.unwrap(shopper_id, { wrapped, epoch, keyedBy })
}

/**
 * The templates of one row. Throws TemplatesUnreadable, with SecretsError as cause when the tenant key is missing; also when the row
 * says another model or epoch than the sealed templates do: columns beside a seal are not protected by it.
 */
export function unseal(keys: KeyRing, row: SealedTemplates): ProtectedTemplate[] {
  return readable(() => {
    const key = dataKeyOf(keys, row)
    const templates = unsealWith(key, row).templates
    key.fill(0)
    return templates
  })
}

/** The same with the owner's key at hand; `record` is what was sealed. Throws whatever is wrong with it. */
export function unsealWith(
  key: DataKey | KeyObject,
  row: SealedTemplates,
): { record: Buffer; templates: ProtectedTemplate[] } {
  const record = openBytes(key, row.sealed_templates, binding({ shopperId: row.shopper_id, palmId: row.palm_id }))
  const templates = decodeTemplates(record)
  const fits = templates.every(
    (made) => made.modelVersion === row.model_version && made.rotationEpoch === row.rotation_epoch,
  )
  if (!fits) throw new Error('a row says another model or epoch than its sealed templates')
  return { record, templates }
}

function readable<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new TemplatesUnreadable('the templates of a shopper cannot be opened', { cause })
  }
}
