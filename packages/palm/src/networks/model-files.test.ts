import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readModel } from './model-files.ts'
import { MODELS, type ModelKey } from './models.ts'
import { ModelMissingError } from './network.ts'

const shipped = dirname(createRequire(import.meta.url).resolve('@mediapipe/hands'))
const folder = mkdtempSync(join(tmpdir(), 'paume-models-'))
const file = MODELS.handLandmarksLite.file
afterAll(() => rmSync(folder, { recursive: true }))

describe('readModel', () => {
  it.each(Object.keys(MODELS) as ModelKey[])('reads %s as shipped', (key) => {
    expect(readModel(key).length).toBe(MODELS[key].sizeBytes)
  })

  it('refuses a missing file', () => {
    expect(() => readModel('handLandmarksFull', folder)).toThrow(ModelMissingError)
  })

  it('refuses a short file', () => {
    copyFileSync(join(shipped, file), join(folder, file))
    truncateSync(join(folder, file), 1000)
    expect(() => readModel('handLandmarksLite', folder)).toThrow(/too short/)
  })

  it('refuses a file with one byte altered', () => {
    const bytes = readModel('handLandmarksLite').slice()
    bytes[100_000] ^= 1
    writeFileSync(join(folder, file), bytes)
    expect(() => readModel('handLandmarksLite', folder)).toThrow(/SHA-256/)
  })
})
