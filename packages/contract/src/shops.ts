import Type, { type Static } from 'typebox'

/** `PUT /v1/shops/{id}/place` (operator): where the shop stands, degrees (WGS 84), north and east positive. Null: nobody says. */
export const ShopPlace = Type.Object({
  place: Type.Union([
    Type.Object({
      latitudeDeg: Type.Number({ minimum: -90, maximum: 90 }),
      longitudeDeg: Type.Number({ minimum: -180, maximum: 180 }),
    }),
    Type.Null(),
  ]),
})
export type ShopPlace = Static<typeof ShopPlace>
