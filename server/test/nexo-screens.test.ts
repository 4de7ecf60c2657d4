import type { TillScreen, TillScreenAnswer } from '@paume/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Body, holdHand, messageOf, newServiceId, paymentOf, poiIdOf } from './adyen-till.ts'
import { shopperWithCard } from './sale.ts'
import { startTillHouse, type TillHouse } from './till-house.ts'

// Display and Input by the library as it comes; the terminal is a paired device that does over HTTP what its page does.
let at: TillHouse
let house: TillHouse['house']
let terminal: TillHouse['terminal']
let till: TillHouse['till']
beforeAll(async () => {
  at = await startTillHouse()
  ;({ house, terminal, till } = at)
})
afterAll(() => at?.stop())
beforeEach(() => house.paume.devices.seen(terminal.id))

const ask = async (category: string, body: object, more: object = {}): Promise<Body> =>
  (await till.sync(
    messageOf(category, body, { MessageClass: 'Device', SaleID: 'POS-1', POIID: poiIdOf(terminal), ...more }),
  )) as Body
const output = (OutputContent: object, more: object = {}) => ({
  Device: 'CustomerDisplay',
  InfoQualify: 'Display',
  OutputContent,
  ...more,
})
const text = (...lines: string[]) => ({ OutputFormat: 'Text', OutputText: lines.map((Text) => ({ Text })) })
const display = async (OutputContent: object, more: object = {}, header: object = {}) =>
  (await ask('Display', { DisplayOutput: [output(OutputContent, more)] }, header)).SaleToPOIResponse.DisplayResponse
    .OutputResult[0].Response
const input = async (InputCommand: string, lines: string[], more: object = {}, header: object = {}) => {
  const PredefinedContent = { ReferenceID: InputCommand === 'GetConfirmation' ? InputCommand : 'GetDigit' }
  const InputRequest = {
    DisplayOutput: output({ ...text(...lines), PredefinedContent }),
    InputData: { Device: 'CustomerInput', InfoQualify: 'Input', InputCommand, ...more },
  }
  return (await ask('Input', InputRequest, header)).SaleToPOIResponse.InputResponse.InputResult as Body
}
const path = `/v1/terminals`
/** The terminal's clock goes with the server's. */
const call = (method: string, what: string, body?: object) =>
  terminal.call(method, `${path}/${terminal.id}/till-screen${what}`, body, {
    clockOffMs: house.clock.nowMs() - Date.now(),
  })
let last: string | undefined
/** What the terminal is told to show, as soon as there is something new. */
async function onScreen(): Promise<TillScreen> {
  const read = async () => (await call('GET', '')).body.screen
  await expect.poll(async () => ((await read())?.id ?? last) !== last, { timeout: 5_000 }).toBe(true)
  const screen = (await read())!
  last = screen.id
  expect((await call('POST', `/${screen.id}/shown`, {})).status).toBe(204)
  return screen
}
const nothing = async () => (await call('GET', '')).body.screen === null
const answer = (screen: TillScreen, given: TillScreenAnswer) => call('POST', `/${screen.id}/answer`, given)
const abort = (ServiceID: string, MessageCategory = 'Input') =>
  ask(
    'Abort',
    { AbortReason: 'MerchantAbort', MessageReference: { MessageCategory, SaleID: 'POS-1', ServiceID } },
    { MessageClass: 'Service' },
  )

describe('a display request', () => {
  it('puts text on the terminal, and succeeds once it is there', async () => {
    const reply = display(text('Welcome', 'Two coffees', 'Happy hour <b>now</b>'))
    const { content, until } = await onScreen()
    expect(content).toEqual({ title: 'Welcome', lines: ['Two coffees', 'Happy hour <b>now</b>'] })
    expect(until).toBeUndefined()
    expect(await reply).toEqual({ Result: 'Success' })
  })

  it('shows a QR code, until its time is over', async () => {
    const OutputBarcode = { BarcodeType: 'QRCode', BarcodeValue: 'https://shop.example/join%20us?a=1' }
    const reply = display({ ...text('Join'), OutputFormat: 'BarCode', OutputBarcode }, { MinimumDisplayTime: 30 })
    expect((await onScreen()).content.qrText).toBe('https://shop.example/join%20us?a=1')
    expect((await reply).Result).toBe('Success')
    house.clock.moveMs(30_001)
    expect(await nothing()).toBe(true)
    await house.paume.devices.seen(terminal.id)
    const encoded = { BarcodeType: 'QRCode', BarcodeValue: 'Visit%20us%0Asoon' }
    const second = display({ OutputFormat: 'BarCode', OutputBarcode: encoded })
    expect((await onScreen()).content.qrText).toBe('Visit us\nsoon')
    await second
  })

  it('gives the terminal its own screen back', async () => {
    const PredefinedContent = { ReferenceID: 'Idle' }
    expect((await display({ OutputFormat: 'MessageRef', PredefinedContent })).Result).toBe('Success')
    expect(await nothing()).toBe(true)
  })

  it('is told what cannot be shown, and when nobody shows it', async () => {
    const PredefinedContent = { ReferenceID: 'AcceptedAnimated' }
    const OutputBarcode = { BarcodeType: 'EAN13', BarcodeValue: '4006381333931' }
    const refused: [object, object, string][] = [
      [{ OutputFormat: 'XHTML', OutputXHTML: 'PGI+' }, {}, 'UnavailableService'],
      [{ OutputFormat: 'BarCode', OutputBarcode }, {}, 'UnavailableService'],
      [{ OutputFormat: 'MessageRef', PredefinedContent }, {}, 'UnavailableService'],
      [text('x'), { InfoQualify: 'Sound' }, 'UnavailableService'],
      [text('x'), { Device: 'CashierDisplay' }, 'UnavailableDevice'],
      [text(), {}, 'MessageFormat'],
      [text(...Array(30).fill('line')), {}, 'MessageFormat'],
    ]
    for (const [content, more, ErrorCondition] of refused) {
      expect(await display(content, more), JSON.stringify(content)).toMatchObject({ Result: 'Failure', ErrorCondition })
    }
    const unseen = display(text('Nobody looks'))
    await expect.poll(nothing).toBe(false)
    house.clock.moveMs(20_001)
    expect(await unseen).toMatchObject({ ErrorCondition: 'DeviceOut' })
    expect(await nothing()).toBe(true)
  })
})

describe('an input request', () => {
  it('asks yes or no and hears which', async () => {
    for (const yes of [true, false]) {
      const reply = input('GetConfirmation', ['Receipt', 'Do you want one?', 'No thanks', 'Yes please'])
      const screen = await onScreen()
      expect(screen.content).toEqual({
        title: 'Receipt',
        lines: ['Do you want one?'],
        ask: { kind: 'confirmation', no: 'No thanks', yes: 'Yes please' },
      })
      expect((await answer(screen, { kind: 'digits', digits: '12' })).status).toBe(400)
      expect((await answer(screen, { kind: 'confirmed', yes })).status).toBe(204)
      expect(await reply).toMatchObject({
        Response: { Result: 'Success' },
        Input: { InputCommand: 'GetConfirmation', ConfirmedFlag: yes },
      })
      expect((await answer(screen, { kind: 'confirmed', yes: !yes })).status).toBe(404)
      expect(await nothing()).toBe(true)
    }
  })

  it('asks for digits and hears them as they were typed', async () => {
    const reply = input('DigitString', ['Your table'], { MinLength: 2, MaxLength: 4, MaskCharactersFlag: true })
    const screen = await onScreen()
    expect(screen.content.ask).toEqual({ kind: 'digits', minLength: 2, maxLength: 4, masked: true })
    expect((await answer(screen, { kind: 'digits', digits: '12345' })).status).toBe(400)
    expect((await answer(screen, { kind: 'digits', digits: '0042' })).status).toBe(204)
    expect((await reply).Input).toEqual({ InputCommand: 'DigitString', DigitInput: '0042' })
  })

  it('ends when the shopper cancels, the till aborts, the time is over or something else comes', async () => {
    const cancelled = input('GetConfirmation', ['Sure?'])
    await answer(await onScreen(), { kind: 'cancelled' })
    expect((await cancelled).Response).toMatchObject({ ErrorCondition: 'Cancel' })

    const ServiceID = newServiceId()
    const aborted = input('GetConfirmation', ['Sure?'], {}, { ServiceID })
    await onScreen()
    expect((await abort(ServiceID)).SaleToPOIResponse).toBeUndefined()
    expect((await aborted).Response).toMatchObject({ ErrorCondition: 'Aborted' })
    expect((await abort(ServiceID)).SaleToPOIRequest.EventNotification.EventToNotify).toBe('Reject')

    const late = input('DigitString', ['Table'], { MaxInputTime: 20 })
    await onScreen()
    house.clock.moveMs(20_001)
    expect((await late).Response).toMatchObject({ ErrorCondition: 'Cancel' })
    await house.paume.devices.seen(terminal.id)

    const replaced = input('DigitString', ['Table'])
    await onScreen()
    const shopper = await shopperWithCard(house)
    const paying = till.sync(messageOf('Payment', paymentOf(2), { SaleID: 'POS-1', POIID: poiIdOf(terminal) }))
    expect((await replaced).Response).toMatchObject({ ErrorCondition: 'Aborted' })
    await holdHand(house, terminal, shopper)
    expect(((await paying).SaleToPOIResponse as Body).PaymentResponse.Response.Result).toBe('Success')
  })

  it('is not asked while a payment runs or another till asks, and never for secrets', async () => {
    const first = input('GetConfirmation', ['Sure?'])
    const screen = await onScreen()
    expect(await display(text('Mine'), {}, { SaleID: 'POS-2' })).toMatchObject({ ErrorCondition: 'Busy' })
    await answer(screen, { kind: 'confirmed', yes: true })
    await first
    for (const command of ['TextString', 'DecimalString', 'Password', 'GetMenuEntry', 'GetAnyKey', 'SiteManager']) {
      expect((await input(command, ['?'])).Response, command).toMatchObject({ ErrorCondition: 'UnavailableService' })
    }
    expect((await input('DigitString', ['Card number'], { MaxLength: 16 })).Response).toMatchObject({
      ErrorCondition: 'UnavailableService',
    })
    const ServiceID = newServiceId()
    const header = { SaleID: 'POS-1', POIID: poiIdOf(terminal), ServiceID }
    const paying = till.sync(messageOf('Payment', paymentOf(2), header))
    await expect.poll(() => house.paume.money.payments.activeOf(terminal.id)).not.toBeNull()
    expect((await input('GetConfirmation', ['Sure?'])).Response).toMatchObject({ ErrorCondition: 'Busy' })
    expect(await display(text('Hello'))).toMatchObject({ ErrorCondition: 'Busy' })
    await abort(ServiceID, 'Payment')
    await paying
  })

  it('sent twice is one question', async () => {
    const ServiceID = newServiceId()
    const twins = [1, 2].map(() => input('GetConfirmation', ['Once?'], {}, { ServiceID }))
    await answer(await onScreen(), { kind: 'confirmed', yes: true })
    const [one, other] = await Promise.all(twins)
    expect(one).toEqual(other)
    const another = await input('GetConfirmation', ['Twice?'], {}, { ServiceID })
    expect(another.Response).toMatchObject({ ErrorCondition: 'Busy' })
  })
})

describe("a terminal's screen", () => {
  it('is asked for once and told at once, long before an idle terminal looks for itself', async () => {
    await display({ OutputFormat: 'MessageRef', PredefinedContent: { ReferenceID: 'Idle' } })
    const held = call('GET', '?wait=20')
    await expect.poll(() => house.paume.money.notifier.waiting).toBeGreaterThan(0)
    const beganMs = performance.now()
    const reply = display(text('Here'))
    const { screen } = (await held).body
    expect(performance.now() - beganMs).toBeLessThan(4_000)
    expect(screen.content.title).toBe('Here')
    await onScreen()
    await reply
  })

  it('is nobody else’s to read or answer', async () => {
    const other = await house.pair('terminal', 1)
    const its = `${path}/${terminal.id}/till-screen`
    house.clock.moveMs(Date.now() - house.clock.nowMs())
    expect((await other.call('GET', its)).body.code).toBe('terminal_unknown')
    expect((await terminal.call('POST', `${its}/scr_${'0'.repeat(26)}/shown`, {})).status).toBe(404)
  })
})
