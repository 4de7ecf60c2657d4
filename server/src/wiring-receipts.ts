import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { DatabaseHandle } from './database.ts'
import type { Merchants } from './merchants/service.ts'
import { createConsoleMail, type MailSender } from './outbox/mail.ts'
import type { Outbox } from './outbox/service.ts'
import { createSmtpMail } from './outbox/smtp-mail.ts'
import type { OutboxHandler } from './outbox/worker.ts'
import { createAddressVault } from './payments/deliveries/address-vault.ts'
import type { DeliveryParts, ReceiptTexts } from './payments/deliveries/parts.ts'
import { registerDeliveryRoutes } from './payments/deliveries/routes.ts'
import { sendDelivery, sweepDeliveries } from './payments/deliveries/sending.ts'
import { DELIVERY_TOPIC } from './payments/deliveries/service.ts'
import { createLinkTokens } from './payments/reports/links.ts'
import { NOTICE_TOPIC, sendNotice } from './payments/reports/notices.ts'
import { registerReportPage } from './payments/reports/page-routes.ts'
import type { ReportParts } from './payments/reports/parts.ts'
import { registerReportRoutes } from './payments/reports/routes.ts'
import { createRateLimiter } from './rate-limit.ts'
import type { App, Guards } from './routing.ts'
import { deriveKey, type Secrets } from './secrets.ts'
import type { OwnPhone } from './shoppers/own-phone.ts'
import { type PhoneNumber, parsePhone } from './shoppers/phone.ts'
import type { Shoppers } from './shoppers/service.ts'
import type { TextMessages } from './shoppers/text-messages.ts'
import type { Money } from './wiring-money.ts'

export type ReceiptNeeds = {
  config: Config
  secrets: Pick<Secrets, 'contactKey'>
  database: DatabaseHandle
  clock: Clock
  outbox: Outbox
  money: Money
  merchants: Pick<Merchants, 'shop'>
  shoppers: Pick<Shoppers, 'endSessions'>
  ownPhone: OwnPhone
  messages: TextMessages
}

/** What tests put in the place of a mail server. */
export type ReceiptOverrides = { mail?: MailSender }

export type WiredReceipts = {
  outboxHandlers: Record<string, OutboxHandler>
  registerRoutes(app: App, guards: Guards): void
  sweep(): Promise<void>
  /** The server can be reached at that address: a sandbox that was told none puts it into its links. */
  listening(url: string): void
  /** Null: no mail is sent. */
  mail: MailSender | null
  close(): void
}

/** Wrong links tried from one address in a minute. */
const WRONG_LINKS_A_MINUTE = 30

/** By SMTP where that is set up; on the console of a sandbox; else not at all. */
function mailOf({ mail, sandbox }: Config): MailSender | null {
  if (mail !== null) return createSmtpMail(mail)
  return sandbox ? createConsoleMail((line) => process.stdout.write(`${line}\n`)) : null
}

const textsOf = ({ config, merchants, ownPhone, messages }: ReceiptNeeds): ReceiptTexts => ({
  send: ownPhone.send,
  parse: async (typed, shopId) => parsePhone(typed, (await merchants.shop(shopId))?.country ?? config.defaultCountry),
  // Sealed as it was parsed.
  sendTo: (number, text) => messages.send(number as PhoneNumber, text),
})

/** Puts the sending of receipts, and what shoppers say about them, together. Part of the wiring. */
export function wireReceipts(needs: ReceiptNeeds, overrides: ReceiptOverrides = {}): WiredReceipts {
  const { config, secrets, database, clock, outbox, money, shoppers } = needs
  const key = (purpose: string) => deriveKey(secrets.contactKey, purpose)
  let publicUrl = config.publicUrl
  const texts = textsOf(needs)
  const parts: DeliveryParts = {
    db: database.db,
    clock,
    outbox,
    payments: money.payments,
    vault: createAddressVault(key('receipt addresses'), key('receipt recipients')),
    mail: overrides.mail ?? mailOf(config),
    texts,
    links: createLinkTokens(key('receipt links')),
    publicUrl: () => publicUrl,
  }
  const { freezes } = money.wallet
  const reports: ReportParts = { ...money.deskParts, outbox, freezes, endSessions: shoppers.endSessions, texts }
  const wrongLinks = createRateLimiter(clock, { events: WRONG_LINKS_A_MINUTE, windowMs: 60_000 })
  return {
    outboxHandlers: {
      [DELIVERY_TOPIC]: (payload) => sendDelivery(parts, String(payload.deliveryId)),
      [NOTICE_TOPIC]: (payload) => sendNotice(reports, payload),
    },
    registerRoutes(app, guards) {
      registerDeliveryRoutes(app, parts, guards)
      registerReportRoutes(app, reports, guards)
      registerReportPage(app, reports, wrongLinks)
    },
    sweep: () => sweepDeliveries(parts),
    listening(url) {
      if (config.sandbox) publicUrl ??= url
    },
    mail: parts.mail,
    close: () => parts.mail?.close(),
  }
}
