/** Side of the square the spectrum is taken of, px; a power of two. */
export const SPECTRUM_SIDE_PX = 128

const SIDE = SPECTRUM_SIDE_PX
const COS = Float64Array.from({ length: SIDE / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / SIDE))
const SIN = Float64Array.from({ length: SIDE / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / SIDE))
const REVERSED = Uint16Array.from({ length: SIDE }, (_, i) => {
  let reversed = 0
  for (let bit = 1, value = i; bit < SIDE; bit <<= 1, value >>= 1) reversed = (reversed << 1) | (value & 1)
  return reversed
})
const HANN = Float64Array.from({ length: SIDE }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / SIDE))

const real = new Float64Array(SIDE * SIDE)
const imaginary = new Float64Array(SIDE * SIDE)

/**
 * Power at each pair of frequencies of a 128 × 128 grey square (Hann window, mean removed); (0, 0) first, row = vertical. Two rows are
 * transformed at once, as real and imaginary part of one; of the columns only half, the other half is its mirror image.
 */
export function powerSpectrum(grey: Float32Array): Float64Array {
  let mean = 0
  for (const value of grey) mean += value / grey.length
  const half = SIDE / 2
  const re = real
  const im = imaginary
  for (let y = 0; y < half; y++) {
    for (let x = 0, i = y * SIDE; x < SIDE; x++, i++) {
      re[i] = (grey[i] - mean) * HANN[x] * HANN[y]
      im[i] = (grey[i + half * SIDE] - mean) * HANN[x] * HANN[y + half]
    }
  }
  for (let y = 0; y < half; y++) transform(re, im, y * SIDE, 1)
  for (let y = 0; y < half; y++) unpack(re, im, y * SIDE, (y + half) * SIDE)
  for (let x = 0; x <= half; x++) transform(re, im, x, SIDE)
  const power = new Float64Array(SIDE * SIDE)
  for (let y = 0; y < SIDE; y++) {
    const mirrored = ((SIDE - y) % SIDE) * SIDE
    for (let x = 0; x <= half; x++) {
      const own = re[y * SIDE + x] ** 2 + im[y * SIDE + x] ** 2
      power[y * SIDE + x] = own
      power[mirrored + ((SIDE - x) % SIDE)] = own
    }
  }
  return power
}

/** Spectra of two real rows from that of one as real, the other as imaginary part; the second is written where it belongs. */
function unpack(re: Float64Array, im: Float64Array, first: number, second: number): void {
  for (let x = 0; x <= SIDE / 2; x++) {
    const [p, q] = [first + x, first + ((SIDE - x) % SIDE)]
    const [a, b, c, d] = [re[p], im[p], re[q], im[q]]
    re[p] = (a + c) / 2
    im[p] = (b - d) / 2
    re[second + x] = (b + d) / 2
    im[second + x] = (c - a) / 2
  }
}

/** Cooley–Tukey in place along one line of the square. */
function transform(real: Float64Array, imaginary: Float64Array, start: number, step: number): void {
  for (let i = 0; i < SIDE; i++) {
    const j = REVERSED[i]
    if (j <= i) continue
    const [p, q] = [start + i * step, start + j * step]
    ;[real[p], real[q]] = [real[q], real[p]]
    ;[imaginary[p], imaginary[q]] = [imaginary[q], imaginary[p]]
  }
  for (let length = 2; length <= SIDE; length *= 2) {
    const turn = SIDE / length
    for (let block = 0; block < SIDE; block += length) {
      for (let k = 0; k < length / 2; k++) {
        const p = start + (block + k) * step
        const q = p + (length / 2) * step
        const re = real[q] * COS[k * turn] - imaginary[q] * SIN[k * turn]
        const im = real[q] * SIN[k * turn] + imaginary[q] * COS[k * turn]
        real[q] = real[p] - re
        imaginary[q] = imaginary[p] - im
        real[p] += re
        imaginary[p] += im
      }
    }
  }
}
