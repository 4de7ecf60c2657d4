import type { Clock } from './clock.ts'
import type { LogSink } from './http/log.ts'
import type { PageAssets } from './http/pages.ts'
import type { PalmEngine } from './identity/palm-engine.ts'
import type { StreamTiming } from './reports/event-stream.ts'
import type { TextMessages } from './shoppers/text-messages.ts'
import type { MoneyOverrides } from './wiring-money.ts'
import type { ReceiptOverrides } from './wiring-receipts.ts'
import type { WebhookOverrides } from './wiring-webhooks.ts'

/** What tests put in the place of the real thing. */
export type Overrides = MoneyOverrides &
  WebhookOverrides &
  ReceiptOverrides & {
    clock?: Clock
    log?: LogSink
    /** The recogniser, its gallery included; the wiring closes it. */
    engine?: PalmEngine & { close(): Promise<void> }
    messages?: TextMessages
    pages?: PageAssets
    /** How patient streams of news are. */
    streamTiming?: StreamTiming
  }
