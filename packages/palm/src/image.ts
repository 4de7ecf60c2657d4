/** An upright sRGB picture, 8 bits a channel, row after row, no padding. */
export type Raster = { widthPx: number; heightPx: number; channels: 3; data: Uint8Array }

export function raster(widthPx: number, heightPx: number, data: Uint8Array): Raster {
  if (data.length !== widthPx * heightPx * 3) {
    throw new RangeError(`a ${widthPx}×${heightPx} raster holds ${widthPx * heightPx * 3} bytes, not ${data.length}`)
  }
  return { widthPx, heightPx, channels: 3, data }
}

/** Luma after ITU-R BT.601 (the weights JPEG uses), 0…1. */
export const luma = (r: number, g: number, b: number) => (0.299 * r + 0.587 * g + 0.114 * b) / 255

/** The picture as grey, 0…1, one value a pixel. */
export function greyOf({ data }: { data: Uint8Array }): Float32Array {
  const grey = new Float32Array(data.length / 3)
  for (let i = 0, p = 0; i < grey.length; i++, p += 3) grey[i] = luma(data[p], data[p + 1], data[p + 2])
  return grey
}
