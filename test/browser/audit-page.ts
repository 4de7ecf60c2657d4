import type { Page } from 'playwright-core'

/** WCAG 2.2 AA, 1.4.3: text, and large text (24 px, or 18.66 px and bold). */
const CONTRAST = 4.5
const CONTRAST_LARGE = 3
/** Finger-sized; WCAG 2.2 AA asks for 24 CSS pixels. */
const TARGET_PX = 40

/**
 * Looks at the page as it stands and names what keeps somebody out: no or two headings of the first level, a wrong language, controls
 * without a name or too small for a finger, text too close to its ground, something that scrolls sideways. Empty when all is well.
 */
export async function auditPage(page: Page, language: string): Promise<string[]> {
  const limits = { language, CONTRAST, CONTRAST_LARGE, TARGET_PX }
  return page.evaluate((asked) => {
    const found: string[] = []
    const shown = (element: Element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    const name = (element: Element) =>
      `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> "${(element.textContent ?? '').trim().slice(0, 40)}"`

    if (document.documentElement.lang !== asked.language) found.push(`language is ${document.documentElement.lang}`)
    if (document.title.trim() === '') found.push('no title')
    const headings = document.querySelectorAll('h1').length
    if (headings !== 1) found.push(`${headings} headings of the first level`)
    if (document.querySelectorAll('main').length !== 1) found.push('not one main part')
    const sideways = document.documentElement.scrollWidth - window.innerWidth
    if (sideways > 0) found.push(`scrolls sideways by ${sideways} px`)

    for (const control of document.querySelectorAll<HTMLElement>('button, a[href], input, select')) {
      if (!shown(control)) continue
      const labels = control instanceof HTMLInputElement ? [...(control.labels ?? [])] : []
      const called = [control.ariaLabel, control.textContent, ...labels.map((label) => label.textContent)]
      if (!called.some((words) => (words ?? '').trim() !== '')) found.push(`no name: ${name(control)}`)
      const inSentence = control.tagName === 'A' && !control.classList.contains('button')
      // A box to tick is as large as its label.
      const { width, height } = (labels[0] ?? control).getBoundingClientRect()
      if (!inSentence && Math.min(width, height) < asked.TARGET_PX) {
        found.push(`too small (${Math.round(width)} × ${Math.round(height)} px): ${name(control)}`)
      }
    }
    for (const picture of document.querySelectorAll('img')) {
      if (!picture.hasAttribute('alt')) found.push('a picture without words')
    }

    const brush = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
    const rgba = (colour: string): [number, number, number, number] => {
      brush.clearRect(0, 0, 1, 1)
      brush.fillStyle = colour
      brush.fillRect(0, 0, 1, 1)
      const [r = 0, g = 0, b = 0, a = 0] = brush.getImageData(0, 0, 1, 1).data
      return [r, g, b, a / 255]
    }
    const luminance = (colour: number[]) => {
      const [r = 0, g = 0, b = 0] = colour.map((value) => {
        const share = value / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    /** The colour under an element; null where a picture lies there, or the colour is not plain. */
    const ground = (element: Element): number[] | null => {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const { backgroundImage, backgroundColor, position } = getComputedStyle(at)
        if (backgroundImage !== 'none' || (at.classList.contains('end-approved') && position === 'relative'))
          return null
        const [r, g, b, a] = rgba(backgroundColor)
        if (a === 1) return [r, g, b]
        if (a > 0) return null
      }
      return [255, 255, 255]
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement
      const words = (texts.currentNode.textContent ?? '').trim()
      if (!element || words === '' || !shown(element)) continue
      if (element.closest(':disabled, [aria-hidden="true"], .camera, svg, .unseen, noscript')) continue
      const under = ground(element)
      if (!under) continue
      const { color, fontSize, fontWeight } = getComputedStyle(element)
      const [bright, dark] = [luminance(rgba(color).slice(0, 3)), luminance(under)].sort((a, b) => b - a) as [
        number,
        number,
      ]
      const contrast = (bright + 0.05) / (dark + 0.05)
      const px = Number.parseFloat(fontSize)
      const large = px >= 24 || (px >= 18.66 && Number(fontWeight) >= 700)
      if (contrast < (large ? asked.CONTRAST_LARGE : asked.CONTRAST)) {
        found.push(`contrast ${contrast.toFixed(2)}: "${words.slice(0, 40)}"`)
      }
    }
    return found
  }, limits)
}
