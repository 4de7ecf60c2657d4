import { randomFrom } from './random.ts'
import { swayOf } from './render-burst.ts'
import { settingOf } from './setting.ts'
import type { ApproachMoment, ApproachRequest, Pose } from './types.ts'

const DURATIONS = { awayMs: 600, comingMs: 900, holdingMs: 2500, leavingMs: 600 } as const
const DEFAULT_INTERVAL_MS = 100
/** Share of an interval during which the shutter is open. */
const SHUTTER_SHARE = 0.12
const MAX_SMEAR_PX = 12

/** A hand that comes to the terminal, holds still and leaves: moments for `renderMoment`, in order of time. */
export function approachSequence(request: ApproachRequest): ApproachMoment[] {
  const { awayMs, comingMs, holdingMs, leavingMs } = { ...DURATIONS, ...definedOf(request) }
  const intervalMs = request.intervalMs ?? DEFAULT_INTERVAL_MS
  if (!(intervalMs >= 10)) throw new RangeError('moments stand at least 10 ms apart')
  const setting = settingOf(request)
  const sway = swayOf(request)
  const start = outsideOf(setting.pose, request)
  const moments: ApproachMoment[] = []
  const totalMs = awayMs + comingMs + holdingMs + leavingMs
  let before: Pose | null = null
  for (let atMs = 0; atMs < totalMs; atMs += intervalMs) {
    const phase = phaseAt(atMs, awayMs, comingMs, holdingMs)
    const sinceMs = atMs - awayMs
    let pose: Pose | null = null
    if (phase === 'coming') pose = between(start, setting.pose, ease(sinceMs / comingMs))
    if (phase === 'holding') pose = setting.pose
    if (phase === 'leaving')
      pose = between(setting.pose, start, ease((sinceMs - comingMs - holdingMs) / leavingMs) ** 2)
    if (pose) pose = sway(pose, atMs)
    moments.push({ atMs, phase, pose, ...smearBetween(before, pose, setting.widthPx, setting.heightPx) })
    before = pose
  }
  return moments
}

function definedOf(request: ApproachRequest): Partial<typeof DURATIONS> {
  const names = Object.keys(DURATIONS) as (keyof typeof DURATIONS)[]
  return Object.fromEntries(names.filter((name) => request[name] !== undefined).map((name) => [name, request[name]]))
}

function phaseAt(atMs: number, awayMs: number, comingMs: number, holdingMs: number): ApproachMoment['phase'] {
  if (atMs < awayMs) return 'away'
  if (atMs < awayMs + comingMs) return 'coming'
  return atMs < awayMs + comingMs + holdingMs ? 'holding' : 'leaving'
}

/** Where the hand comes from: below the picture, nearer the body, smaller or larger, turned a little. */
function outsideOf(pose: Pose, request: ApproachRequest): Pose {
  const random = randomFrom('approach', request.person, request.hand, request.view)
  return {
    ...pose,
    centreX: pose.centreX + random.between(-0.18, 0.18),
    centreY: pose.centreY + 1.05 * pose.handLengthShare + 0.1,
    handLengthShare: pose.handLengthShare * random.between(0.82, 1.12),
    rollDeg: pose.rollDeg + random.between(-22, 22),
    pitchDeg: pose.pitchDeg + random.between(5, 22),
  }
}

const ease = (share: number): number => {
  const t = Math.min(1, Math.max(0, share))
  return t * t * (3 - 2 * t)
}

function between(from: Pose, to: Pose, share: number): Pose {
  const mixed = { ...to }
  for (const key of Object.keys(mixed) as (keyof Pose)[]) mixed[key] = from[key] + (to[key] - from[key]) * share
  return mixed
}

function smearBetween(
  before: Pose | null,
  now: Pose | null,
  widthPx: number,
  heightPx: number,
): Pick<ApproachMoment, 'motionBlurPx' | 'motionDirectionDeg'> {
  if (!before || !now) return { motionBlurPx: 0, motionDirectionDeg: 0 }
  const [dx, dy] = [(now.centreX - before.centreX) * widthPx, (now.centreY - before.centreY) * heightPx]
  return {
    motionBlurPx: Math.min(MAX_SMEAR_PX, Math.hypot(dx, dy) * SHUTTER_SHARE),
    motionDirectionDeg: (Math.atan2(dy, dx) * 180) / Math.PI,
  }
}
