import type { Language } from '@paume/contract'
import type { Clock } from '../../clock.ts'
import type { Db } from '../../database.ts'
import type { MailOutcome, MailSender } from '../../outbox/mail.ts'
import type { Outbox } from '../../outbox/service.ts'
import type { LinkTokens } from '../reports/links.ts'
import type { PaymentService } from '../service.ts'
import type { AddressVault } from './address-vault.ts'

/** How a text went. `unsure`: the carrier may have it; it is not sent again. */
export type TextOutcome = MailOutcome | 'unsure'

export type ReceiptTexts = {
  /** To the phone a shopper has confirmed, in the shopper's language; `refused` when there is none any more. */
  send(shopperId: string, textIn: (language: Language) => string): Promise<TextOutcome>
  /** A number somebody typed in a shop, as the next one takes it. Throws `phone_invalid`. */
  parse(typed: string, shopId: string): Promise<string>
  sendTo(number: string, text: string): Promise<TextOutcome>
}

export type DeliveryParts = {
  db: Db
  clock: Clock
  outbox: Outbox
  payments: Pick<PaymentService, 'byId' | 'receipt'>
  vault: AddressVault
  /** Null: this installation sends no mail. */
  mail: MailSender | null
  texts: ReceiptTexts
  links: LinkTokens
  /** Where shoppers reach this server from outside; null: receipts carry no link. */
  publicUrl(): string | null
}
