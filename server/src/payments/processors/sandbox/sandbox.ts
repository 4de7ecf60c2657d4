import type { Clock } from '../../../clock.ts'
import {
  type Charge,
  type Dispute,
  type DisputeEvidence,
  type Processor,
  type ProcessorCapabilities,
  ProcessorFailure,
  type SettlementLine,
} from '../processor.ts'
import { type Books, openBooks, readSetting } from './books.ts'
import { type Chaos, type ProcessorCall, throughChaos } from './chaos.ts'
import { authorise, fetchCharge, followUp, searchCharges } from './charges.ts'
import { createDeliveries, type Deliveries } from './deliveries.ts'
import { decideDispute, evidenceOf, fetchDispute, openDispute, submitEvidence } from './disputes.ts'
import { type EventType, LATER_EVENTS } from './events.ts'
import { type CardChange, changeCard, cloneInstrument, fetchInstrument, forgetInstrument } from './instruments.ts'
import { readMessage } from './messages.ts'
import type { FollowUpKind } from './rules.ts'
import { type Batch, batchLines, type DateRange, listBatches, listLines } from './settlement.ts'
import { cancelSetup, createSetup, fetchSetup } from './setup-forms.ts'
import { confirmSetup, presentAtReader, type SetupConfirmation, type TypedCard } from './setups.ts'
import { checkSignature } from './signature.ts'

export { SLOW_REFUND_MS } from './rules.ts'

/** How long an authorisation stands, ms: 7 days, as card schemes give for most shops. */
const AUTHORISATION_TTL_MS = 7 * 24 * 3_600_000

/** What only somebody at the processor can do: its own pages, so to say. */
export type SandboxDesk = {
  /** The processor's time, and how far it is ahead of ours, ms. */
  clock(): Promise<{ now: Date; aheadMs: number }>
  /** Moves the processor's clock forward; ours stays. What was planned for that time happens. */
  moveClock(byMs: number): Promise<void>
  /** Charges by our payment's id, the till's own number, our key or the charge's name, with the card they were made on. */
  searchCharges(words: string): Promise<{ charge: Charge; token: string }[]>
  /** The card scheme replaces a card behind its token, or hears that it is lost. False: no such card. */
  changeCard(token: string, change: CardChange['kind']): Promise<boolean>
  /** The holder disputes all that is left of a charge; `answered` is how it ends when somebody answers. */
  openDispute(chargeRef: string, about: { reason: string; answered: 'won' | 'lost' }): Promise<Dispute>
  decideDispute(disputeRef: string, outcome: 'won' | 'lost'): Promise<Dispute>
  evidenceOf(disputeRef: string): Promise<DisputeEvidence | null>
  listBatches(range: DateRange): Promise<Batch[]>
  /** The lines of a batch that is closed, else null. */
  batchLines(batchRef: string): Promise<SettlementLine[] | null>
  /** Signs a message as the processor does. For tests of who receives it. */
  webhookSecret(): Promise<string>
}

export type SandboxProcessor = Processor & {
  /** The processor's own address: a page posts the card here, never to the shop. */
  confirmSetup(setupId: string, card: TypedCard): Promise<SetupConfirmation>
  /** A card is held to the reader; `unknown` while it waits for none. */
  presentAtReader(card: Omit<TypedCard, 'clientSecret'>): Promise<SetupConfirmation>
  /** From now on tells that address of what happens. `types`: left out, all that nobody was answered anyway. */
  deliverTo(url: string, types?: readonly EventType[]): Promise<Deliveries>
  desk: SandboxDesk
  /** The switches of the network between this node and the processor. */
  chaos: Chaos
  close(): Promise<void>
}

export type SandboxOptions = {
  databaseUrl: string
  clock: Clock
  chaos: Chaos
  /** The sandbox must never stand where real money is expected. */
  mode: 'sandbox' | 'production'
  /** What this processor cannot do, to see how the rest does without. */
  capabilities?: Partial<ProcessorCapabilities>
}

const CAPABILITIES: ProcessorCapabilities = {
  increments: true,
  overCapture: true,
  partialCapture: true,
  cloneInstruments: true,
  webhooks: true,
  disputes: true,
  authorisationTtlMs: AUTHORISATION_TTL_MS,
}

/**
 * A card processor that lives in this machine but behaves like one outside: its books and its clock are its own, its effects do not
 * roll back with ours, its replies can be lost. Refuses to open in production.
 */
export async function openSandboxProcessor(options: SandboxOptions): Promise<SandboxProcessor> {
  if (options.mode !== 'sandbox') throw new Error('the sandbox processor refuses to start in production')
  const { clock, chaos } = options
  const can = { ...CAPABILITIES, ...options.capabilities }
  const books = await openBooks(options.databaseUrl, clock)
  const deliveries: Deliveries[] = []
  const through = <T>(call: ProcessorCall, perform: () => Promise<T>) => throughChaos(chaos, call, perform)
  const able = <T>(capability: keyof ProcessorCapabilities, perform: () => Promise<T>) =>
    can[capability] ? perform() : Promise.reject(new ProcessorFailure('unsupported', capability))
  const follow =
    (kind: FollowUpKind): Processor[FollowUpKind] =>
    (request) =>
      through(kind, () => followUp(books, kind, request, can))
  return {
    name: 'sandbox',
    sandbox: true,
    capabilities: can,
    createSetup: (request) => through('createSetup', () => createSetup(books, request)),
    cancelSetup: (setupId) => through('cancelSetup', () => cancelSetup(books, setupId)),
    fetchSetup: (setupId) => through('fetchSetup', () => fetchSetup(books, setupId)),
    confirmSetup: (setupId, card) => confirmSetup(books, setupId, card),
    presentAtReader: (card) => presentAtReader(books, card),
    forgetInstrument: (token) => through('forgetInstrument', () => forgetInstrument(books, token)),
    fetchInstrument: (token) => through('fetchInstrument', () => fetchInstrument(books, token)),
    cloneInstrument: (request) =>
      able('cloneInstruments', () => through('cloneInstrument', () => cloneInstrument(books, request))),
    authorise: (request) => through('authorise', () => authorise(books, request, can)),
    increment: (request) => able('increments', () => follow('increment')(request)),
    capture: follow('capture'),
    void: follow('void'),
    refund: follow('refund'),
    fetch: (by) => through('fetch', () => fetchCharge(books, by, can)),
    fetchDispute: (ref) => able('disputes', () => through('fetchDispute', () => fetchDispute(books, ref))),
    submitEvidence: (request) =>
      able('disputes', () => through('submitEvidence', () => submitEvidence(books, request))),
    parseWebhook: (message) =>
      able('webhooks', async () => {
        const { setting } = await readSetting(books)
        checkSignature(setting.webhook_secret, message, new Date(clock.nowMs()))
        return readMessage(message.rawBody)
      }),
    listSettlement: (range) => through('listSettlement', () => listLines(books, range)),
    async deliverTo(url, types = LATER_EVENTS) {
      const text = 'update sandbox_processor.setting set event_types = $1'
      await books.write('subscribe', text, [JSON.stringify(types)])
      const made = createDeliveries({ books, clock, chaos, url })
      deliveries.push(made)
      return made
    },
    desk: deskOf(books, can),
    chaos,
    async close() {
      await Promise.all(deliveries.map((made) => made.stop()))
      await books.close()
    },
  }
}

const deskOf = (books: Books, can: ProcessorCapabilities): SandboxDesk => ({
  async clock() {
    const { now, setting } = await readSetting(books)
    return { now, aheadMs: Number(setting.clock_offset_ms) }
  },
  async moveClock(byMs) {
    if (!Number.isSafeInteger(byMs) || byMs <= 0) throw new ProcessorFailure('refused', 'clock_only_forward')
    const text = 'update sandbox_processor.setting set clock_offset_ms = clock_offset_ms + $1'
    await books.write('move-clock', text, [byMs])
  },
  searchCharges: (words) => searchCharges(books, words, can),
  changeCard: (token, change) => changeCard(books, token, change),
  openDispute: (chargeRef, about) => openDispute(books, chargeRef, about),
  decideDispute: (ref, outcome) => decideDispute(books, ref, outcome),
  evidenceOf: (ref) => evidenceOf(books, ref),
  listBatches: (range) => listBatches(books, range),
  batchLines: (batchRef) => batchLines(books, batchRef),
  webhookSecret: async () => (await readSetting(books)).setting.webhook_secret,
})
