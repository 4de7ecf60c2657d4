import { describe, expect, it } from 'vitest'
import { lineCoder } from './6-embedding/line-coder.ts'
import { lineTexture } from './6-embedding/line-texture.test-data.ts'
import { pooledVector, pooledVectorOf } from './6-embedding/pooled-vector.ts'
import { protectProbe, protectTemplate } from './7-protection/protect.ts'
import { rotationOf } from './7-protection/rotation.ts'
import type { ProtectedTemplate } from './7-protection/template.ts'
import type { ProtectedSample } from './enrol.ts'
import { renewTemplates, TEMPLATES_TO_TAKE_OVER } from './renew.ts'

const EARLIER = `${pooledVector.name}+${lineCoder.name}`
const NEWEST = `next-1+${lineCoder.name}`
const rotation = rotationOf(new Uint8Array(32).fill(3), 1)

/** One frame of the palm `seed`, as the newest model and the one before see it. */
function frame(seed: number, rightPx: number): ProtectedSample {
  const region = lineTexture(seed, { rightPx })
  const sample = {
    embedding: pooledVectorOf(region),
    code: lineCoder.code(region),
    field: lineCoder.field(region),
  }
  return {
    template: protectTemplate(sample, rotation, NEWEST),
    probe: protectProbe(sample, rotation, NEWEST),
    earlier: [protectProbe(sample, rotation, EARLIER)],
  }
}
const hover = (seed: number, frames: number) => Array.from({ length: frames }, (_, i) => frame(seed, i))
const enrolledWithEarlier = (seed: number) =>
  [0, 2, 4].map((rightPx): ProtectedTemplate => ({ ...frame(seed, rightPx).template, modelVersion: EARLIER }))
const versionsOf = (templates: readonly ProtectedTemplate[] | null) =>
  templates?.map(({ modelVersion }) => modelVersion)

describe('renewing a palm for a newer model', () => {
  it('takes over at once when a hover brings enough frames', () => {
    const kept = renewTemplates(enrolledWithEarlier(1), hover(1, TEMPLATES_TO_TAKE_OVER))
    expect(versionsOf(kept)).toEqual(Array(TEMPLATES_TO_TAKE_OVER).fill(NEWEST))
  })

  it('gathers over hovers, and lets go of the earlier model only then', () => {
    const held = enrolledWithEarlier(1)
    const [first, second] = [hover(1, 1), hover(1, 2)]
    const gathering = renewTemplates(held, first)
    expect(versionsOf(gathering)).toEqual([EARLIER, EARLIER, EARLIER, NEWEST])
    const taken = renewTemplates(gathering!, second)
    expect(taken).toEqual([...first, ...second].map(({ template }) => template))
  })

  it('leaves a palm alone that is of the newest model already', () => {
    expect(
      renewTemplates(
        hover(1, 3).map(({ template }) => template),
        hover(1, 3),
      ),
    ).toBeNull()
    expect(renewTemplates(enrolledWithEarlier(1), [])).toBeNull()
  })

  it('keeps no frame that does not fit what is enrolled', () => {
    expect(renewTemplates(enrolledWithEarlier(1), hover(2, 3))).toBeNull()
    const mixed = renewTemplates(enrolledWithEarlier(1), [...hover(2, 2), ...hover(1, 1)])
    expect(versionsOf(mixed)).toEqual([EARLIER, EARLIER, EARLIER, NEWEST])
  })

  it('keeps nothing of frames that the earlier model did not look at', () => {
    const blind = hover(1, 3).map((sample) => ({ ...sample, earlier: [] }))
    expect(renewTemplates(enrolledWithEarlier(1), blind)).toBeNull()
  })
})
