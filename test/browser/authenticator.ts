import type { CDPSession, Page } from 'playwright-core'

/** A device's own authenticator, as Chromium simulates one: it keeps passkeys and knows its owner. */
export type VirtualAuthenticator = {
  /** How many passkeys it holds. */
  held(): Promise<number>
  /** The device is lost with everything on it. */
  clear(): Promise<void>
  /** Whether the finger on it is the owner's. */
  setOwner(owner: boolean): Promise<void>
}

/** Gives a page an authenticator (Chrome DevTools Protocol, domain WebAuthn). */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const session: CDPSession = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    async held() {
      return (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length
    },
    async clear() {
      await session.send('WebAuthn.clearCredentials', { authenticatorId })
    },
    async setOwner(isUserVerified) {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
  }
}
