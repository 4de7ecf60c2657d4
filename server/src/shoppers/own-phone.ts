import { LANGUAGES, type Language } from '@paume/contract'
import type { Db } from '../database.ts'
import type { PhoneVault } from './phone.ts'
import type { TextMessages, TextOutcome } from './text-messages.ts'

export type OwnPhone = {
  /** Sends a text to the number the shopper has confirmed. `refused`: there is no such shopper any more, or it is to be erased. */
  send(shopperId: string, textIn: (language: Language) => string): Promise<TextOutcome>
}

export function createOwnPhone({
  db,
  vault,
  messages,
}: {
  db: Db
  vault: PhoneVault
  messages: TextMessages
}): OwnPhone {
  return {
    async send(shopperId, textIn) {
      const row = await db
        .selectFrom('shoppers')
        .select(['phone_sealed', 'language'])
        .where('id', '=', shopperId)
        .where('erasure_requested_at', 'is', null)
        .executeTakeFirst()
      if (row === undefined || row.phone_sealed === null) return 'refused'
      const text = textIn(LANGUAGES.find((known) => known === row.language) ?? 'en')
      return messages.send(vault.open(row.phone_sealed, shopperId), text)
    },
  }
}
