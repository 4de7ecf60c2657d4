import sharp from 'sharp'

/** The whole picture, px. */
const WIDTH_PX = 1840
const HEIGHT_PX = 880
/** All devices stand on this line, px from the top. */
const FLOOR_PX = 808
const BEZEL_PX = 13
const ROUND_PX = 26
/** What the screens of till, terminal and kiosk are wide in the picture, px. */
const SCREEN_WIDTHS_PX = [812, 372, 436] as const
const CASE = '#16231f'

const svg = (body: string, widthPx: number, heightPx: number) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">${body}</svg>`)

/** A screen with round corners in a dark case. */
async function cased(screen: Buffer, widthPx: number) {
  const { data, info } = await sharp(screen).resize({ width: widthPx }).png().toBuffer({ resolveWithObject: true })
  const round = ROUND_PX - BEZEL_PX + 4
  const corners = svg(`<rect width="100%" height="100%" rx="${round}"/>`, info.width, info.height)
  const clipped = await sharp(data)
    .composite([{ input: corners, blend: 'dest-in' }])
    .png()
    .toBuffer()
  const size = { widthPx: info.width + 2 * BEZEL_PX, heightPx: info.height + 2 * BEZEL_PX }
  const body = svg(`<rect width="100%" height="100%" rx="${ROUND_PX}" fill="${CASE}"/>`, size.widthPx, size.heightPx)
  const picture = await sharp(body)
    .composite([{ input: clipped, left: BEZEL_PX, top: BEZEL_PX }])
    .png()
    .toBuffer()
  return { picture, ...size }
}

/** Puts the screens of till, terminal and kiosk side by side on a calm ground. PNG in, PNG out. */
export async function composeDevices(
  screens: readonly [till: Buffer, terminal: Buffer, kiosk: Buffer],
): Promise<Buffer> {
  const devices = await Promise.all(screens.map((screen, index) => cased(screen, SCREEN_WIDTHS_PX[index]!)))
  const used = devices.reduce((sum, { widthPx }) => sum + widthPx, 0)
  const gapPx = (WIDTH_PX - used) / (devices.length + 1)
  let left = gapPx
  const places = devices.map((device) => {
    const place = { ...device, left: Math.round(left), top: FLOOR_PX - device.heightPx }
    left += device.widthPx + gapPx
    return place
  })
  const shadows = places
    .map(
      (at) =>
        `<rect x="${at.left + 6}" y="${at.top + 22}" width="${at.widthPx - 12}" height="${at.heightPx}" rx="${ROUND_PX}" fill="#11211d" opacity="0.34" filter="url(#soft)"/>`,
    )
    .join('')
  const ground = svg(
    `<defs><linearGradient id="g" x1="0" y1="0" x2="0.4" y2="1"><stop offset="0" stop-color="#f3f6f0"/><stop offset="1" stop-color="#cfe0d6"/></linearGradient><filter id="soft" x="-20%" y="-20%" width="140%" height="150%"><feGaussianBlur stdDeviation="20"/></filter></defs><rect width="100%" height="100%" fill="url(#g)"/>${shadows}`,
    WIDTH_PX,
    HEIGHT_PX,
  )
  const pictures = places.map(({ picture, left, top }) => ({ input: picture, left, top }))
  return sharp(ground).composite(pictures).png().toBuffer()
}
