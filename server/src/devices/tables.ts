/** The tables that `devices` owns. */

export type DeviceTables = {}
