import Type, { type Static } from 'typebox'

/**
 * The shape of the two calls that the Just Walk Out service makes to a retailer's connector, as its public documents describe them:
 * `POST /v1/identity/identity-keys` when a key is shown at the entry, `POST /v1/order/purchases` with the cart after the visit. Attributes
 * that we do not know are let through: more may be added at any time.
 */
const Uuid = Type.String({ pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$' })
const Short = Type.String({ minLength: 1, maxLength: 255 })
const When = Type.String({ format: 'date-time' })

export const IdentityKeyRequest = Type.Object({
  requestId: Uuid,
  /** Base64 of what the shopper showed; here: of the visit that our gate opened. */
  identityKey: Type.String({ minLength: 1, maxLength: 1000 }),
  storeId: Short,
  authEvent: Type.Object({ id: Short, timestamp: When, location: Type.Literal('ENTRY') }),
  keyChannel: Type.Optional(Type.String({ maxLength: 40 })),
})
export type IdentityKeyRequest = Static<typeof IdentityKeyRequest>

export const VisitorDetails = Type.Object({
  visitorDetails: Type.Object({ id: Type.String(), type: Type.Literal('SHOPPER') }),
})
export type VisitorDetails = Static<typeof VisitorDetails>

export const PurchaseItem = Type.Object({
  id: Short,
  type: Type.Union([Type.Literal('SKU'), Type.Literal('SCANCODE')]),
  quantity: Type.Object({
    /** A decimal number as text. */
    value: Type.String({ minLength: 1, maxLength: 10 }),
    unit: Type.String({ minLength: 1, maxLength: 40 }),
  }),
  lineItemId: Type.Optional(Short),
})
export type PurchaseItem = Static<typeof PurchaseItem>

export const PurchaseRequest = Type.Object({
  requestId: Uuid,
  /** The same trip may come any number of times, and is one purchase. */
  idempotentShoppingTripId: Short,
  storeId: Short,
  shoppingTrip: Type.Object({
    startTime: When,
    endTime: When,
    authEvents: Type.Array(
      Type.Object({
        id: Short,
        timestamp: Type.Optional(When),
        location: Type.Optional(Type.String({ maxLength: 40 })),
        payloadType: Type.Optional(Type.String({ maxLength: 40 })),
        scanResult: Type.Optional(
          Type.Object({
            id: Type.Optional(Type.String({ maxLength: 255 })),
            type: Type.Optional(Type.String({ maxLength: 40 })),
          }),
        ),
      }),
      { minItems: 1, maxItems: 50 },
    ),
  }),
  cartItems: Type.Array(PurchaseItem, { maxItems: 1_000 }),
})
export type PurchaseRequest = Static<typeof PurchaseRequest>
export const PurchaseMade = Type.Object({ purchaseId: Type.String() })
