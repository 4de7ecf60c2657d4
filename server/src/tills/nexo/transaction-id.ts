/** Tills of this kind send `<tender>.<reference>` or the reference alone: what POITransactionID said. */
const PAYMENT = /(?:^|\.)(pay_[0-9A-HJKMNP-TV-Z]{26})$/

/** The payment that a POITransactionID names, or null. */
export const paymentIdOf = (transactionId: string): string | null => PAYMENT.exec(transactionId)?.[1] ?? null

const ULID = '[0-9A-HJKMNP-TV-Z]{26}'
const POI = new RegExp(`^(?:dev_|Paume-(?:dev_)?)(${ULID})$`, 'i')

/** A terminal in the form of model and serial number. */
export const poiIdOf = (terminalId: string): string => terminalId.replace(/^dev_/, 'Paume-')

/** The terminal that a POIID names: our identifier, or `Paume-` and its part after `dev_`, as model and serial number. Null: none. */
export function terminalIdOf(poiId: string): string | null {
  const id = POI.exec(poiId)?.[1]
  return id === undefined ? null : `dev_${id.toUpperCase()}`
}
