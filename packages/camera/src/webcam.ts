import { exposureClock, type PictureTime } from './exposure-clock.ts'
import {
  type CameraFault,
  type FrameSource,
  type SourceDescription,
  type SourceStart,
  SourceStopped,
} from './frame-source.ts'

export type WebcamOptions = {
  /** A camera chosen from `listCameras`; without it a camera that looks away from the screen is preferred. */
  deviceId?: string
}
export type CameraChoice = { deviceId: string; label: string }

/** Width and height asked for; a camera that has only others is taken as it is. */
const IDEAL = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } as const

const FAULTS: Record<string, CameraFault> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
}
export const faultOf = (error: unknown): CameraFault =>
  FAULTS[error instanceof Error || error instanceof DOMException ? error.name : ''] ?? 'failed'

/** The cameras of this device. Before the person has allowed one, browsers hide the names. */
export async function listCameras(): Promise<CameraChoice[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? []
  return devices.filter(({ kind }) => kind === 'videoinput').map(({ deviceId, label }) => ({ deviceId, label }))
}

/** A camera slower than this is taken as it is, ms. */
const NEXT_PICTURE_MS = 500
/** A picture exposed under a new light comes within this, even from a slow camera that holds three back. */
const LIT_WITHIN_MS = 1_500

/** Resolves with the next picture the camera delivers: in dim light some give only five a second, and a burst must not hold one twice. */
const nextPicture = (video: HTMLVideoElement): Promise<PictureTime | null> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), NEXT_PICTURE_MS)
    video.requestVideoFrameCallback((nowMs, { captureTime, presentedFrames }) => {
      clearTimeout(timer)
      resolve({ nowMs, captureTime, presentedFrames })
    })
  })

async function openStream(deviceId: string | undefined): Promise<MediaStream> {
  const choice = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: { ideal: 'environment' } }
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { ...IDEAL, ...choice } })
}

function videoElement(): HTMLVideoElement {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.disablePictureInPicture = true
  return video
}

/** A real camera. */
export function webcam({ deviceId }: WebcamOptions = {}): FrameSource {
  const video = videoElement()
  const lost = new Set<() => void>()
  let stream: MediaStream | null = null
  let source: SourceDescription | null = null
  /** Which call of `start` is the latest: a stream that arrives after `stop` is given back at once. */
  let turn = 0
  const exposure = exposureClock()

  function release(): void {
    for (const track of stream?.getTracks() ?? []) {
      track.onended = null
      track.stop()
    }
    stream = null
    source = null
    video.srcObject = null
  }
  function ended(): void {
    release()
    for (const listener of [...lost]) listener()
  }

  async function begin(mine: number): Promise<SourceStart> {
    const opened = await openStream(deviceId)
    if (mine !== turn) {
      for (const track of opened.getTracks()) track.stop()
      return { outcome: 'failed', fault: 'failed', detail: 'stopped while starting' }
    }
    stream = opened
    const [track] = opened.getVideoTracks()
    track.onended = ended
    video.srcObject = opened
    await video.play()
    source = { kind: 'webcam', label: track.label, widthPx: video.videoWidth, heightPx: video.videoHeight }
    return { outcome: 'started', source }
  }

  return {
    async start() {
      if (source) return { outcome: 'started', source }
      turn += 1
      const mine = turn
      if (!globalThis.isSecureContext) return { outcome: 'failed', fault: 'insecure', detail: 'not https or localhost' }
      if (!navigator.mediaDevices) return { outcome: 'failed', fault: 'missing', detail: 'no media devices' }
      try {
        return await begin(mine)
      } catch (error) {
        if (mine === turn) release()
        return { outcome: 'failed', fault: faultOf(error), detail: String(error) }
      }
    },
    async grab(litFromMs = Number.NEGATIVE_INFINITY) {
      if (!source) throw new SourceStopped('the camera does not run')
      const giveUpMs = performance.now() + LIT_WITHIN_MS
      for (;;) {
        const time = await nextPicture(video)
        if (!source) throw new SourceStopped('the camera was stopped')
        // A camera that tells no time at all is taken as it is, late; then the server shall judge.
        if (performance.now() >= giveUpMs || (time && exposure.beganMs(time) >= litFromMs)) break
      }
      try {
        return await createImageBitmap(video)
      } catch (cause) {
        throw new SourceStopped('the camera gave no picture', { cause })
      }
    },
    view: () => video,
    describe: () => source,
    onLost(listener) {
      lost.add(listener)
      return () => lost.delete(listener)
    },
    stop() {
      turn += 1
      release()
    },
  }
}
