import type { Language } from '@paume/contract'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../database.ts'
import type { MailOutcome, MailSender } from '../../outbox/mail.ts'
import type { Outbox } from '../../outbox/service.ts'
import type { PaymentService } from '../service.ts'
import type { AddressVault } from './address-vault.ts'

/** Sends a text to the phone a shopper has confirmed, in the shopper's language; `refused` when there is none any more. */
export type ShopperTexts = { send(shopperId: string, textIn: (language: Language) => string): Promise<MailOutcome> }

export type DeliveryParts = {
  db: Db
  clock: Clock
  outbox: Outbox
  payments: Pick<PaymentService, 'byId' | 'receipt'>
  vault: AddressVault
  /** Null: this installation sends no mail. */
  mail: MailSender | null
  texts: ShopperTexts
}
