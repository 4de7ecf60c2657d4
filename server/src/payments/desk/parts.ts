import type { SpendApproval } from '../../routing.ts'
import type { Tenancy } from '../../tenancy.ts'
import type { PaymentParts } from '../parts.ts'

/** What the shops' own office works with, beside what payments are made of. */
export type DeskParts = PaymentParts & {
  tenancy: Tenancy
  spendApproval: SpendApproval
  places: {
    /** IANA name; null: nobody knows this shop. */
    timeZoneOfShop(shopId: string): Promise<string | null>
  }
}
