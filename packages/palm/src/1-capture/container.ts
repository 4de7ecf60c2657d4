export type PictureFormat = 'jpeg' | 'png' | 'webp'

/** The format by its first bytes: a decoder never gets to see anything else. Null when it is none of the three. */
export function pictureFormat(bytes: Uint8Array): PictureFormat | null {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'jpeg'
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png'
  if (startsWith(bytes, RIFF) && startsWith(bytes.subarray(8), [0x57, 0x45, 0x42, 0x50])) return 'webp'
  return null
}

/** True when a RIFF container (WebP) says that it is longer than it is; its decoder does not tell this from garbage. */
export function endsEarly(bytes: Uint8Array): boolean {
  if (bytes.length < 12 || !startsWith(bytes, RIFF)) return false
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8 > bytes.length
}

const RIFF = [0x52, 0x49, 0x46, 0x46]
const startsWith = (bytes: Uint8Array, start: readonly number[]) => start.every((value, i) => bytes[i] === value)
