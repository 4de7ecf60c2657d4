import { describe, expect, it } from 'vitest'
import { facingOf } from './facing.ts'
import { foldedFingers } from './openness.ts'

/** A right palm with the fingers up: seen from the front its index finger is on the right. */
const rightPalm = Array.from({ length: 21 }, () => ({ x: 0, y: 0 }))
rightPalm[0] = { x: 0, y: 100 }
rightPalm[5] = { x: 40, y: 0 }
rightPalm[17] = { x: -40, y: 0 }
const leftPalm = rightPalm.map(({ x, y }) => ({ x: -x, y }))

describe('facingOf', () => {
  it('tells hands by outline when the network agrees', () => {
    expect(facingOf(rightPalm, 0.95)).toEqual({ hand: 'R', side: 'palm' })
    expect(facingOf(leftPalm, 0.05)).toEqual({ hand: 'L', side: 'palm' })
  })

  it('sees the back of the other hand when the network is sure of it', () => {
    expect(facingOf(rightPalm, 0.05)).toEqual({ hand: 'L', side: 'back' })
    expect(facingOf(leftPalm, 0.97)).toEqual({ hand: 'R', side: 'back' })
  })

  it('goes by the outline when the network is unsure', () => {
    expect(facingOf(rightPalm, 0.4)).toEqual({ hand: 'R', side: 'palm' })
  })

  it('does not mind how the hand is turned', () => {
    const upsideDown = rightPalm.map(({ x, y }) => ({ x: -x, y: -y }))
    expect(facingOf(upsideDown, 0.9)).toEqual({ hand: 'R', side: 'palm' })
  })
})

describe('foldedFingers', () => {
  const finger = (root: number, tipY: number) =>
    [0, 1, 2, 3].map((joint) => [root + joint, { x: root, y: joint === 3 ? tipY : joint, z: 0 }] as const)
  const handWith = (tips: number[]) => {
    const world = Array.from({ length: 21 }, () => ({ x: 0, y: 0, z: 0 }))
    tips.forEach((tipY, i) => {
      for (const [joint, place] of finger(5 + 4 * i, tipY)) world[joint] = place
    })
    return { world, landmarks: world.map(({ x, y }) => ({ x: 100 * x, y: 100 * y })) }
  }

  it('counts none on a flat hand and four on a fist', () => {
    expect(foldedFingers(handWith([3, 3, 3, 3]))).toBe(0)
    expect(foldedFingers(handWith([0.4, 0.4, 0.4, 0.4]))).toBe(4)
  })

  it('counts each finger for itself', () => {
    expect(foldedFingers(handWith([3, 0.4, 3, 3]))).toBe(1)
  })

  it('calls a hand a fist that reads open in space and is rolled up in the picture', () => {
    const open = handWith([3, 3, 3, 3])
    const rolled = open.landmarks.map(({ x, y }, i) => ({ x, y: i > 4 && i % 4 === 0 ? 0.4 * y : y }))
    const near = open.world.map((place, i) => (i === 0 ? { x: 9, y: -8, z: 0 } : place))
    expect(foldedFingers({ world: near, landmarks: open.landmarks })).toBe(0)
    expect(foldedFingers({ world: near, landmarks: rolled })).toBe(4)
    const far = near.map((place, i) => (i === 0 ? { x: 9, y: -4, z: 0 } : place))
    expect(foldedFingers({ world: far, landmarks: rolled })).toBe(0)
  })
})
