import { createHmac, randomBytes } from 'node:crypto'
import { RECOVERY_CODES } from '@paume/contract'
import type { Clock } from '../clock.ts'
import type { Db, Tx } from '../database.ts'

/** Crockford's base 32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** Characters of a code: 80 random bits, so that it names its owner and cannot be guessed. */
const LENGTH = 16

/** Codes on paper for the day a person's passkeys are gone. Only their HMAC is kept. */
export type RecoveryCodes = {
  /** Ten new ones in the place of all others, to be shown this one time. */
  issue(tx: Tx, personId: string): Promise<string[]>
  /** Uses a code up. Null: not a code, used before, or of somebody revoked. */
  redeem(tx: Tx, code: string): Promise<string | null>
  left(personId: string): Promise<number>
}

/** The code as it was printed, whatever a person made of small letters, hyphens and letters that look like digits. */
export const spelled = (code: string): string =>
  code
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')

export function createRecoveryCodes({ db, clock, key }: { db: Db; clock: Clock; key: Buffer }): RecoveryCodes {
  const hmac = (code: string) => createHmac('sha256', key).update(spelled(code)).digest()
  return {
    async issue(tx, personId) {
      const codes = Array.from({ length: RECOVERY_CODES }, freshCode)
      await tx.deleteFrom('staff_recovery_code').where('person_id', '=', personId).execute()
      const rows = codes.map((code) => ({ code_hmac: hmac(code), person_id: personId, used_at: null }))
      await tx.insertInto('staff_recovery_code').values(rows).execute()
      return codes
    },
    async redeem(tx, code) {
      const active = tx.selectFrom('staff_person').select('id').where('state', '=', 'active')
      const used = await tx
        .updateTable('staff_recovery_code')
        .set({ used_at: new Date(clock.nowMs()) })
        .where('code_hmac', '=', hmac(code))
        .where('used_at', 'is', null)
        .where('person_id', 'in', active)
        .returning('person_id')
        .executeTakeFirst()
      return used?.person_id ?? null
    },
    async left(personId) {
      const { count } = await db
        .selectFrom('staff_recovery_code')
        .select(({ fn }) => fn.countAll<bigint>().as('count'))
        .where('person_id', '=', personId)
        .where('used_at', 'is', null)
        .executeTakeFirstOrThrow()
      return Number(count)
    },
  }
}

function freshCode(): string {
  // 256 is a multiple of 32: every character is as likely as any other.
  const letters = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % 32]).join('')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}
