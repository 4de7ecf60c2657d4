/** The tables that `identity` owns. */

export type IdentityTables = {}
