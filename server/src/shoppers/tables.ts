/** The tables that `shoppers` owns. */

export type ShopperTables = {}
