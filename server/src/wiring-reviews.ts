import { Failure } from './failure.ts'
import { registerReviewRoutes } from './identity/reviews/routes.ts'
import { createReviews, REVIEW_ERASE_TOPIC, REVIEW_NOTICE_TOPIC, type ReviewParts } from './identity/reviews/service.ts'
import type { ShopperId } from './ids.ts'
import type { Merchants } from './merchants/service.ts'
import type { OutboxHandler } from './outbox/worker.ts'
import type { Announce } from './reports/ports.ts'
import type { App, Guards } from './routing.ts'
import type { Money } from './wiring-money.ts'
import type { People } from './wiring-people.ts'

type Needs = Omit<ReviewParts, 'ports'> & {
  money: Pick<Money, 'wallet'>
  people: Pick<People, 'ownPhone' | 'tellNumber' | 'erasure'>
  merchants: Pick<Merchants, 'shop'>
  announce: Announce
}

/** Puts the reviews of palms that were there already together. Part of the wiring. */
export function wireReviews({ money, people, merchants, announce, ...needs }: Needs) {
  const { db } = needs
  const { freezes } = money.wallet
  const reviews = createReviews({
    ...needs,
    ports: {
      freeze: freezes.freeze,
      lift: async (tx, shopperId, reviewId, now) => (await freezes.lift(tx, shopperId, reviewId, now)).length > 0,
      frozenAmong: (shopperIds) => freezes.frozenAmong(db, shopperIds),
      tell: people.ownPhone.send,
      tellNumber: people.tellNumber,
      async shopsNamed(shopIds) {
        const shops = await Promise.all(shopIds.map(merchants.shop))
        return new Map(shops.flatMap((shop) => (shop === null ? [] : [[shop.id, shop.name]])))
      },
      changed: (organisationId, shopId, id) => announce({ kind: 'review', organisationId, shopId, id }),
    },
  })
  const outboxHandlers: Record<string, OutboxHandler> = {
    [REVIEW_NOTICE_TOPIC]: reviews.sendNotice,
    async [REVIEW_ERASE_TOPIC](payload) {
      await people.erasure.erase(payload.shopperId as ShopperId, 'review').catch((error: unknown) => {
        // Gone already, or it waits for a payment and goes on by itself.
        if (!(error instanceof Failure && ['shopper_unknown', 'erasure_blocked'].includes(error.code))) throw error
      })
    },
  }
  return {
    reviews,
    outboxHandlers,
    registerRoutes: (app: App, guards: Guards) => registerReviewRoutes(app, { reviews, guards }),
    sweep: reviews.sweep,
  }
}
