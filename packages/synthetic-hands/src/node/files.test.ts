import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderApproach } from '../render-approach.ts'
import { writeDataset } from './write-dataset.ts'
import { writeMjpeg } from './write-mjpeg.ts'

const SMALL = { widthPx: 160, heightPx: 90 } as const
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'synthetic-hands-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Cuts concatenated JPEGs apart at each start of an image. */
function jpegsOf(bytes: Buffer): Buffer[] {
  const starts: number[] = []
  for (let at = bytes.indexOf('ffd8ff', 0, 'hex'); at >= 0; at = bytes.indexOf('ffd8ff', at + 1, 'hex')) starts.push(at)
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length))
}

describe('writeMjpeg', () => {
  it('writes whole JPEGs of the size asked one after another, each as often as asked', async () => {
    const path = join(folder, 'film.mjpeg')
    const film = renderApproach({
      person: 1,
      view: 1,
      hand: 'R',
      ...SMALL,
      holdingMs: 200,
      leavingMs: 0,
      comingMs: 200,
    })
    const { pictures, bytes } = await writeMjpeg(path, film, { repeat: 2 })
    const written = await readFile(path)
    expect(written).toHaveLength(bytes)
    const jpegs = jpegsOf(written)
    expect(jpegs).toHaveLength(pictures)
    expect(pictures).toBe(2 * 10)
    for (const jpeg of jpegs) {
      const { format, width, height } = await sharp(jpeg).metadata()
      expect([format, width, height]).toEqual(['jpeg', 160, 90])
      expect(jpeg.subarray(-2).toString('hex')).toBe('ffd9')
    }
    expect(jpegs[0].equals(jpegs[1])).toBe(true)
    expect(jpegs[0].equals(jpegs[2])).toBe(false)
  })

  it('refuses a film without pictures, and a place that is not there', async () => {
    await expect(writeMjpeg(join(folder, 'none.mjpeg'), [])).rejects.toThrow(RangeError)
    await expect(writeMjpeg(join(folder, 'no', 'where.mjpeg'), [])).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('writeDataset', () => {
  it('writes a manifest and the pictures it names, both palms of each person', async () => {
    const told: number[] = []
    const options = {
      people: 2,
      viewsPerPalm: 2,
      firstPerson: 5,
      ...SMALL,
      onPicture: (done: number) => told.push(done),
    }
    expect(await writeDataset(folder, options)).toEqual({ pictures: 8 })
    const [head, ...rows] = (await readFile(join(folder, 'manifest.csv'), 'utf8')).trimEnd().split('\n')
    expect(head).toBe('file,person,hand,palm,session,sample')
    expect(rows[0]).toBe('images/5_L_1_1.jpg,5,L,5_L,1,1')
    expect(new Set(rows.map((row) => row.split(',')[3]))).toEqual(new Set(['5_L', '5_R', '6_L', '6_R']))
    for (const row of rows) {
      expect(await sharp(join(folder, row.split(',')[0])).metadata()).toMatchObject({ format: 'jpeg', width: 160 })
    }
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('refuses an empty set', async () => {
    await expect(writeDataset(folder, { people: 0, viewsPerPalm: 2 })).rejects.toThrow(RangeError)
  })
})
