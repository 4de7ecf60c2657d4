import type { FrameSource, SourceStart } from './frame-source.ts'
import { listCameras, webcam } from './webcam.ts'

export type NearInfraredOptions = {
  /** The sensor, as `listCameras` names it; without it the first camera whose name says infrared. */
  deviceId?: string
  /** What opens a camera, and what lists them. For tests. */
  open?: (deviceId: string) => FrameSource
  list?: typeof listCameras
  /** How long `start` waits for the sensor, ms. For tests. */
  waitMs?: number
}

/**
 * How long a start waits for the sensor, ms. A question for permission that nobody answers must not keep the camera from working; a
 * sensor that comes later joins in.
 */
const SENSOR_START_MS = 1_500

/** As systems name such sensors: "Integrated IR Camera", "NIR sensor", "Infrared". */
const NAMES = /\b(n?ir|(near[ -]?)?infrared)\b/i

/**
 * A camera with a near-infrared sensor beside it, for devices that are configured to have one. The sensor is optional to the last: when
 * it is missing, does not start or goes away, the camera works on without it. Every frame's near-infrared picture is the one that the
 * sensor showed when the frame was grabbed, so at most one picture of the sensor older (33 ms at 30 a second).
 */
export function withNearInfrared(
  camera: FrameSource,
  {
    deviceId,
    open = (id) => webcam({ deviceId: id }),
    list = listCameras,
    waitMs = SENSOR_START_MS,
  }: NearInfraredOptions = {},
): FrameSource {
  let sensor: FrameSource | null = null
  /** Which call of `start` is the latest: a sensor that opens after `stop` is closed at once. */
  let turn = 0

  async function startSensor(mine: number): Promise<void> {
    // Browsers tell the names of cameras once one was allowed: the other is open by now.
    const id = deviceId ?? (await list()).find(({ label }) => NAMES.test(label))?.deviceId
    if (id === undefined) return
    const found = open(id)
    const started = await found.start()
    if (started.outcome === 'failed') return
    if (mine !== turn) return found.stop()
    sensor = found
    found.onLost(() => {
      if (sensor === found) sensor = null
    })
  }

  return {
    ...camera,
    async start(): Promise<SourceStart> {
      const started = await camera.start()
      if (started.outcome === 'failed' || sensor !== null) return started
      turn += 1
      await Promise.race([startSensor(turn).catch(() => {}), new Promise((resolve) => setTimeout(resolve, waitMs))])
      return started
    },
    async grabNir() {
      const view = sensor?.view()
      if (view === undefined) return null
      return createImageBitmap(view).catch(() => null)
    },
    stop() {
      turn += 1
      sensor?.stop()
      sensor = null
      camera.stop()
    },
  }
}
