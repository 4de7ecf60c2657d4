import Type, { type Static, type TSchema } from 'typebox'
import { Errors } from 'typebox/value'

// Forms of nexo Sale to POI as far as they are looked at. What stands beside is let through: tills send much that is not for us.

/** Every category of the standard. */
export const CATEGORIES = [
  'Abort',
  'Admin',
  'BalanceInquiry',
  'Batch',
  'CardAcquisition',
  'CardReaderAPDU',
  'CardReaderInit',
  'CardReaderPowerOff',
  'Diagnosis',
  'Display',
  'EnableService',
  'Event',
  'GetTotals',
  'Input',
  'InputUpdate',
  'Login',
  'Logout',
  'Loyalty',
  'PIN',
  'Payment',
  'Print',
  'Reconciliation',
  'Reversal',
  'Sound',
  'StoredValue',
  'TransactionStatus',
  'Transmit',
] as const
export type Category = (typeof CATEGORIES)[number]

const literals = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))))
/** Identifiers that a till chooses: they go into rows and replies, so they are short and printable. */
const Name = Type.String({ pattern: '^[\\x20-\\x7e]{1,80}$' })
const Text = Type.String({ maxLength: 200 })

export const MessageHeader = Type.Object({
  ProtocolVersion: Type.Optional(Type.String({ pattern: '^3\\.\\d{1,2}$' })),
  MessageClass: literals(['Service', 'Device']),
  MessageCategory: literals(CATEGORIES),
  MessageType: Type.Literal('Request'),
  SaleID: Name,
  POIID: Name,
  ServiceID: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,36}$' })),
  DeviceID: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,36}$' })),
})
export type MessageHeader = Static<typeof MessageHeader>

export const SecurityTrailer = Type.Object({
  AdyenCryptoVersion: Type.Integer(),
  KeyIdentifier: Name,
  KeyVersion: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  Nonce: Type.String({ maxLength: 40 }),
  Hmac: Type.String({ maxLength: 80 }),
})
export type SecurityTrailer = Static<typeof SecurityTrailer>

export const TransactionIdentification = Type.Object({ TransactionID: Name, TimeStamp: Text })
export type TransactionIdentification = Static<typeof TransactionIdentification>

const OriginalPOITransaction = Type.Object({
  POITransactionID: Type.Optional(Type.Object({ TransactionID: Name, TimeStamp: Type.Optional(Text) })),
})
const Amount = Type.Optional(Type.Number())

export const PaymentRequest = Type.Object({
  SaleData: Type.Object({
    SaleTransactionID: TransactionIdentification,
    SaleToAcquirerData: Type.Optional(Type.Unknown()),
  }),
  PaymentTransaction: Type.Object({
    AmountsReq: Type.Object({
      Currency: Type.String({ pattern: '^[A-Z]{3}$' }),
      RequestedAmount: Amount,
      CashBackAmount: Amount,
      TipAmount: Amount,
      PaidAmount: Amount,
      MinimumAmountToDeliver: Amount,
    }),
    OriginalPOITransaction: Type.Optional(OriginalPOITransaction),
  }),
  PaymentData: Type.Optional(
    Type.Object({
      PaymentType: Type.Optional(Type.String()),
      CardAcquisitionReference: Type.Optional(Type.Unknown()),
      SplitPaymentFlag: Type.Optional(Type.Boolean()),
    }),
  ),
})
export type PaymentRequest = Static<typeof PaymentRequest>

export const ReversalRequest = Type.Object({
  OriginalPOITransaction,
  ReversalReason: Type.Optional(literals(['CustCancel', 'Malfunction', 'MerchantCancel', 'Unable2Compl'])),
  ReversedAmount: Amount,
  SaleData: Type.Optional(
    Type.Object({
      SaleTransactionID: Type.Optional(TransactionIdentification),
      SaleToAcquirerData: Type.Optional(Type.Unknown()),
    }),
  ),
})
export type ReversalRequest = Static<typeof ReversalRequest>

export const MessageReference = Type.Object({
  MessageCategory: Type.Optional(literals(CATEGORIES)),
  SaleID: Type.Optional(Name),
  ServiceID: Type.Optional(Name),
  POIID: Type.Optional(Name),
})
export type MessageReference = Static<typeof MessageReference>

export const AbortRequest = Type.Object({ AbortReason: Text, MessageReference })
export const TransactionStatusRequest = Type.Object({
  MessageReference: Type.Optional(MessageReference),
  ReceiptReprintFlag: Type.Optional(Type.Boolean()),
})
export const DiagnosisRequest = Type.Object({ HostDiagnosisFlag: Type.Optional(Type.Boolean()) })
export const EnableServiceRequest = Type.Object({
  TransactionAction: literals(['StartTransaction', 'AbortTransaction']),
  ServicesEnabled: Type.Optional(Type.Array(literals(['CardAcquisition', 'Loyalty', 'Payment']))),
})
export const ReconciliationRequest = Type.Object({
  ReconciliationType: literals([
    'AcquirerReconciliation',
    'AcquirerSynchronisation',
    'PreviousReconciliation',
    'SaleReconciliation',
  ]),
  POIReconciliationID: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
})
const OutputContent = Type.Object({
  OutputFormat: literals(['BarCode', 'MessageRef', 'Text', 'XHTML']),
  OutputText: Type.Optional(Type.Array(Type.Object({ Text: Type.Optional(Type.String({ maxLength: 1_000 })) }))),
  OutputBarcode: Type.Optional(
    Type.Object({
      BarcodeType: Type.Optional(Type.String({ maxLength: 20 })),
      BarcodeValue: Type.Optional(Type.String({ maxLength: 500 })),
    }),
  ),
  PredefinedContent: Type.Optional(Type.Object({ ReferenceID: Text })),
})
const Output = Type.Object({
  Device: Text,
  InfoQualify: Text,
  OutputContent,
  /** Seconds. */
  MinimumDisplayTime: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400 })),
})
export type Output = Static<typeof Output>
export const DisplayRequest = Type.Object({ DisplayOutput: Type.Array(Output, { minItems: 1, maxItems: 20 }) })
const InputData = Type.Object({
  Device: Text,
  InfoQualify: Text,
  InputCommand: Text,
  /** Seconds. */
  MaxInputTime: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
  MinLength: Type.Optional(Type.Integer({ minimum: 0 })),
  MaxLength: Type.Optional(Type.Integer({ minimum: 1 })),
  MaskCharactersFlag: Type.Optional(Type.Boolean()),
})
export type InputData = Static<typeof InputData>
export const InputRequest = Type.Object({ InputData, DisplayOutput: Type.Optional(Output) })

/** Reads a part of a message, or says where it is off: `At <path>: <what>`. */
export function read<S extends TSchema>(
  schema: S,
  value: unknown,
  at: string,
): { ok: true; value: Static<S> } | { ok: false; error: string } {
  const [first] = Errors(schema, value)
  if (first === undefined) return { ok: true, value: value as Static<S> }
  const path = `${at}${first.instancePath.replaceAll('/', '.')}`
  return { ok: false, error: `At ${path}: ${first.message}` }
}
