import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAuthenticator, type VirtualAuthenticator } from './authenticator.ts'
import { openBrowser, openPage, shoot } from './browser.ts'
import { type RunningPaume, startPaume } from './paume.ts'

let paume: RunningPaume
let browser: Browser
let page: Page
let faults: string[]
let device: VirtualAuthenticator
/** Codes as the page showed them. */
let codes: string[]

beforeAll(async () => {
  paume = await startPaume()
  browser = await openBrowser({ camera: 'none' })
  const context = await browser.newContext({ locale: 'en-US' })
  ;({ page, faults } = await openPage(context, `${paume.url}/console`, 'desktop'))
  device = await addAuthenticator(page)
})
afterAll(async () => {
  await browser?.close()
  await paume?.stop()
})

const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
const signedInAs = (name: string) => page.getByRole('button', { name: `Signed in as ${name}` }).waitFor()
const signOut = async () => {
  await page.getByRole('button', { name: /^Signed in as/ }).click()
  await press('Sign out')
  await heading('Sign in')
}
const asked = async (path: string) =>
  page.evaluate(async (address) => (await fetch(address)).status, `${paume.url}${path}`)

describe('a person of the console', () => {
  it('sets up by an invitation: a passkey, then recovery codes, then the console', async () => {
    await heading('Sign in')
    await shoot(page, 'console-sign-in')
    await press('Set up an operator with a passkey')
    await heading('Welcome to Paume')
    await page.getByLabel('Your name').fill('Ada Operator')
    await shoot(page, 'console-join')
    const link = page.url()
    await press('Make a passkey')
    await heading('Your recovery codes')
    await shoot(page, 'console-codes')
    codes = await page.locator('.recovery-codes code').allTextContents()
    expect(codes).toHaveLength(10)
    expect(await device.held()).toBe(1)
    // On only when the codes were kept.
    expect(await page.getByRole('button', { name: 'To the console' }).isDisabled()).toBe(true)
    await page.getByLabel('I have kept these codes').check()
    await press('To the console')
    await signedInAs('Ada Operator')

    const again = await page.context().newPage()
    await again.goto(link)
    await again.getByText('was used, or has expired').waitFor()
    await again.close()
  }, 120_000)

  it('keeps the session where no script can read it', async () => {
    expect(await page.evaluate(() => document.cookie)).toBe('')
    const [cookie] = await page.context().cookies(paume.url)
    expect(cookie).toMatchObject({ name: 'paume-staff', httpOnly: true, sameSite: 'Strict', path: '/' })
    expect(await asked('/v1/staff/people')).toBe(200)
  })

  it('signs out, and in again by the passkey, when it is them', async () => {
    await signOut()
    expect(await asked('/v1/staff/people')).toBe(401)
    await device.setOwner(false)
    await press('Sign in with a passkey')
    await page.getByText('Nothing was signed').waitFor()
    await device.setOwner(true)
    await press('Sign in with a passkey')
    await signedInAs('Ada Operator')
  }, 60_000)

  it('comes in by a recovery code when the device is lost, and may do nothing but make a new passkey', async () => {
    await signOut()
    await device.clear()
    await press('Use a recovery code')
    await page.getByLabel('Recovery code').fill('0000-0000-0000-0000')
    await press('Sign in with this code')
    await page.getByText('This recovery code is not right').waitFor()
    await page.getByLabel('Recovery code').fill(codes[0]!.toLowerCase().replaceAll('-', ' '))
    await press('Sign in with this code')
    await heading('Make a new passkey')
    await shoot(page, 'console-passkey-due')
    expect(await asked('/v1/staff/people')).toBe(403)
    await page.getByLabel('What this device is called').fill('New laptop')
    await press('Make a passkey')
    await signedInAs('Ada Operator')
    expect(await asked('/v1/staff/people')).toBe(200)

    await signOut()
    await press('Use a recovery code')
    await page.getByLabel('Recovery code').fill(codes[0]!)
    await press('Sign in with this code')
    await page.getByText('This recovery code is not right').waitFor()
    await press('Sign in with a passkey instead')
    await press('Sign in with a passkey')
    await signedInAs('Ada Operator')
  }, 60_000)

  it('removes a passkey, which signs in no longer and ends what it began', async () => {
    await page.goto(`${paume.url}/console/account`)
    await heading('My account')
    await page.getByText('9 codes are left.').waitFor()
    await shoot(page, 'console-account')
    await press('Remove: New laptop')
    await press('Remove')
    await heading('Sign in')
    await press('Sign in with a passkey')
    await page.getByText('This passkey is not known here').waitFor()
    expect(await asked('/v1/staff/me')).toBe(401)
    expect(faults).toEqual([])
  }, 60_000)
})
