import { ProcessorFailure } from '../processor.ts'

/**
 * What Stripe calls things depends on the account they lie in. Our names therefore carry the account: parts joined by `/`, each told by
 * its prefix, e.g. `cus_1/pm_1` for a card of the platform and `acct_1/pi_1` for a charge on a connected account.
 */
export type StripeName = { account: string | null; id: string }
export type CardToken = { account: string | null; customer: string | null; paymentMethod: string }

/** Who is paid, as an organisation's account names it: `acct_…` charges on that account, `destination/acct_…` on the platform for it. */
export type Payee =
  | { kind: 'platform' }
  | { kind: 'direct'; account: string }
  | { kind: 'destination'; account: string }

const ID = '[A-Za-z0-9_]{1,200}'
const ACCOUNT = /^acct_[A-Za-z0-9]{1,100}$/

export const nameOf = ({ account, id }: StripeName): string => (account === null ? id : `${account}/${id}`)

/** Reads a name of something whose id begins with one of the prefixes; null when it is none of ours. */
export function readName(name: string, ...prefixes: string[]): StripeName | null {
  const match = new RegExp(`^(?:(acct_[A-Za-z0-9]{1,100})/)?((?:${prefixes.join('|')})_${ID})$`).exec(name)
  return match ? { account: match[1] ?? null, id: match[2]! } : null
}

export const tokenOf = ({ account, customer, paymentMethod }: CardToken): string =>
  [account, customer, paymentMethod].filter((part) => part !== null).join('/')

export function readToken(token: string): CardToken | null {
  const match = new RegExp(`^(?:(acct_[A-Za-z0-9]{1,100})/)?(?:(cus_${ID})/)?(pm_${ID}|card_${ID})$`).exec(token)
  return match ? { account: match[1] ?? null, customer: match[2] ?? null, paymentMethod: match[3]! } : null
}

/** Throws `refused: merchant_unknown` for what is no account. */
export function readPayee(merchantRef: string | null | undefined): Payee {
  if (merchantRef === null || merchantRef === undefined) return { kind: 'platform' }
  const destination = merchantRef.startsWith('destination/')
  const account = destination ? merchantRef.slice('destination/'.length) : merchantRef
  if (!ACCOUNT.test(account)) throw new ProcessorFailure('refused', 'merchant_unknown')
  return { kind: destination ? 'destination' : 'direct', account }
}

/** The account a charge for that payee lies in; null: the platform's own. */
export const accountOf = (payee: Payee): string | null => (payee.kind === 'direct' ? payee.account : null)
