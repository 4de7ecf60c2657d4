import { spawn } from 'node:child_process'
import type { Region } from '@paume/palm'
import { type Triangle, trianglePairs } from './triangle.ts'

/** The program that `evaluation/peers/edcc/README.md` builds; looked for on the PATH unless `--edcc` names another. */
export const EDCC_PROGRAM = 'edcc-matrix'

/** A peer that is no part of this project is not on this machine, or failed. The message says where to get it. */
export class PeerUnavailable extends Error {
  readonly code = 'peer_unavailable'
  constructor(why: string, options?: ErrorOptions) {
    super(
      `EDCC cannot be asked: ${why}. It is no part of this project: build the library EDCC-Palmprint-Recognition by leosocy (GitHub, MIT) ` +
        `and our program for it as evaluation/peers/edcc/README.md says, then name it with --edcc PATH or put ${EDCC_PROGRAM} on the PATH.`,
      options,
    )
    this.name = 'PeerUnavailable'
  }
}

/** Asks the program for the similarities of all pairs. Regions go through a pipe, never to disk. Rejects with PeerUnavailable. */
export async function edccTriangle(regions: readonly Region[], program = EDCC_PROGRAM): Promise<Triangle> {
  const answer = await answerOf(program, questionOf(regions))
  const pairs = trianglePairs(regions.length)
  if (answer.length !== pairs * Float32Array.BYTES_PER_ELEMENT) {
    throw new PeerUnavailable(`${program} answered ${answer.length} bytes for ${pairs} pairs`)
  }
  return Float32Array.from({ length: pairs }, (_, i) => answer.readFloatLE(i * Float32Array.BYTES_PER_ELEMENT))
}

function questionOf(regions: readonly Region[]): Buffer {
  const side = regions[0].sizePx
  const question = Buffer.alloc(8 + regions.length * side * side)
  question.writeUInt32LE(regions.length, 0)
  question.writeUInt32LE(side, 4)
  for (const [i, { grey }] of regions.entries()) {
    const from = 8 + i * grey.length
    for (let k = 0; k < grey.length; k++) question[from + k] = Math.round(255 * grey[k])
  }
  return question
}

function answerOf(program: string, question: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'pipe'] })
    const out: Buffer[] = []
    let complaint = ''
    child.on('error', (error) => reject(new PeerUnavailable(`${program} does not start`, { cause: error })))
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes))
    child.stderr.on('data', (bytes: Buffer) => {
      complaint += bytes
    })
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(out))
      else reject(new PeerUnavailable(`${program} ended with ${code ?? signal}: ${complaint.trim()}`))
    })
    // A program that ends early closes its pipe; why it ended is said by 'close'.
    child.stdin.on('error', () => {})
    child.stdin.end(question)
  })
}
