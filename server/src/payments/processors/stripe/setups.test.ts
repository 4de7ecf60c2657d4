import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestOf } from '../processor-contract/bench.ts'
import { ELEMENTS, openStripeBench, type StripeBench } from './stand-in/bench.ts'
import { ledgerOf } from './stand-in/books.ts'
import { giveUpAtReader, presentCard, readerAt, refuseCard } from './stand-in/cards.ts'
import { parseForm } from './stand-in/form.ts'
import { STRIPE_SCRIPT_URL } from './wire.ts'

const READER = 'tmr_kiosk1'
const RETURN = 'https://shop.test/kiosk/card-saved'
let withReader: StripeBench
let withPage: StripeBench
let withFields: StripeBench
beforeAll(async () => {
  withReader = await openStripeBench({ forms: { readerRef: READER, returnUrl: RETURN, publishableKey: 'pk_test_x' } })
  withPage = await openStripeBench({ forms: { readerRef: null, returnUrl: RETURN, publishableKey: 'pk_test_x' } })
  withFields = await openStripeBench({ forms: ELEMENTS })
})
afterAll(async () => {
  for (const bench of [withReader, withPage, withFields]) await bench.close()
})

const platform = (bench: StripeBench) => ledgerOf(bench.standIn.books, '')
const lastForm = (bench: StripeBench, operation: string) =>
  parseForm(bench.standIn.sent.findLast((sent) => sent.operation === operation)!.body)

describe('a card held to a reader', () => {
  it('is asked for at once, and what Stripe makes of it can be charged later', async () => {
    const { processor } = withReader
    const setupId = randomUUID()
    const setup = await processor.createSetup({ setupId })
    expect(setup.form).toEqual({ kind: 'reader', readerRef: READER })
    expect(lastForm(withReader, 'POST /v1/setup_intents')).toMatchObject({
      usage: 'off_session',
      allowed_payment_method_types: ['card_present'],
    })
    expect(lastForm(withReader, 'POST /v1/terminal/readers/{reader}/process_setup_intent')).toEqual({
      setup_intent: setup.clientSecret,
      allow_redisplay: 'always',
    })
    expect(await processor.fetchSetup(setupId)).toEqual({ kind: 'open' })
    const card = presentCard(platform(withReader), setup.clientSecret, 'approves', '1117')
    const state = await processor.fetchSetup(setupId)
    expect(state).toMatchObject({ kind: 'succeeded', last4: '1117', expiryMonth: 12, expiryYear: 2040 })
    expect((state as { token: string }).token.endsWith(card.id)).toBe(true)
    const asked = requestOf((state as { token: string }).token)
    expect(await processor.authorise(asked)).toMatchObject({ state: 'authorised' })
  })

  it('is not waited for when somebody gives up, there or here, and another card may be asked for', async () => {
    const { processor } = withReader
    const first = randomUUID()
    await processor.createSetup({ setupId: first })
    giveUpAtReader(platform(withReader), READER)
    expect((await processor.fetchSetup(first))?.kind).toBe('failed')
    const second = randomUUID()
    const asked = await processor.createSetup({ setupId: second })
    expect(asked).toMatchObject({ form: { kind: 'reader' }, others: ['hosted_page', 'elements'] })
    // One reader, one card: another kiosk that asks meanwhile takes the page.
    expect((await processor.createSetup({ setupId: randomUUID() })).form.kind).toBe('hosted_page')
    await processor.cancelSetup(second)
    await processor.cancelSetup(second)
    expect((await processor.fetchSetup(second))?.kind).toBe('failed')
    expect((await processor.createSetup({ setupId: randomUUID() })).form.kind).toBe('reader')
    // The first is over for long; cancelling it late must not take the reader from the third.
    await processor.cancelSetup(first)
    expect(readerAt(platform(withReader), READER).action.status).toBe('in_progress')
    await processor.cancelSetup('nobodys')
  })

  it('gives way to the page when the reader is off', async () => {
    withReader.standIn.books.readersOff.add(READER)
    const setup = await withReader.processor.createSetup({ setupId: randomUUID() })
    expect(setup.form).toEqual({ kind: 'hosted_page' })
    withReader.standIn.books.readersOff.clear()
  })
})

describe('a wish for another way', () => {
  it('is met where it can be, and else the best there is does', async () => {
    const { processor } = withReader
    const opened = (form: 'hosted_page' | 'elements' | 'sandbox') =>
      processor.createSetup({ setupId: randomUUID(), form })
    expect((await opened('hosted_page')).form.kind).toBe('hosted_page')
    expect((await opened('elements')).form).toEqual({ kind: 'elements', publishableKey: 'pk_test_x' })
    withReader.standIn.books.readersOff.add(READER)
    expect((await opened('sandbox')).form.kind).toBe('hosted_page')
    withReader.standIn.books.readersOff.clear()
  })
})

describe('a page on the shopper’s own phone', () => {
  it('closes when the kiosk is left, and one that was finished stays so', async () => {
    const { processor } = withPage
    const [left, done] = [randomUUID(), randomUUID()]
    await processor.createSetup({ setupId: left })
    await processor.cancelSetup(left)
    await processor.cancelSetup(left)
    expect(await processor.fetchSetup(left)).toEqual({ kind: 'failed', reason: 'processing_error' })
    const { clientSecret } = await processor.createSetup({ setupId: done })
    presentCard(platform(withPage), clientSecret, 'approves')
    await processor.cancelSetup(done)
    expect((await processor.fetchSetup(done))?.kind).toBe('succeeded')
  })

  it('sets up a card only, goes back to the shop, and ends after half an hour', async () => {
    const { processor } = withPage
    const setupId = randomUUID()
    const setup = await processor.createSetup({ setupId })
    expect(setup).toMatchObject({ form: { kind: 'hosted_page' }, confirmUrl: expect.stringMatching(/^https:\/\//) })
    expect(lastForm(withPage, 'POST /v1/checkout/sessions')).toMatchObject({
      mode: 'setup',
      allowed_payment_method_types: ['card'],
      success_url: RETURN,
      metadata: { paume_setup: setupId },
      setup_intent_data: { metadata: { paume_setup: setupId } },
    })
    presentCard(platform(withPage), setup.clientSecret, 'approves')
    expect(await processor.fetchSetup(setupId)).toMatchObject({ kind: 'succeeded', last4: '4242' })

    const unused = randomUUID()
    await processor.createSetup({ setupId: unused })
    expect(await processor.fetchSetup(unused)).toEqual({ kind: 'open' })
    await withPage.moveMs(32 * 60_000)
    expect(await processor.fetchSetup(unused)).toEqual({ kind: 'failed', reason: 'processing_error' })
  })
})

describe('Stripe’s fields in our page', () => {
  it('are the last choice: script, publishable key and the secret of this set-up', async () => {
    const setup = await withFields.processor.createSetup({ setupId: randomUUID() })
    expect(setup).toMatchObject({
      form: { kind: 'elements', publishableKey: 'pk_test_standin' },
      confirmUrl: STRIPE_SCRIPT_URL,
      clientSecret: expect.stringContaining('_secret_'),
    })
  })

  it('say why a bank refused, and take the next card', async () => {
    const { processor } = withFields
    const setupId = randomUUID()
    const { clientSecret } = await processor.createSetup({ setupId })
    const id = clientSecret.split('_secret_')[0]!
    refuseCard(platform(withFields), id, { code: 'card_declined', decline_code: 'insufficient_funds' })
    expect(await processor.fetchSetup(setupId)).toEqual({ kind: 'failed', reason: 'insufficient_funds' })
    presentCard(platform(withFields), id, 'approves')
    expect((await processor.fetchSetup(setupId))?.kind).toBe('succeeded')
  })
})

describe('a set-up', () => {
  it('whose replies were lost is opened once', async () => {
    const { processor, standIn } = withPage
    const setupId = randomUUID()
    standIn.trouble.loseReply.push('POST /v1/checkout/sessions', 'POST /v1/checkout/sessions')
    await expect(processor.createSetup({ setupId })).rejects.toMatchObject({ kind: 'lost' })
    const setup = await processor.createSetup({ setupId })
    const pages = [...platform(withPage).things.values()].filter(({ metadata }) => metadata?.paume_setup === setupId)
    expect(pages.filter(({ object }) => object === 'checkout.session').map(({ id }) => id)).toEqual([
      setup.clientSecret,
    ])
    expect(pages.filter(({ object }) => object === 'customer')).toHaveLength(1)
  })

  it('without any way to take a card is refused', async () => {
    const none = await openStripeBench({ forms: { readerRef: null, returnUrl: null, publishableKey: null } })
    await expect(none.processor.createSetup({ setupId: randomUUID() })).rejects.toMatchObject({
      kind: 'refused',
      reason: 'no_card_form',
    })
    await none.close()
  })
})

describe('a saved card', () => {
  it('is called expired when its month is over everywhere', async () => {
    const token = await withFields.saveCard('approves')
    const card = platform(withFields).things.get(token.split('/')[1]!)!
    const now = new Date(withFields.clock.nowMs())
    Object.assign(card.card, { exp_month: now.getUTCMonth() + 1, exp_year: now.getUTCFullYear() })
    expect((await withFields.processor.fetchInstrument(token))?.kind).toBe('usable')
    card.card.exp_year -= 1
    expect(await withFields.processor.fetchInstrument(token)).toEqual({ kind: 'unusable', reason: 'card_expired' })
  })

  it('called lost by a decline is good again once the bank has replaced it', async () => {
    const token = await withFields.saveCard('approves')
    await withFields.changeCard(token, 'lost')
    expect(await withFields.processor.fetchInstrument(token)).toEqual({ kind: 'unusable', reason: 'card_lost' })
    await withFields.changeCard(token, 'replaced')
    expect((await withFields.processor.fetchInstrument(token))?.kind).toBe('usable')
  })

  it('that is forgotten leaves no customer behind', async () => {
    const token = await withFields.saveCard('approves')
    await withFields.changeCard(token, 'lost')
    await withFields.processor.forgetInstrument(token)
    expect(await withFields.processor.fetchInstrument(token)).toEqual({ kind: 'unusable', reason: 'forgotten' })
    expect(platform(withFields).things.get(token.split('/')[0]!)!.$.deleted).toBe(true)
  })
})
