import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { edccTriangle, PeerUnavailable } from './edcc.ts'
import { foreignRegions } from './foreign-regions.ts'

const regions = foreignRegions(1)
  .slice(0, 4)
  .map(({ region }) => region)
let folder = ''

/** A stand-in for the program: speaks the protocol, compares by the middle pixel. */
async function program(name: string, body: string): Promise<string> {
  const file = path.join(folder, name)
  await writeFile(file, `#!${process.execPath}\nconst input = require('node:fs').readFileSync(0)\n${body}`)
  await chmod(file, 0o755)
  return file
}

const SPEAKS = `const [n, side] = [input.readUInt32LE(0), input.readUInt32LE(4)]
const middle = (i) => input[8 + i * side * side + (side * side) / 2]
const out = []
for (let a = 1; a < n; a++) for (let b = 0; b < a; b++) out.push(1 - Math.abs(middle(a) - middle(b)) / 255)
process.stdout.write(Buffer.from(Float32Array.from(out).buffer))`

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paume-edcc-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('EDCC as a peer', () => {
  it('gives the program all regions and takes its similarities, row by row', async () => {
    const triangle = await edccTriangle(regions, await program('speaks.cjs', SPEAKS))
    const middle = regions.map(({ grey }) => Math.round(255 * grey[grey.length / 2]))
    const expected = [1, 2, 3].flatMap((a) => middle.slice(0, a).map((b) => 1 - Math.abs(middle[a] - b) / 255))
    expect(triangle).toHaveLength(6)
    triangle.forEach((similarity, i) => {
      expect(similarity).toBeCloseTo(expected[i], 5)
    })
  })

  it.each([
    ['is not there', async () => path.join(folder, 'nowhere')],
    ['fails', () => program('fails.cjs', `console.error('no library'); process.exit(3)`)],
    ['answers too little', () => program('short.cjs', `process.stdout.write('abc')`)],
  ])('says where to get it when the program %s', async (_, where) => {
    const asking = edccTriangle(regions, await where())
    await expect(asking).rejects.toThrow(PeerUnavailable)
    await expect(asking).rejects.toThrow(/evaluation\/peers\/edcc\/README\.md/)
  })
})
