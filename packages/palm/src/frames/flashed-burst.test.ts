import { SCREEN_COLOURS, type ScreenColour } from '@paume/contract'
import { renderFlashedBurst } from '@paume/synthetic-hands'
import { encodeJpeg } from '@paume/synthetic-hands/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRecogniser, type Recogniser } from '../recogniser.ts'

const DRAWN: readonly ScreenColour[] = ['warm', 'green', 'blue', 'white']
/** What an attacker recorded under another sequence. */
const OTHER: readonly ScreenColour[] = ['blue', 'white', 'warm', 'green']

type Light = [number, number, number]
const linear = (level: number) => {
  const value = level / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

/** A rendered hand lit by these colours, whose frames say they were taken under the drawn ones. */
const litBy = (colours: readonly ScreenColour[]) => {
  const flash = colours.map((colour) => SCREEN_COLOURS[colour].map(linear) as Light)
  const frames = renderFlashedBurst(
    { person: 3, view: 1, hand: 'R', difficulty: 0.15 },
    { seed: 3, flash, ambientLux: 300 },
  )
  return Promise.all(
    frames.map(async ({ raster, offsetMs }, i) => ({
      bytes: await encodeJpeg(raster, 90),
      offsetMs,
      screenColour: DRAWN[i],
    })),
  )
}

describe('a burst under the flash, through the whole recogniser', () => {
  let recogniser: Recogniser
  beforeAll(async () => {
    recogniser = await openRecogniser({ workers: 1 })
  }, 60_000)
  afterAll(() => recogniser.close())

  it('passes where the hand took on the drawn colours', async () => {
    const analysis = await recogniser.analyse(await litBy(DRAWN), { expectedHand: 'R', flash: DRAWN })
    expect(analysis).toMatchObject({ outcome: 'good', flash: 'followed' })
  }, 60_000)

  it('is refused where it took on others, though its labels are right', async () => {
    const analysis = await recogniser.analyse(await litBy(OTHER), { expectedHand: 'R', flash: DRAWN })
    expect(analysis.outcome).toBe('refused')
    // Whether it reads as no answer or as a wrong one depends on how much of the sequence fits by chance.
    expect(analysis.flash).not.toBe('followed')
    expect(analysis.guidance[0]).toMatchObject({ code: 'liveness_failed' })
    expect(['flash', 'flash order']).toContain(analysis.guidance[0].measure)
  }, 60_000)

  it('is refused where its labels are not those drawn, whatever the pictures show', async () => {
    const reordered = (await litBy(DRAWN)).map((frame, i) => ({ ...frame, screenColour: OTHER[i] }))
    const analysis = await recogniser.analyse(reordered, { expectedHand: 'R', flash: DRAWN })
    expect(analysis).toMatchObject({ outcome: 'refused', flash: 'contradicted' })
    expect(analysis.guidance[0]).toMatchObject({ code: 'liveness_failed', measure: 'flash sequence' })
  }, 60_000)
})
