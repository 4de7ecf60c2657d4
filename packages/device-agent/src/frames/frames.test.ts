import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cameraFrames } from './camera.ts'
import { createJpegSplitter } from './jpeg-stream.ts'
import { openFrames } from './open.ts'
import { frameTypeOf } from './source.ts'

const jpeg = (mark: number) => Buffer.from([0xff, 0xd8, 0xff, 0xe0, mark, 0xff, 0x00, mark, 0xff, 0xd9])
const markOf = (bytes: Uint8Array) => bytes[4]
const never = new AbortController().signal

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paume-frames-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A program in the place of ffmpeg: writes JPEGs to its standard output, as `image2pipe` does. */
async function fakeCamera(name: string, script: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `#!/usr/bin/env node\n${script}`)
  await chmod(path, 0o755)
  return path
}

describe('a stream of JPEGs', () => {
  it('is cut into pictures however its bytes arrive', () => {
    const whole = Buffer.concat([Buffer.from([1, 2, 0xff]), jpeg(1), jpeg(2), Buffer.from([0]), jpeg(3)])
    for (const size of [1, 2, 3, 7, whole.length]) {
      const marks: unknown[] = []
      const split = createJpegSplitter((picture) => marks.push(markOf(picture)))
      for (let at = 0; at < whole.length; at += size) split(whole.subarray(at, at + size))
      expect(marks).toEqual([1, 2, 3])
    }
  })

  it('that never ends a picture does not fill the memory', () => {
    const split = createJpegSplitter(() => expect.unreachable())
    split(jpeg(1).subarray(0, 5))
    for (let i = 0; i < 40; i++) split(Buffer.alloc(1024 * 1024))
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(200 * 1024 * 1024)
  })
})

describe('pictures from files', () => {
  it('come from one file as often as they are asked for', async () => {
    const file = join(folder, 'one.jpg')
    await writeFile(file, jpeg(7))
    const burst = await (await openFrames(file)).burst(3, never)
    expect(
      burst.map(({ bytes, offsetMs, type, screenColour }) => [markOf(bytes), offsetMs, type, screenColour]),
    ).toEqual([
      [7, 0, 'image/jpeg', null],
      [7, 125, 'image/jpeg', null],
      [7, 250, 'image/jpeg', null],
    ])
  })

  it('come from a flat folder in the order of names, on and on', async () => {
    const flat = join(folder, 'flat')
    await mkdir(flat)
    for (const n of [3, 1, 2]) await writeFile(join(flat, `${n}.jpg`), jpeg(n))
    await writeFile(join(flat, 'notes.txt'), 'x')
    const source = await openFrames(flat)
    const marks = async () => (await source.burst(2, never)).map(({ bytes }) => markOf(bytes))
    expect([await marks(), await marks()]).toEqual([
      [1, 2],
      [3, 1],
    ])
  })

  it('come hand by hand from a folder of folders', async () => {
    const hands = join(folder, 'hands')
    for (const [hand, marks] of [
      ['a', [1, 2]],
      ['b', [5]],
    ] as const) {
      await mkdir(join(hands, hand), { recursive: true })
      for (const mark of marks) await writeFile(join(hands, hand, `${mark}.jpg`), jpeg(mark))
    }
    const source = await openFrames(hands)
    const marks = async () => (await source.burst(3, never)).map(({ bytes }) => markOf(bytes))
    expect([await marks(), await marks(), await marks()]).toEqual([
      [1, 2, 1],
      [5, 5, 5],
      [1, 2, 1],
    ])
  })

  it('are refused with a sentence where there are none, or something else', async () => {
    await mkdir(join(folder, 'empty'))
    await expect(openFrames(join(folder, 'empty'))).rejects.toThrow('There is no picture')
    await expect(openFrames(join(folder, 'nowhere'))).rejects.toThrow('There is nothing at')
    const text = join(folder, 'text.jpg')
    await writeFile(text, 'hello')
    await expect((await openFrames(text)).burst(3, never)).rejects.toThrow('neither JPEG, PNG nor WebP')
    expect(frameTypeOf(Buffer.from('RIFF1234WEBP'))).toBe('image/webp')
  })
})

describe('a camera', () => {
  it('is read for one burst, the first pictures passed over, and ended after it', async () => {
    const program = await fakeCamera(
      'camera',
      `let n = 0
       const send = () => {
         n += 1
         process.stdout.write(Buffer.from([0xff, 0xd8, 0xff, 0xe0, n, 0xff, 0xd9]))
       }
       setInterval(send, 5)`,
    )
    const source = cameraFrames({ device: '/dev/video0', program })
    const burst = await source.burst(3, never)
    expect(burst.map(({ bytes }) => markOf(bytes))).toEqual([6, 7, 8])
    expect(burst[0]!.offsetMs).toBe(0)
    expect(burst[2]!.offsetMs).toBeGreaterThan(0)
  })

  it('that is not there says what to install, and what the program complained of', async () => {
    const missing = cameraFrames({ device: '/dev/video0', program: join(folder, 'no-such-program') })
    await expect(missing.burst(3, never)).rejects.toThrow('sudo apt-get install ffmpeg')
    const program = await fakeCamera(
      'broken',
      `process.stderr.write('Cannot open video device: busy'); process.exit(1)`,
    )
    await expect(cameraFrames({ device: '/dev/video9', program }).burst(3, never)).rejects.toThrow(
      '/dev/video9 cannot be read: Cannot open video device: busy',
    )
  })

  it('is let go when nobody waits any more', async () => {
    const program = await fakeCamera('silent', 'setInterval(() => {}, 1000)')
    const stop = new AbortController()
    const burst = cameraFrames({ device: '/dev/video0', program }).burst(3, stop.signal)
    stop.abort(new Error('enough'))
    await expect(burst).rejects.toThrow('enough')
  })
})
