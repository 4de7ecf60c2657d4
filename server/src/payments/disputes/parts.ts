import type { PaymentParts } from '../parts.ts'

/** What the rest of the house has on record for a dispute. It stays when a shopper is deleted. */
export type DisputeRecords = {
  /** Every text this shopper agreed to. Read by the pseudonym. */
  consentsOf(shopperId: string): Promise<
    {
      id: string
      kind: string
      version: string
      language: string
      sha256: string
      agreedAt: Date
      withdrawnAt: Date | null
    }[]
  >
  /** What identity signed when it recognised the hand; null when the signature does not fit. */
  readStatement(statement: string): {
    claims: {
      shopperId: string
      terminalId: string
      payeeId: string
      paymentId: string
      amountMinor: bigint
      currency: string
    }
    signedAt: Date
    /** Ed25519, DER in base64: whoever doubts can check. */
    publicKey: string
    /** What the organisation knows the shopper by; the network's own identifier leaves to nobody. */
    pseudonym: string
    /** Whether the statement says no more than that: those of before name the shopper, and stay here. */
    mayLeave: boolean
  } | null
}

export type DisputeParts = PaymentParts & { records: DisputeRecords }
