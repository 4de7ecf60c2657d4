import { analyseFrame, openFrameExperts } from '@paume/palm'
import { recorder } from '@paume/palm/explaining'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeJpeg } from './node/encode-jpeg.ts'
import { renderHand } from './render-hand.ts'
import { renderScene } from './render-scene.ts'
import type { Hand, Raster, SceneKind } from './types.ts'

/** 12 views: both palms of six people, well held and well lit. */
const PEOPLE = [21, 22, 23, 24, 25, 26]
const EASY = 0.1

describe('the networks that find hands', () => {
  let experts: Awaited<ReturnType<typeof openFrameExperts>>
  beforeAll(async () => {
    experts = await openFrameExperts()
  })
  afterAll(() => {
    experts.networks.palmDetector.close()
    experts.networks.handLandmarks.close()
  })
  const see = async (raster: Raster) => {
    const options = { expectedHand: null, previous: null, search: 'thorough' } as const
    return analyseFrame(experts, await encodeJpeg(raster, 92), options, recorder())
  }

  it.each(['L', 'R'] as Hand[])('find every easy %s palm and know the hand', async (hand) => {
    const seen: unknown[] = []
    for (const person of PEOPLE) {
      const analysis = await see(renderHand({ person, view: person, hand, difficulty: EASY }).raster)
      seen.push(analysis.hand && { hand: analysis.hand.hand, side: analysis.hand.side })
    }
    expect(seen).toEqual(PEOPLE.map(() => ({ hand, side: 'palm' })))
  })

  it.each([
    ['empty', 'no_hand'],
    ['two-hands', 'two_hands'],
    ['fist', 'not_open'],
    ['printed-sheet', 'liveness_failed'],
  ] as [SceneKind, string][])('answer %s with %s', async (kind, code) => {
    const analysis = await see(renderScene(kind, { person: 26, view: 2, difficulty: EASY }).raster)
    expect(analysis.outcome === 'refused' && analysis.guidance.map((guidance) => guidance.code)).toContain(code)
  })
})
