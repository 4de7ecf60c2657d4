import { paintPerson } from '../paint-person.ts'
import { randomFrom } from '../random.ts'
import { swayOf } from '../render-burst.ts'
import { frameOf } from '../render-hand.ts'
import { settingOf } from '../setting.ts'
import type { HandRequest } from '../types.ts'
import { cameraOf, expose } from './capture.ts'
import { roomOf, screenLux, tintOfRoom } from './room.ts'
import type { PresentationRequest, PresentedFrame } from './types.ts'

const DEFAULT_INTERVAL_MS = 100

/** A rendered hand, in its relief, before the terminal's screen: what a bona fide presentation of a person who does not exist looks like. */
export function renderFlashedBurst(hand: HandRequest, request: PresentationRequest): PresentedFrame[] {
  const { seed, flash, intervalMs = DEFAULT_INTERVAL_MS } = request
  const random = randomFrom('flashed', seed)
  const room = roomOf(random, request)
  const camera = cameraOf(random, seed, flash.length)
  const drawn = settingOf(hand)
  const tint = tintOfRoom(room)
  const near = screenLux(room, room.distanceM) / room.ambientLux
  const far = screenLux(room, room.backgroundM) / room.ambientLux
  const sway = swayOf(hand)
  const [lx, ly, lz] = room.lightFrom
  const direction = {
    lightAzimuthDeg: (Math.atan2(-ly, lx) * 180) / Math.PI,
    lightElevationDeg: (Math.asin(lz) * 180) / Math.PI,
  }
  return flash.map((colour, index) => {
    const screen = [0, 1, 2].map((axis) => (near * (colour?.[axis] ?? 0)) / tint[axis]) as [number, number, number]
    const scene = { ...drawn.scene, flash: 0, warmth: room.warmth, screen, ...direction }
    const setting = { ...drawn, gain: 1, scene, pose: sway(drawn.pose, index * intervalMs) }
    const frame = frameOf(setting)
    for (let at = 0; at < frame.length; at++) frame[at] *= 1 + (far * (colour?.[at % 3] ?? 0)) / tint[at % 3]
    const { truth } = paintPerson(frame, setting)
    const size = { widthPx: setting.widthPx, heightPx: setting.heightPx }
    const raster = expose(camera, frame, size, index, truth.landmarks)
    return { raster, landmarks: truth.landmarks, offsetMs: index * intervalMs }
  })
}
