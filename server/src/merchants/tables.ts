/** The tables that `merchants` owns. */

export type MerchantTables = {}
