/** What devices need of other subjects. */

/** Hovers of a device in some time. `refused`: for a reason that is the hand's or the camera's. */
export type HoversOf = { hovers: number; refused: number }

export type FleetPorts = {
  /**
   * Ends what a terminal is about to take money for. `busy`: the card is being charged this moment, which nobody may end; the caller
   * tries again.
   */
  endPayments(terminalId: string): Promise<'ended' | 'busy'>
  /** Lanes by identifier, with the shop they are of; unknown ones are missing. */
  lanesOf(laneIds: readonly string[]): Promise<Map<string, { name: string; shopId: string }>>
  /** Brands of shops; shops without one are missing. */
  brandsOf(shopIds: readonly string[]): Promise<Map<string, string>>
  /** The organisation of a brand; null: there is no such brand. */
  organisationOfBrand(brandId: string): Promise<string | null>
  /** Hovers since then of these devices; who had none is missing. */
  hoversSince(deviceIds: readonly string[], since: Date): Promise<Map<string, HoversOf>>
  /** Tells the console that something it shows has changed. */
  announce(news: { kind: 'device'; organisationId: string; shopId: string | null; id: string | null }): void
}
