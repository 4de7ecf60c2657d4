import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Raster } from '../image.ts'
import { decodePicture } from './decode.ts'
import { PictureError } from './picture-error.ts'

const WIDTH = 400
const HEIGHT = 240
/** Left half reddish, right half bluish, so that turning and colours can be told. */
const halves = () => {
  const data = Buffer.alloc(WIDTH * HEIGHT * 3)
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) data.set(x < WIDTH / 2 ? [200, 40, 40] : [40, 40, 200], (y * WIDTH + x) * 3)
  }
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
}
const pixel = ({ widthPx, data }: Raster, x: number, y: number) => [
  ...data.subarray((y * widthPx + x) * 3, (y * widthPx + x) * 3 + 3),
]
const near = (got: number[], want: number[], slack = 12) =>
  got.forEach((value, i) => {
    expect(Math.abs(value - want[i]), `${got} against ${want}`).toBeLessThanOrEqual(slack)
  })
const codeOf = async (bytes: Uint8Array) => {
  try {
    await decodePicture(bytes)
  } catch (error) {
    if (error instanceof PictureError) return error.code
    throw error
  }
  return 'no error'
}

describe('decodePicture', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('reads %s', async (format) => {
    const picture = await decodePicture(await halves().toFormat(format).toBuffer())
    expect([picture.widthPx, picture.heightPx, picture.data.length]).toEqual([WIDTH, HEIGHT, WIDTH * HEIGHT * 3])
    near(pixel(picture, 50, 100), [200, 40, 40])
    near(pixel(picture, 350, 100), [40, 40, 200])
  })

  it('turns the picture upright by its EXIF orientation', async () => {
    const picture = await decodePicture(await halves().jpeg().withMetadata({ orientation: 6 }).toBuffer())
    expect([picture.widthPx, picture.heightPx]).toEqual([HEIGHT, WIDTH])
    near(pixel(picture, 100, 50), [200, 40, 40])
    near(pixel(picture, 100, 350), [40, 40, 200])
  })

  it('reads CMYK as the colours meant', async () => {
    const picture = await decodePicture(await halves().toColourspace('cmyk').jpeg().toBuffer())
    const [red, , blue] = pixel(picture, 50, 100)
    expect(red).toBeGreaterThan(blue + 80)
  })

  it('reads grey as three equal channels', async () => {
    const picture = await decodePicture(await halves().greyscale().png().toBuffer())
    const [red, green, blue] = pixel(picture, 50, 100)
    expect(red).toBe(green)
    expect(green).toBe(blue)
    expect(picture.data.length).toBe(WIDTH * HEIGHT * 3)
  })

  it('reads 16 bits a channel without washing the colours out', async () => {
    const bytes = await halves().toColourspace('rgb16').png().toBuffer()
    expect((await sharp(bytes).metadata()).depth).toBe('ushort')
    near(pixel(await decodePicture(bytes), 50, 100), [200, 40, 40])
  })

  it('lays transparency over grey', async () => {
    const clear = sharp({
      create: { width: 200, height: 200, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    })
    near(pixel(await decodePicture(await clear.png().toBuffer()), 20, 20), [128, 128, 128], 1)
  })

  it('brings a large picture to the working size', async () => {
    const large = sharp({ create: { width: 4000, height: 3000, channels: 3, background: '#805040' } })
    const picture = await decodePicture(await large.jpeg().toBuffer())
    expect([picture.widthPx, picture.heightPx]).toEqual([1600, 1200])
  })

  it('refuses what is no picture', async () => {
    expect(await codeOf(new TextEncoder().encode('hover to pay'))).toBe('picture_unreadable')
    expect(await codeOf(new Uint8Array(0))).toBe('picture_unreadable')
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><rect width="9" height="9"/></svg>'
    expect(await codeOf(new TextEncoder().encode(svg))).toBe('picture_unreadable')
    expect(await codeOf(await halves().gif().toBuffer())).toBe('picture_unreadable')
  })

  it.each(['jpeg', 'png', 'webp'] as const)('refuses a %s cut short', async (format) => {
    const noise = sharp({
      create: {
        width: 400,
        height: 400,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
    const bytes = await noise.toFormat(format).toBuffer()
    expect(await codeOf(bytes.subarray(0, Math.floor(bytes.length * 0.6)))).toBe('picture_truncated')
  })

  it('refuses too many pixels by the header alone', async () => {
    // A PNG header that declares 30,000 × 30,000 pixels and brings nothing: a decompression bomb without the bomb.
    const bytes = Buffer.from(await halves().png().toBuffer())
    bytes.writeUInt32BE(30_000, 16)
    bytes.writeUInt32BE(30_000, 20)
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29)
    expect(await codeOf(bytes)).toBe('picture_too_large')
    const hundred = sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: '#000' } })
    expect(await codeOf(await hundred.png({ compressionLevel: 1 }).toBuffer())).toBe('picture_too_large')
  })

  it('refuses too few pixels', async () => {
    expect(await codeOf(await halves().resize(120, 120).png().toBuffer())).toBe('picture_too_small')
  })
})
