import Type, { type Static } from 'typebox'
import { idSchema } from './identifiers.ts'

/** A card in a shopper's wallet: no more of it than is printed on receipts, and its date. */
export const ShopperCard = Type.Object({
  id: idSchema('instrument'),
  brand: Type.String(),
  last4: Type.String(),
  /** Charged when the shopper does not choose. */
  default: Type.Boolean(),
  /** As printed; absent when the processor does not say. */
  expiryMonth: Type.Optional(Type.Integer({ minimum: 1, maximum: 12 })),
  expiryYear: Type.Optional(Type.Integer({ minimum: 2000, maximum: 2099 })),
  /** Absent: it can pay. */
  unusable: Type.Optional(
    Type.Unsafe<'card_expired' | 'card_lost' | 'forgotten'>(
      Type.Union([Type.Literal('card_expired'), Type.Literal('card_lost'), Type.Literal('forgotten')], {
        description: 'Why it cannot pay.',
      }),
    ),
  ),
})
export type ShopperCard = Static<typeof ShopperCard>

/** `POST /v1/me/card-setups` (shopper) → CardSetup. Then `POST /v1/me/cards` keeps the card; it answers every card. */
export const ShopperCardAdd = Type.Object({
  setupId: idSchema('cardSetup'),
  /** Charge this card from now on; default false, but true for an only card. */
  default: Type.Optional(Type.Boolean()),
})
export type ShopperCardAdd = Static<typeof ShopperCardAdd>

/** `POST /v1/me/cards/{id}/default` and `DELETE /v1/me/cards/{id}` (shopper) answer what is left. */
export const ShopperCards = Type.Object({ cards: Type.Array(ShopperCard) })
export type ShopperCards = Static<typeof ShopperCards>
