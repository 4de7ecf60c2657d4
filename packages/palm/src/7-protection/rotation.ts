import { hkdfSync } from 'node:crypto'
import { EMBEDDING_DIMS } from '../6-embedding/embedding.ts'
import { NIR_DIMS } from '../6-embedding/nir-embedding.ts'

/** Length of a tenant's rotation key, bytes. */
export const ROTATION_KEY_BYTES = 32
/** Rounds of sign flips, a permutation and a Hadamard transform; after three every output depends on every input. */
const ROUNDS = 3

/**
 * A keyed orthogonal rotation of the compact vector. Angles between vectors rotated alike stay what they were, so it
 * costs no accuracy; vectors rotated by another key or epoch are unrelated, so a leaked set of templates is worthless
 * once the tenant turns to a new epoch.
 *
 * What it is not: irreversible. Who holds the key turns the vector back exactly, and who holds enough rotated and
 * unrotated pairs can solve for the rotation. It makes templates *renewable*; keeping them secret is the sealing's work.
 */
export type Rotation = Turn & {
  readonly epoch: number
  /**
   * Tells rotations of different keys or epochs apart, and nothing else of them. It stands in every template and probe: what was turned
   * by another key gets into no gallery and no search, whatever a database says about it.
   */
  readonly id: string
  /** The same for near-infrared vectors, under a key of its own: what is learnt of one tells nothing of the other. */
  readonly nir: Turn
}

/** There and back. */
export type Turn = {
  apply(vector: ArrayLike<number>): Float32Array
  /** Turns a rotated vector back; what was rounded in between stays rounded. */
  undo(vector: ArrayLike<number>): Float32Array
}

/** Characters of a rotation's id: 72 bits. */
export const ROTATION_ID_CHARACTERS = 12

/** Bytes that only the key's holder can foresee. */
function stream(key: Uint8Array, epoch: number, purpose: string, length: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(0), `paume rotation 1 ${epoch} ${purpose}`, length))
}

/** Unbiased shuffle of 0…dims−1, dims ≤ 256: one byte of a keyed stream a draw, draws that would bias are thrown away. */
function keyedPermutation(key: Uint8Array, epoch: number, round: number, dims: number): Uint8Array {
  const order = Uint8Array.from({ length: dims }, (_, i) => i)
  // 4096 bytes: a draw is kept with probability above 1/2, 255 draws need 510 on average
  const bytes = stream(key, epoch, `order ${round}`, 4096)
  let next = 0
  for (let i = dims - 1; i > 0; i--) {
    const limit = 256 - (256 % (i + 1))
    while (bytes[next] >= limit) next++
    if (next >= bytes.length) throw new Error('the keyed stream ran out while shuffling')
    const j = bytes[next++] % (i + 1)
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
  }
  return order
}

/** In place, scaled to be orthogonal; twice is nothing. */
function hadamard(values: Float32Array): void {
  for (let half = 1; half < values.length; half *= 2) {
    for (let start = 0; start < values.length; start += 2 * half) {
      for (let i = start; i < start + half; i++) {
        const a = values[i]
        const b = values[i + half]
        values[i] = a + b
        values[i + half] = a - b
      }
    }
  }
  const norm = Math.sqrt(values.length)
  for (let i = 0; i < values.length; i++) values[i] /= norm
}

/**
 * @param key 32 secret bytes of the tenant
 * @param epoch 0…2³²−1, raised whenever the templates are renewed
 */
export function rotationOf(key: Uint8Array, epoch: number): Rotation {
  if (key.length !== ROTATION_KEY_BYTES) throw new RangeError(`a rotation key has ${ROTATION_KEY_BYTES} bytes`)
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > 0xffffffff) throw new RangeError('an epoch is 0…2³²−1')
  const nirKey = stream(key, epoch, 'near-infrared key', ROTATION_KEY_BYTES)
  const id = Buffer.from(stream(key, epoch, 'id', (ROTATION_ID_CHARACTERS * 3) / 4)).toString('base64url')
  return { epoch, id, ...turnOf(key, epoch, EMBEDDING_DIMS), nir: turnOf(nirKey, epoch, NIR_DIMS) }
}

/** `dims` is a power of two, 8…256. */
function turnOf(key: Uint8Array, epoch: number, dims: number): Turn {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => ({
    signs: stream(key, epoch, `signs ${round}`, dims / 8),
    order: keyedPermutation(key, epoch, round, dims),
  }))
  const sizeChecked = (vector: ArrayLike<number>) => {
    if (vector.length !== dims) throw new RangeError(`a vector has ${dims} entries`)
    return vector
  }
  return {
    apply(vector) {
      let values = Float32Array.from(sizeChecked(vector))
      for (const { signs, order } of rounds) {
        const mixed = new Float32Array(dims)
        for (let i = 0; i < dims; i++) {
          mixed[order[i]] = (signs[i >> 3] >> (i & 7)) & 1 ? -values[i] : values[i]
        }
        hadamard(mixed)
        values = mixed
      }
      return values
    },
    undo(vector) {
      let mixed = Float32Array.from(sizeChecked(vector))
      for (const { signs, order } of rounds.toReversed()) {
        hadamard(mixed)
        const values = new Float32Array(dims)
        for (let i = 0; i < dims; i++) {
          values[i] = (signs[i >> 3] >> (i & 7)) & 1 ? -mixed[order[i]] : mixed[order[i]]
        }
        mixed = values
      }
      return mixed
    },
  }
}
