/** Start and end of a JPEG; inside of one, 0xFF is followed by 0x00 or is a marker of another kind. */
const START = Buffer.from([0xff, 0xd8, 0xff])
const END = Buffer.from([0xff, 0xd9])
/** A picture larger than this is none, bytes. */
const LARGEST_BYTES = 8 * 1024 * 1024

/** Cuts a stream of JPEGs, one after the other, into pictures. Bytes before the first start are passed over. */
export function createJpegSplitter(onPicture: (picture: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      const start = rest.indexOf(START)
      if (start < 0) {
        rest = rest.subarray(Math.max(0, rest.length - START.length + 1))
        return
      }
      const end = rest.indexOf(END, start + START.length)
      if (end < 0) {
        rest = rest.length - start > LARGEST_BYTES ? Buffer.alloc(0) : rest.subarray(start)
        return
      }
      onPicture(Buffer.from(rest.subarray(start, end + END.length)))
      rest = rest.subarray(end + END.length)
    }
  }
}
