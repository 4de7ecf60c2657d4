import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { nirNameOf } from '@paume/palm'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tinyNirModel } from '../../packages/palm/src/networks/tiny-nir-head.test-data.ts'
import { BandUnavailable, parseArguments, UsageError } from './arguments.ts'
import { seeded } from './bootstrap.ts'
import { evaluate } from './evaluate-command.ts'
import { evaluateNir } from './evaluate-nir.ts'
import { kindOfPair, ManifestUnusable, parseManifest } from './manifest.ts'
import { NothingToCompare } from './verification.ts'

const HEAD = 'file,person,hand,palm,session,sample'
let folder = ''

/** Made-up palms: dark strokes of chance, a little moved from picture to picture. */
async function palmPicture(seed: number, moved: number): Promise<Buffer> {
  const draw = seeded(seed)
  const strokes = Array.from({ length: 30 }, () => {
    const [x, y, turn, length] = [draw() * 160 - 16, draw() * 160 - 16, draw() * Math.PI, 30 + 50 * draw()]
    const [right, down] = [Math.cos(turn) * length, Math.sin(turn) * length]
    return `<path d="M${x - right},${y - down}L${x + right},${y + down}" stroke-width="${3 + 3 * draw()}"/>`
  })
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128"><rect width="128" height="128" fill="#cba"/><g stroke="#765" transform="translate(${moved},${-moved})">${strokes.join('')}</g></svg>`,
    ),
  )
    .blur(1)
    .png()
    .toBuffer()
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paume-evaluate-'))
  const set = path.join(folder, 'made-up')
  await mkdir(path.join(set, 'images'), { recursive: true })
  const lines: string[] = []
  for (let palm = 0; palm < 6; palm++) {
    for (let sample = 0; sample < 4; sample++) {
      const file = `images/${palm}-${sample}.png`
      await writeFile(path.join(set, file), await palmPicture(palm + 1, sample * 2))
      lines.push(`${file},${palm >> 1},${palm % 2 ? 'R' : 'L'},${palm},1,${sample}`)
    }
  }
  await writeFile(path.join(set, 'images/broken.png'), Buffer.from('no picture'))
  lines.push('images/broken.png,0,R,1,1,8', 'images/absent.png,0,R,1,1,9')
  await writeFile(path.join(set, 'manifest.csv'), [HEAD, ...lines, ''].join('\n'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const asked = (extra: string[]) =>
  parseArguments(['--dataset', path.join(folder, 'made-up'), '--regions', '--out', path.join(folder, 'out'), ...extra])
const run = (extra: string[] = []) => evaluate(asked(extra), () => {})

describe('evaluate', () => {
  test('a set of made-up palms, with the peer: counts, rates and failures', async () => {
    const result = await run(['--peer', 'compcode'])
    expect(result).toMatchObject({
      palms: 6,
      people: 3,
      images: 26,
      failedToEnrol: 0,
      failedToAcquire: 2,
      failedToAcquireByReason: { picture_unreadable: 1, file_missing: 1 },
      // 6 palms × 6 pairs; strangers are of other people only, so 4 × 4 pairs for 12 of the 15 pairs of palms
      genuine: 36,
      impostor: 192,
      eer: 0,
      rank1: 1,
      fmrBelow: 3 / 192,
    })
    expect(Object.keys(result.peers)).toEqual(['compcode'])
    expect(result.peers.compcode).toMatchObject({ genuine: 36, impostor: 192 })
    expect(result.shortlist).toMatchObject({ palms: 6, hovers: 6, missAt50: 0 })
    expect(result.fnmrAt1e3).toBeNull() // 192 pairs of strangers say nothing of one in a thousand
    expect(Object.keys(result.experts)).toEqual(['code-alone', 'embedding-alone'])
    expect(result.stageMs.embedding).toMatchObject({ pictures: 24 })
  })

  test('people are sought among the enrolled by one palm and by both, and when they are not enrolled', async () => {
    const { identification } = await run()
    expect(identification).toMatchObject({ n: 6, hovers: 6, hoversOfTwo: 3, pairs: 'real', strangers: 'none' })
    expect(identification).toMatchObject({ fpir: 0, fpir2: 0, wrongName: 0, fpirBelow: 3 / 6 })
    expect(identification.sizes.map(({ n }) => n)).toEqual([1_000, 10_000, 100_000])
    expect(identification.foreign).toEqual({ tried: 21, named: 0 })
  })

  test('a part of the pictures by the manifest', async () => {
    expect(await run(['--where', 'person=0', '--where', 'sample!=9', '--where', 'sample!=8'])).toMatchObject({
      palms: 2,
      images: 8,
      failedToAcquire: 0,
      genuine: 12,
      impostor: 0,
      eer: null,
    })
  })

  test('near infrared is an error where there is no head for it', async () => {
    await expect(evaluateNir(asked(['--band', 'nir']), () => {}, null)).rejects.toThrow(BandUnavailable)
  })

  test('near infrared is judged by its head, the code beside it', async () => {
    const head = await tinyNirModel()
    const result = await evaluateNir(asked(['--band', 'nir']), () => {}, head)
    await rm(head.folder, { recursive: true })
    expect(result).toMatchObject({ model: nirNameOf(head), band: 'nir', palms: 6, images: 26, failedToAcquire: 2 })
    expect(result).toMatchObject({ genuine: 36, impostor: 192 })
    expect(result.eer).not.toBeNull()
    expect(Object.keys(result.experts)).toEqual(['code-alone'])
    expect(await readFile(result.report, 'utf8')).toContain(nirNameOf(head))
  })

  test('runs alike twice, and its figures come from the file of similarities', async () => {
    const { eer, det, rank1, model } = await run()
    const file = path.join(folder, `out/made-up/similarities-${model}.csv`)
    const first = await readFile(file, 'utf8')
    expect(first.split('\n')[0]).toBe('a,b,genuine,similarity')
    expect(first.trim().split('\n')).toHaveLength(1 + 36 + 192)
    expect(await run()).toMatchObject({ eer, det, rank1 })
    expect(await readFile(file, 'utf8')).toBe(first)
  })

  test('the report draws curves, names pictures and shows none', async () => {
    const { report } = await run(['--peer', 'compcode'])
    const html = await readFile(report, 'utf8')
    expect(html).toContain('<polyline')
    expect(html).toMatch(/images\/\d-\d\.png/)
    // of three people no interval is told, so no band is drawn
    expect(html).not.toContain('class="band')
    expect(html).toContain('prefers-color-scheme')
    expect(html).not.toMatch(/<img|<image|data:|base64|<script|<link|href|src=|url\(/i)
  })

  test('strangers enlarge the gallery of the shortlist only', async () => {
    const result = await run(['--strangers', path.join(folder, 'made-up')])
    expect(result).toMatchObject({ genuine: 36, impostor: 192 })
    expect(result.shortlist.palms).toBe(12)
    expect(result.identification).toMatchObject({
      palmsSearched: 12,
      strangers: 'synthetic',
      strangerPalms: 6,
      wrongName: 0,
    })
    // their templates are kept and read again
    expect((await readdir(path.join(folder, 'out'))).filter((name) => /^strangers-.*\.bin$/.test(name))).toHaveLength(1)
    const again = await run(['--strangers', path.join(folder, 'made-up')])
    expect(again.identification).toEqual(result.identification)
  })

  test('a set without usable pictures is an error, not a rate', async () => {
    const empty = path.join(folder, 'empty')
    await mkdir(empty, { recursive: true })
    await writeFile(path.join(empty, 'manifest.csv'), `${HEAD}\nimages/none.png,1,L,1,1,1\n`)
    await expect(
      evaluate(parseArguments(['--dataset', empty, '--regions', '--out', folder]), () => {}),
    ).rejects.toThrow(NothingToCompare)
  })
})

describe('manifest', () => {
  const of = (person: string, hand: string, palm: string) =>
    parseManifest(`${HEAD}\nx.png,${person},${hand},${palm},1,1`)[0]

  test('two palms of one person are neither genuine nor impostors', () => {
    expect(kindOfPair(of('1', 'L', '1_L'), of('1', 'R', '1_R'))).toBeNull()
    expect(kindOfPair(of('1', 'L', '1_L'), of('1', 'L', '1_L'))).toBe('genuine')
    expect(kindOfPair(of('1', 'L', '1_L'), of('2', 'L', '2_L'))).toBe('impostor')
    expect(of('1', 'U', '1').hand).toBeNull()
  })

  test.each([
    ['another head', 'a,b\n'],
    ['no picture', `${HEAD}\n`],
    ['a column short', `${HEAD}\na.png,1,L,1,1`],
    ['a file outside', `${HEAD}\n../a.png,1,L,1,1,1`],
    ['an absolute file', `${HEAD}\n/etc/passwd,1,L,1,1,1`],
  ])('with %s is unusable', (_, text) => {
    expect(() => parseManifest(text)).toThrow(ManifestUnusable)
  })

  test('that is not there is unusable', async () => {
    await expect(
      evaluate(parseArguments(['--dataset', path.join(folder, 'nowhere'), '--out', folder, '--regions']), () => {}),
    ).rejects.toThrow(ManifestUnusable)
  })
})

describe('arguments', () => {
  test.each([[[]], [['--dataset']], [['--dataset', 'x', '--peer', 'y']], [['--dataset', 'x', '--nonsense']]])(
    '%j cannot be run',
    (argv) => {
      expect(() => parseArguments(argv)).toThrow(UsageError)
    },
  )
})
