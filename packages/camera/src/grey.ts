/** Grey (ITU-R BT.601) of RGBA pixels, one byte each. */
export function greyOfRgba(rgba: Uint8ClampedArray): Uint8Array<ArrayBuffer> {
  const grey = new Uint8Array(rgba.length / 4)
  for (let i = 0, p = 0; i < grey.length; i += 1, p += 4) {
    grey[i] = (rgba[p] * 77 + rgba[p + 1] * 150 + rgba[p + 2] * 29) >> 8
  }
  return grey
}
