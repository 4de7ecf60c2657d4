import { openPublic, openShopper, type Shopper } from '@paume/client'
import { describe, expect, it } from 'vitest'
import { shoot, shootEveryScreen } from './browser.ts'
import { phone, walkToPalms } from './enrol.ts'
import { openDevicePage, press, reach } from './shop.ts'
import { openStory } from './story.ts'

/** Seed of the person before the camera: nobody. */
const PERSON = 57
const NUMBER = 7
/** A story of many screens, on a machine that may be busy. */
const STORY_MS = 200_000

const { paume, shop, context } = await openStory({ person: PERSON })
let shopper: Shopper

/** Signs the shopper in by phone and keeps a card beside the one of the registration. */
async function addCard(number: string, makeDefault: boolean): Promise<void> {
  const baseUrl = paume.url
  if (!shopper) {
    const { shopperSignIn } = openPublic({ baseUrl })
    const { sessionId, sandboxPhoneCode } = await shopperSignIn.start(phone(NUMBER))
    shopper = openShopper(await shopperSignIn.confirm(sessionId, sandboxPhoneCode!), { baseUrl })
  }
  const { setupId, confirmUrl, clientSecret } = await shopper.beginCardSetup()
  const card = { clientSecret, number, expiryMonth: 12, expiryYear: 2040, cvc: '123' }
  const headers = { 'content-type': 'application/json' }
  const posted = await fetch(`${baseUrl}${confirmUrl}`, { method: 'POST', headers, body: JSON.stringify(card) })
  expect(posted.status).toBe(200)
  await shopper.addCard({ setupId, default: makeDefault })
}

describe('a person with several cards', () => {
  it(
    'chooses one after the palm when they asked to, and is offered another when the usual one is declined',
    async () => {
      const kiosk = await openDevicePage(context, paume, shop.kiosk, 'kiosk')
      await walkToPalms(kiosk.page, NUMBER)
      await reach(kiosk.page, 'done', 60_000)
      await kiosk.page.close()
      await addCard('5555555555554444', false)

      const terminal = await openDevicePage(context, paume, shop.terminal, 'phone')
      await reach(terminal.page, 'idle')
      const till = await openDevicePage(context, paume, shop.register, 'desktop')
      await reach(till.page, 'basket')
      const sell = async () => {
        await press(till.page, /^Add Garden salad/)
        await press(till.page, /^Charge on/)
        await terminal.page.bringToFront()
      }

      await sell()
      await reach(terminal.page, 'hover')
      await press(terminal.page, 'Choose the card afterwards')
      await terminal.page.getByRole('button', { name: 'You choose the card after your palm' }).waitFor()
      await shoot(terminal.page, '11-terminal-choose-wanted-phone')
      const cards = await reach(terminal.page, 'cards', 40_000)
      await shootEveryScreen(terminal.page, '11-terminal-cards')
      expect(await cards.textContent()).toMatch(/Visa, ends in 4242.*usual card.*Mastercard, ends in 4444/)
      await press(terminal.page, /Mastercard, ends in 4444/)
      expect(await (await reach(terminal.page, 'approved', 20_000)).textContent()).toContain('4444')

      await addCard('4000000000009995', true)
      await till.page.bringToFront()
      await press(till.page, 'New sale')
      await sell()
      const asked = await reach(terminal.page, 'cards', 60_000)
      expect(await asked.textContent()).toContain('There is not enough money on the card.')
      expect(await asked.textContent()).not.toContain('9995')
      await shoot(terminal.page, '11-terminal-cards-declined-phone')
      await press(terminal.page, /Visa, ends in 4242/)
      expect(await (await reach(terminal.page, 'approved', 20_000)).textContent()).toContain('4242')
      expect([...terminal.faults, ...till.faults]).toEqual([])
    },
    STORY_MS,
  )
})
