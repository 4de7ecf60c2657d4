import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { guideAssets, readGuideModel } from './guide-assets.ts'
import { GUIDE_MODELS } from './guide-models.ts'
import { openHandNetworks } from './hand-networks.ts'
import { ModelMissingError } from './network.ts'
import { onnxModel, readOnnxModel } from './onnx-models.ts'

const folder = mkdtempSync(join(tmpdir(), 'paume-models-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Both kinds of network, each read from a folder. */
const KINDS = [
  {
    kind: 'guide',
    file: GUIDE_MODELS.handLandmarks.file,
    sizeBytes: GUIDE_MODELS.handLandmarks.sizeBytes,
    shipped: () => guideAssets().handLandmarks,
    readFrom: (from: string) => readGuideModel(GUIDE_MODELS.handLandmarks, from),
  },
  {
    kind: 'server',
    file: onnxModel('hand-landmarks').file,
    sizeBytes: onnxModel('hand-landmarks').bytes,
    shipped: () => readOnnxModel(onnxModel('hand-landmarks')),
    readFrom: (from: string) => readOnnxModel(onnxModel('hand-landmarks'), from),
  },
]

describe.each(KINDS)('a network of the $kind', ({ file, sizeBytes, shipped, readFrom }) => {
  it('is read as shipped', () => {
    expect(shipped().length).toBe(sizeBytes)
  })

  it('is refused when it is missing', () => {
    expect(() => readFrom(join(folder, 'nowhere'))).toThrow(ModelMissingError)
  })

  it('is refused when it is cut short', () => {
    writeFileSync(join(folder, file), shipped().subarray(0, 1000))
    expect(() => readFrom(folder)).toThrow(/too short/)
  })

  it('is refused when one bit is altered', () => {
    const bytes = shipped().slice()
    bytes[100_000] ^= 1
    writeFileSync(join(folder, file), bytes)
    expect(() => readFrom(folder)).toThrow(/altered/)
  })
})

describe('the list of networks', () => {
  it('refuses a name it does not hold', () => {
    expect(() => onnxModel('palm-detector', [])).toThrow(/models.json does not list it/)
  })

  it('names the networks of the hand, which open', async () => {
    const { palmDetector, handLandmarks } = await openHandNetworks()
    const [boxes, logits] = await palmDetector.run(new Float32Array(192 * 192 * 3))
    expect([boxes.length, logits.length]).toEqual([2016 * 18, 2016])
    const outputs = await handLandmarks.run(new Float32Array(224 * 224 * 3))
    expect(outputs.map(({ length }) => length)).toEqual([63, 1, 1, 63])
    palmDetector.close()
    handLandmarks.close()
  })
})
