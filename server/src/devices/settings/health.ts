import type { RolloutStop } from '@paume/contract'

/** Hovers of a group of devices since a stage began. */
export type Tally = { hovers: number; refused: number }
export type StageHealth = {
  /** Devices that took the new settings, that went silent after it, that could not use them. */
  took: number
  tookSilent: number
  refused: number
  /** Devices that were online when the stage began and were left as they are; those of them that are silent now. */
  others: number
  othersSilent: number
  tookHovers: Tally
  /** Of the devices left as they are; where all took it, of the same devices before. */
  otherHovers: Tally
}

/** So much more of those with the new settings than of the others may be silent: networks of shops go down, too. */
const MORE_SILENT = 0.15
/** One silent device tells nothing where there are more than so few. */
const FEW = 4
/** Refused hovers are compared from so many on. */
const FEWEST_HOVERS = 30
/** One-sided, 1 in 1,000: a roll-out is looked at every minute for hours. */
const Z_LIMIT = 3.09
/** And only where it matters: so much more of the hovers is refused. */
const MORE_REFUSED = 0.05

/** Why a roll-out has to stop; null: it may go on. */
export function reasonToStop(health: StageHealth): RolloutStop | null {
  const { took, tookSilent, refused, others, othersSilent } = health
  if (refused > 0 && refused >= (took + refused <= FEW ? 1 : 2)) return 'refused'
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
  const enough = took <= FEW ? 1 : 2
  if (tookSilent >= enough && share(tookSilent, took) - share(othersSilent, others) > MORE_SILENT) return 'silent'
  return failsMore(health.tookHovers, health.otherHovers) ? 'failing' : null
}

/** Two shares compared as proportions of one population (pooled z). */
function failsMore(now: Tally, before: Tally): boolean {
  if (now.hovers < FEWEST_HOVERS || before.hovers < FEWEST_HOVERS) return false
  const [shareNow, shareBefore] = [now.refused / now.hovers, before.refused / before.hovers]
  if (shareNow - shareBefore < MORE_REFUSED) return false
  const pooled = (now.refused + before.refused) / (now.hovers + before.hovers)
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / now.hovers + 1 / before.hovers))
  return spread > 0 && (shareNow - shareBefore) / spread > Z_LIMIT
}

/** Of the devices that are due and online, so many must have taken it before the next stage. */
const TAKEN_BEFORE_NEXT = 0.8

/** Whether the next stage may begin, the time of this one being over. */
export const isTaken = (dueOnline: number, tookOfThem: number): boolean =>
  dueOnline > 0 && tookOfThem / dueOnline >= TAKEN_BEFORE_NEXT
