import type { Flash } from '@paume/camera'
import { SCREEN_COLOURS, type ScreenColour } from '@paume/contract'

/** From the picture that the browser has handed on to the light of the panel: a liquid crystal takes 5 to 20 ms to turn. */
const PANEL_MS = 20
/** A screen refreshes 60 times a second; what is measured is believed between these, ms. */
const REFRESH_MS = { shortest: 4, longest: 50 }
/**
 * With less motion asked for, a colour comes in over this long instead of at once: five steps on a usual screen. Longer would take the
 * hover over a second. Colours are equally bright in any case.
 */
const FADE_MS = 80
/** Giving the screen back costs nobody time. */
const LEAVE_MS = 220
/** A page that is not shown gets no pictures painted; then nothing lights the hand. */
const PAINTED_WITHIN_MS = 1_000

/** The screen could not be lit: the page is hidden, or its lamp is not there. */
export class ScreenDark extends Error {
  override readonly name = 'ScreenDark'
}

const css = (colour: ScreenColour) => `rgb(${SCREEN_COLOURS[colour].join(' ')})`
const nextPaint = () => new Promise<number>((resolve) => requestAnimationFrame(resolve))

/** Waits until what was set is on its way to the panel, and answers from when on it is seen. Throws ScreenDark. */
async function painted(): Promise<number> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ScreenDark('the screen is not painted')), PAINTED_WITHIN_MS)
  })
  const twice = async () => {
    const before = await nextPaint()
    // The second callback comes when the first picture has been handed on.
    const after = await nextPaint()
    const refreshMs = Math.min(REFRESH_MS.longest, Math.max(REFRESH_MS.shortest, after - before))
    return performance.now() + refreshMs + PANEL_MS
  }
  try {
    return await Promise.race([twice(), late])
  } finally {
    clearTimeout(timer)
  }
}

/** The element that covers the page and lights the hand; hidden between captures. */
export class ScreenLamp {
  private readonly place: HTMLElement
  constructor(place: HTMLElement) {
    this.place = place
  }

  /** A lamp for one capture, showing these colours. */
  flash(colours: readonly ScreenColour[]): Flash {
    return { colours, show: (colour) => this.show(colour), hide: () => this.hide() }
  }

  private async show(colour: ScreenColour): Promise<number> {
    const { place } = this
    if (!place.isConnected || document.hidden) throw new ScreenDark('the lamp is not on a page that is shown')
    for (const animation of place.getAnimations()) animation.cancel()
    const before = place.hidden ? null : place.style.backgroundColor
    place.hidden = false
    place.style.backgroundColor = css(colour)
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches) return painted()
    const from = before === null ? { opacity: 0 } : { backgroundColor: before, opacity: 1 }
    place.animate([from, { backgroundColor: css(colour), opacity: 1 }], FADE_MS)
    return (await painted()) + FADE_MS
  }

  private hide(): void {
    const { place } = this
    const leaving = place.animate([{ opacity: 1 }, { opacity: 0 }], { duration: LEAVE_MS, easing: 'ease-out' })
    leaving.onfinish = () => {
      place.hidden = true
    }
  }
}
