/** The tables that `payments` owns. */
// biome-ignore lint/complexity/noBannedTypes: filled by the subject
export type PaymentTables = {}
