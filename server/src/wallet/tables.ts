/** The tables that `wallet` owns. */
// biome-ignore lint/complexity/noBannedTypes: filled by the subject
export type WalletTables = {}
