import type { HandSide } from '@paume/contract'
import { type FrameSource, type SourceDescription, SourceStopped } from './frame-source.ts'
import type { DrawnFrame, DrawRequest, LightRequest } from './synthetic-messages.ts'

const WIDTH_PX = 1280
const HEIGHT_PX = 720
/** A picture stays this long before the next one of the sequence, ms. */
const FRAME_MS = 70

export type SyntheticPerson = {
  /** Which person who does not exist: the same number is the same person. 32-bit integer. */
  person: number
  /** Shown when either hand will do; a capture that asks for a hand gets that one. */
  hand: HandSide
}

/** A drawn hand before a drawn camera, for sandbox systems without a real one. */
export type SyntheticCamera = FrameSource & {
  /** Another person or hand, from the next presentation on. */
  choose(person: SyntheticPerson): void
  chosen(): SyntheticPerson
}

/** Forth and back over the held pictures: 0 1 2 3 2 1 0 …, so that nothing jumps. */
const swing = (step: number, count: number): number => {
  if (count <= 1) return 0
  const round = step % (2 * (count - 1))
  return round < count ? round : 2 * (count - 1) - round
}

export function syntheticCamera(first: SyntheticPerson): SyntheticCamera {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH_PX
  canvas.height = HEIGHT_PX
  const context = canvas.getContext('2d', { alpha: false })!
  const source: SourceDescription = { kind: 'synthetic', label: '', widthPx: WIDTH_PX, heightPx: HEIGHT_PX }
  const lost = new Set<() => void>()
  let person = first
  let worker: Worker | null = null
  let timer: ReturnType<typeof setInterval> | undefined
  let presentation = 0
  let firstPicture: (() => void) | null = null
  /** Who waits for a picture that was not grabbed before. */
  const waiting: (() => void)[] = []
  /** Pictures on their way in, and the held ones to swing over. */
  let coming: ImageBitmap[] = []
  let held: ImageBitmap[] = []
  let step = 0
  /** Counts the colours asked for; 0 while the screen lights nothing. */
  let light = 0
  let lights = 0
  let lit: ImageBitmap | null = null

  function drop(): void {
    for (const picture of [...coming, ...held]) picture.close()
    lit?.close()
    lit = null
    light = 0
    coming = []
    held = []
    step = 0
  }
  function tick(): void {
    // While the screen lights the hand, nothing is shown that was drawn under another light.
    const arriving = light > 0 ? lit : coming.shift()
    if (arriving) {
      context.drawImage(arriving, 0, 0)
      arriving.close()
      lit = null
      firstPicture?.()
    } else if (light > 0) {
      return
    } else if (held.length > 0) {
      context.drawImage(held[swing(step, held.length)]!, 0, 0)
      step += 1
    } else return
    for (const resolve of waiting.splice(0)) resolve()
  }
  function receive({ data }: MessageEvent<DrawnFrame>): void {
    if (data.presentation !== presentation) data.picture.close()
    else if (data.phase === 'lit') {
      lit?.close()
      lit = null
      if (data.light === light) lit = data.picture
      else data.picture.close()
    } else if (data.phase === 'holding') held.push(data.picture)
    else coming.push(data.picture)
  }
  function present(hand: HandSide): void {
    if (!worker) return
    drop()
    presentation += 1
    const view = crypto.getRandomValues(new Uint32Array(1))[0]! >>> 1
    const { person: number } = person
    const size = { widthPx: WIDTH_PX, heightPx: HEIGHT_PX }
    worker.postMessage({ kind: 'present', presentation, person: number, hand, view, ...size } satisfies DrawRequest)
  }
  function stop(): void {
    clearInterval(timer)
    worker?.terminate()
    worker = null
    drop()
    for (const resolve of waiting.splice(0)) resolve()
    context.clearRect(0, 0, WIDTH_PX, HEIGHT_PX)
  }

  return {
    start() {
      if (worker) return Promise.resolve({ outcome: 'started', source })
      return new Promise((resolve) => {
        worker = new Worker(new URL('./synthetic-worker.ts', import.meta.url), { name: 'paume-synthetic-hand' })
        worker.onmessage = receive
        worker.onerror = (event) => {
          stop()
          resolve({ outcome: 'failed', fault: 'failed', detail: event.message || 'the worker did not load' })
          for (const listener of [...lost]) listener()
        }
        firstPicture = () => {
          firstPicture = null
          resolve({ outcome: 'started', source })
        }
        timer = setInterval(tick, FRAME_MS)
        present(person.hand)
      })
    },
    async grab() {
      if (worker) await new Promise<void>((resolve) => waiting.push(resolve))
      if (!worker) throw new SourceStopped('the synthetic camera does not run')
      return createImageBitmap(canvas)
    },
    view: () => canvas,
    prepare: (hand) => present(hand ?? person.hand),
    light(colour) {
      lit?.close()
      lit = null
      light = colour === null ? 0 : ++lights
      if (colour === null) return
      worker?.postMessage({ kind: 'light', presentation, light, colour } satisfies LightRequest)
    },
    describe: () => (worker ? source : null),
    onLost(listener) {
      lost.add(listener)
      return () => lost.delete(listener)
    },
    stop,
    choose(next) {
      person = next
    },
    chosen: () => person,
  }
}
