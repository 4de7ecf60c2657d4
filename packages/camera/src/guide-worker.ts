import { type Guide, type Look, openGuide } from '@paume/palm/guidance'
import type { FromGuide, ToGuide } from './guide-messages.ts'
import type { Observation } from './hover-types.ts'

/** Frames wider than this are made smaller, px: sharpness is measured on the picture that would be sent. */
const LOOK_WIDTH_PX = 1280

let guide: Guide | null = null
const canvas = new OffscreenCanvas(LOOK_WIDTH_PX, 720)
const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true })!

function rasterOf(frame: ImageBitmap) {
  const widthPx = Math.min(LOOK_WIDTH_PX, frame.width)
  const heightPx = Math.max(1, Math.round((frame.height * widthPx) / frame.width))
  if (canvas.width !== widthPx || canvas.height !== heightPx) {
    canvas.width = widthPx
    canvas.height = heightPx
  }
  context.drawImage(frame, 0, 0, widthPx, heightPx)
  frame.close()
  const rgba = context.getImageData(0, 0, widthPx, heightPx).data
  const data = new Uint8Array(widthPx * heightPx * 3)
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    data[to] = rgba[from]
    data[to + 1] = rgba[from + 1]
    data[to + 2] = rgba[from + 2]
  }
  return { widthPx, heightPx, channels: 3 as const, data }
}

function observationOf(look: Look, widthPx: number, heightPx: number): Observation {
  if (!('landmarks' in look)) {
    return { outcome: look.outcome, hints: look.hints, hand: null, place: null }
  }
  const xs = look.landmarks.map(({ x }) => x / widthPx)
  const ys = look.landmarks.map(({ y }) => y / heightPx)
  const left = Math.min(...xs)
  const top = Math.min(...ys)
  return {
    outcome: look.outcome,
    hints: look.hints,
    hand: look.hand,
    place: {
      box: { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top },
      landmarks: xs.map((x, index) => ({ x, y: ys[index] })),
    },
  }
}

async function answer(message: ToGuide): Promise<FromGuide | null> {
  switch (message.say) {
    case 'open':
      guide = await openGuide(message.files)
      return { say: 'opened' }
    case 'look': {
      const raster = rasterOf(message.frame)
      if (!guide) throw new Error('looked before it was opened')
      return { say: 'seen', seen: observationOf(await guide.look(raster), raster.widthPx, raster.heightPx) }
    }
    case 'reset':
      guide?.reset()
      return null
  }
}

/** The whole chain of causes on one line: what stopped the networks is told once, in the page's log. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? String(error) : `${error} ← ${reasonOf(error.cause)}`
}

self.onmessage = async ({ data }: MessageEvent<ToGuide>) => {
  try {
    const reply = await answer(data)
    if (reply) self.postMessage(reply)
  } catch (error) {
    const at = data.say === 'open' ? 'open' : 'look'
    self.postMessage({ say: 'failed', at, reason: reasonOf(error) } satisfies FromGuide)
  }
}
