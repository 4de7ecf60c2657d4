import type { Page } from 'playwright-core'
import { press, reach } from './shop.ts'

/** The phone of one registration: each number registers once. Numbers of a range that no one is given. */
export const phone = (number: number): string => `(415) 555-${String(2600 + number)}`

/** Goes through the kiosk up to the card as a person does, and calls back on every screen on the way. */
export async function walkToCard(
  page: Page,
  number: number,
  seen: (screen: string) => Promise<void> = async () => {},
): Promise<void> {
  const at = async (screen: string) => {
    await reach(page, screen)
    await seen(screen)
  }
  await at('welcome')
  await press(page, 'Start')
  await at('notice')
  await press(page, 'I have read this')
  await at('consent')
  await page.getByRole('checkbox').check()
  await press(page, 'I agree')
  await at('phone')
  await page.getByLabel('Phone number').fill(phone(number))
  await press(page, 'Send the code')
  await at('phone_code')
  const told = (await page.getByText(/Your code is \d{6}/).textContent()) ?? ''
  await page.getByLabel('Six-digit code').fill(/\d{6}/.exec(told)![0])
  await press(page, 'Check the code')
  await at('card')
}

/** Goes on to the palms, with a test card that pays. */
export async function walkToPalms(
  page: Page,
  number: number,
  seen: (screen: string) => Promise<void> = async () => {},
): Promise<void> {
  await walkToCard(page, number, seen)
  await page.getByRole('button', { name: /ends in 4242/ }).click()
  await reach(page, 'terms')
  await seen('terms')
  await page.getByRole('checkbox').check()
  await press(page, 'Accept')
  await reach(page, 'palms')
  await seen('palms')
}
