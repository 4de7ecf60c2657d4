import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { DatabaseHandle } from './database.ts'
import { createConsoleMail, type MailSender } from './outbox/mail.ts'
import type { Outbox } from './outbox/service.ts'
import { createSmtpMail } from './outbox/smtp-mail.ts'
import type { OutboxHandler } from './outbox/worker.ts'
import { createAddressVault } from './payments/deliveries/address-vault.ts'
import type { DeliveryParts } from './payments/deliveries/parts.ts'
import { registerDeliveryRoutes } from './payments/deliveries/routes.ts'
import { sendDelivery, sweepDeliveries } from './payments/deliveries/sending.ts'
import { DELIVERY_TOPIC } from './payments/deliveries/service.ts'
import type { PaymentService } from './payments/service.ts'
import type { App, Guards } from './routing.ts'
import { deriveKey, type Secrets } from './secrets.ts'
import type { OwnPhone } from './shoppers/own-phone.ts'

export type ReceiptNeeds = {
  config: Config
  secrets: Pick<Secrets, 'contactKey'>
  database: DatabaseHandle
  clock: Clock
  outbox: Outbox
  payments: PaymentService
  ownPhone: OwnPhone
}

/** What tests put in the place of a mail server. */
export type ReceiptOverrides = { mail?: MailSender }

export type WiredReceipts = {
  outboxHandlers: Record<string, OutboxHandler>
  registerRoutes(app: App, guards: Guards): void
  sweep(): Promise<void>
  close(): void
}

/** By SMTP where that is set up; on the console of a sandbox; else not at all. */
function mailOf({ mail, sandbox }: Config): MailSender | null {
  if (mail !== null) return createSmtpMail(mail)
  return sandbox ? createConsoleMail((line) => process.stdout.write(`${line}\n`)) : null
}

/** Puts the sending of receipts together. Part of the wiring. */
export function wireReceipts(needs: ReceiptNeeds, overrides: ReceiptOverrides = {}): WiredReceipts {
  const { config, secrets, database, clock, outbox, payments, ownPhone } = needs
  const key = (purpose: string) => deriveKey(secrets.contactKey, purpose)
  const parts: DeliveryParts = {
    db: database.db,
    clock,
    outbox,
    payments,
    vault: createAddressVault(key('receipt addresses'), key('receipt recipients')),
    mail: overrides.mail ?? mailOf(config),
    texts: ownPhone,
  }
  return {
    outboxHandlers: { [DELIVERY_TOPIC]: (payload) => sendDelivery(parts, String(payload.deliveryId)) },
    registerRoutes: (app, guards) => registerDeliveryRoutes(app, parts, guards),
    sweep: () => sweepDeliveries(parts),
    close: () => parts.mail?.close(),
  }
}
