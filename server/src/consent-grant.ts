declare const given: unique symbol

/**
 * Proof that a person consented in this registration. Opening a capture asks for one, so code that looks at a picture without
 * consent does not compile. Only the consent ledger (`shoppers/consents.ts`) makes it; a test keeps every other file from
 * `grantConsent`.
 */
export type ConsentGrant = {
  readonly [given]: true
  readonly enrolmentId: string
  readonly consentId: string
  readonly sha256: string
}

/** For the consent ledger alone, after it has read the record. */
export const grantConsent = (grant: { enrolmentId: string; consentId: string; sha256: string }): ConsentGrant =>
  Object.freeze({ ...grant }) as ConsentGrant
