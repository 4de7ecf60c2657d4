import { createDeviceKey, isPaumeError, openDevice, openPublic } from '@paume/client'
import { describe, expect, it } from 'vitest'
import { openBrowser, shoot } from './browser.ts'
import { phone, walkToPalms } from './enrol.ts'
import { openDevicePage, press, reach } from './shop.ts'
import { openStory } from './story.ts'

const { paume, shop, browser, context } = await openStory()

describe('without a camera', () => {
  it('the kiosk says so, offers a synthetic hand, and registers it', async () => {
    const { page, faults } = await openDevicePage(context, paume, shop.kiosk, 'kiosk')
    await walkToPalms(page, 1)
    await page.getByText('No camera here').waitFor()
    await shoot(page, '10-kiosk-no-camera')
    await press(page, 'Next person')
    await press(page, 'Hold the synthetic hand')
    await reach(page, 'done', 60_000)
    expect(faults).toEqual([])
    await page.close()
  }, 120_000)

  it('one hand is enough: a person registers the palm that can be shown', async () => {
    const own = await browser.newContext({ locale: 'en-US' })
    await own.addInitScript(() => localStorage.setItem('paume-source', 'synthetic:58'))
    const { page, faults } = await openDevicePage(own, paume, shop.kiosk, 'phone')
    await walkToPalms(page, 4)
    await press(page, 'I can only show one hand')
    const completing = page.waitForRequest((request) => request.url().endsWith('/complete'), { timeout: 60_000 })
    await press(page, 'Right palm only')
    expect((await completing).postDataJSON()).toEqual({ onePalm: true })
    const done = await reach(page, 'done', 60_000)
    await shoot(page, '14-kiosk-one-hand')
    expect(await done.textContent()).toContain('hold your right hand over the camera')
    expect(faults).toEqual([])
    await own.close()
  }, 120_000)

  it('"no thanks" ends a registration, and nothing of it is left', async () => {
    const { page, faults } = await openDevicePage(context, paume, shop.kiosk, 'kiosk')
    const started = page.waitForResponse((reply) => reply.url().endsWith('/v1/enrolments') && reply.ok())
    await walkToPalms(page, 2)
    const { id } = (await (await started).json()) as { id: string }
    const ended = page.waitForResponse((reply) => reply.request().method() === 'DELETE')
    await press(page, 'No thanks')
    expect((await ended).ok()).toBe(true)
    await reach(page, 'goodbye')
    await shoot(page, '11-kiosk-goodbye')

    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
    expect(kept).not.toContain(id)
    expect(kept).not.toContain(phone(2).slice(-4))
    await page.reload()
    await reach(page, 'welcome')
    expect(faults).toEqual([])
    await page.close()

    // The same kiosk, paired anew to a key of this test, finds nothing under the old number.
    const open = openPublic({ baseUrl: paume.url })
    const { pairingCode } = await open.sandbox.pairingCode(shop.kiosk.id)
    const key = await createDeviceKey()
    const { id: deviceId } = await open.pairing.redeem(pairingCode, 'kiosk', key.publicKey)
    const { enrolments } = openDevice({ baseUrl: paume.url, deviceId, key })
    const failure = await enrolments.get(id).catch((error: unknown) => error)
    expect(isPaumeError(failure, 'enrolment_unknown')).toBe(true)
  })

  it('the register is used by keyboard alone', async () => {
    const terminal = await openDevicePage(context, paume, shop.terminal, 'phone')
    await reach(terminal.page, 'idle')
    const { page, faults } = await openDevicePage(context, paume, shop.register, 'desktop')
    await reach(page, 'basket')
    await page.bringToFront()
    await page.keyboard.type('2340')
    await page.keyboard.press('+')
    await page.getByText('Free amount', { exact: true }).first().waitFor()
    expect(await page.locator('.total').textContent()).toContain('23.40')
    await page.keyboard.press('Control+z')
    expect(await page.locator('.total').textContent()).toContain('0.00')
    await page.keyboard.type('990')
    await page.keyboard.press('+')
    await page.keyboard.press('Control+Enter')
    const running = await reach(page, 'running')
    expect(await running.textContent()).toContain('9.90')
    await reach(terminal.page, 'hover')
    await page.keyboard.press('Escape')
    await reach(page, 'not-paid')
    await shoot(page, '12-register-cancelled')
    await reach(terminal.page, 'ended')
    await page.keyboard.press('Enter')
    await reach(page, 'basket')
    // The basket is kept for another way to pay.
    expect(await page.locator('.total').textContent()).toContain('9.90')
    expect([...faults, ...terminal.faults]).toEqual([])
    await page.close()
    await terminal.page.close()
  })
})

describe('a camera that is not allowed', () => {
  it('is told apart from a missing one', async () => {
    const refusing = await openBrowser({ camera: 'denied' })
    try {
      const { page } = await openDevicePage(await refusing.newContext({ locale: 'en-US' }), paume, shop.kiosk, 'phone')
      await walkToPalms(page, 3)
      await page.getByText('The camera is not allowed').waitFor()
      await shoot(page, '13-kiosk-camera-denied')
    } finally {
      await refusing.close()
    }
  })
})
