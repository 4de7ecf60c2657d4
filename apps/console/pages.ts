import { approvalPages } from './approvals/pages.ts'
import { auditPages } from './audit/pages.ts'
import { devicePages } from './devices/pages.ts'
import type { ConsolePage } from './frame/console-page.ts'
import { gatePages } from './gates/pages.ts'
import { healthPages } from './health/pages.ts'
import { noticePages } from './notices/pages.ts'
import { organisationPages } from './organisations/pages.ts'
import { overviewPages } from './overview/pages.ts'
import { paymentPages } from './payments/pages.ts'
import { peoplePages } from './people/pages.ts'
import { reportPages } from './reports/pages.ts'
import { reviewPages } from './reviews/pages.ts'
import { rolloutPages } from './rollout/pages.ts'
import { shopPages } from './shops/pages.ts'
import { signInPages } from './sign-in/pages.ts'

/**
 * Every page of the console, in the order of the navigation; the first page of each group stands at the thumb on a phone. A folder of pages has a `pages.ts` with its own part of this list; how one is
 * added stands in `app.tsx`. No page imports this file: pages lead to each other by their addresses.
 */
export const PAGES: readonly ConsolePage[] = [
  ...overviewPages,
  ...reportPages,
  ...shopPages,
  ...rolloutPages,
  ...organisationPages,
  ...devicePages,
  ...gatePages,
  ...paymentPages,
  ...peoplePages,
  ...approvalPages,
  ...reviewPages,
  ...noticePages,
  ...auditPages,
  ...healthPages,
  ...signInPages,
]
