import { createTransport, type TransportOptions } from '../transport.ts'
import { type DeviceCalls, devicesOf } from './devices.ts'
import { type GateCalls, gatesOf } from './gates.ts'
import { type PaymentDeskCalls, paymentDeskOf } from './payments.ts'
import { type ReportCalls, reportsOf } from './reports.ts'
import { type ReviewCalls, reviewsOf } from './reviews.ts'
import {
  type NoticeCalls,
  noticesOf,
  type OrganisationCalls,
  organisationsOf,
  type RolloutCalls,
  rolloutsOf,
  type ShopCalls,
  shopsOf,
} from './shops.ts'
import { type StaffCalls, staffOf } from './staff.ts'

/** What a signed-in person may call; the server decides by their roles. Each subject of the console adds its line. */
export type ConsoleApi = {
  devices: DeviceCalls
  gates: GateCalls
  payments: PaymentDeskCalls
  reports: ReportCalls
  reviews: ReviewCalls
  notices: NoticeCalls
  organisations: OrganisationCalls
  rollouts: RolloutCalls
  shops: ShopCalls
  staff: StaffCalls
}

/** For pages of the server itself: the session is a cookie of the browser, sent to this origin only. */
export function openConsole(options: Omit<TransportOptions, 'signer' | 'bearer'>): ConsoleApi {
  const transport = createTransport(options)
  return {
    devices: devicesOf(transport),
    gates: gatesOf(transport),
    payments: paymentDeskOf(transport),
    reports: reportsOf(transport),
    reviews: reviewsOf(transport),
    notices: noticesOf(transport),
    organisations: organisationsOf(transport),
    rollouts: rolloutsOf(transport),
    shops: shopsOf(transport),
    staff: staffOf(transport),
  }
}
