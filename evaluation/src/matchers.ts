import { cosineOf } from '@paume/palm'
import { compareAll } from './compare-all.ts'
import { COMPCODES, type CompCodeName } from './compcode.ts'
import { EDCC_PROGRAM, edccTriangle } from './edcc.ts'
import type { Acquired } from './samples.ts'
import { mustBeWhole, placeOf, type Triangle, trianglePairs } from './triangle.ts'

export const PEERS = [...(Object.keys(COMPCODES) as CompCodeName[]), 'edcc'] as const
export type PeerName = (typeof PEERS)[number]

/** What a report says of a peer. */
export const ABOUT_PEERS: Record<PeerName, string> = {
  compcode: 'competitive code with the filter scale of its paper (2004); ours, simple, ±4 cells and −10…10° searched',
  'compcode-our-scale': 'the same with the scale of our own filter: a stronger variant, nobody’s published method',
  edcc: 'EDCC-Palmprint-Recognition by leosocy, as found on this machine; it searches no shifts',
}

type Progress = (done: number) => void

/** Similarities by the orientation code alone, the later picture as probe. */
export function codeTriangle(acquired: readonly Acquired[], progress: Progress): Promise<Triangle> {
  const fields = packed(acquired.map(({ sample }) => sample.field))
  const codes = packed(acquired.map(({ sample }) => sample.code))
  return compareAll({ kind: 'line', pictures: acquired.length, fields, codes }, progress)
}

/** Cosines of the compact vectors, quantised as they are stored. */
export function cosineTriangle(vectors: readonly Int8Array[]): Triangle {
  const triangle = new Float32Array(trianglePairs(vectors.length))
  for (let a = 1; a < vectors.length; a++) {
    for (let b = 0; b < a; b++) triangle[placeOf(a, b)] = cosineOf(vectors[a], vectors[b])
  }
  return triangle
}

/** What a peer says of the same regions. Rejects with PeerUnavailable when it is not on this machine. */
export async function peerTriangle(
  peer: PeerName,
  acquired: readonly Acquired[],
  { edcc = EDCC_PROGRAM, progress }: { edcc?: string; progress: Progress },
): Promise<Triangle> {
  const regions = acquired.map(({ region }) => region)
  const triangle =
    peer === 'edcc'
      ? await edccTriangle(regions, edcc)
      : await compareAll(
          { kind: peer, pictures: regions.length, grey: sharedGrey(regions.map(({ grey }) => grey)) },
          progress,
        )
  return mustBeWhole(triangle, acquired.length, peer)
}

/** Equal pieces one after the other, in memory that threads share. */
function packed(pieces: readonly Uint8Array[]): Uint8Array {
  const size = pieces[0].length
  const all = new Uint8Array(new SharedArrayBuffer(size * pieces.length))
  for (const [i, piece] of pieces.entries()) all.set(piece, i * size)
  return all
}

function sharedGrey(pieces: readonly Float32Array[]): Float32Array {
  const size = pieces[0].length
  const all = new Float32Array(new SharedArrayBuffer(size * pieces.length * Float32Array.BYTES_PER_ELEMENT))
  for (const [i, piece] of pieces.entries()) all.set(piece, i * size)
  return all
}
