import { readFile, writeFile } from 'node:fs/promises'
import {
  EARLIER_MODELS,
  FUSION_WEIGHTS,
  IMPOSTOR_TAILS,
  lineCoder,
  MODEL,
  modelVersionOf,
  pooledVector,
} from '@paume/palm'
import type { calibrate } from '../../evaluation/src/calibrate-command.ts'
import type { calibrateNir } from '../../evaluation/src/nir-calibration.ts'

type Calibration = Awaited<ReturnType<typeof calibrate>>
type Constants = Readonly<Record<string, Readonly<Record<string, number | string>>>>

export const FUSION_FILE = new URL('../../packages/palm/src/8-gallery/fusion-weights.ts', import.meta.url)
export const TAILS_FILE = new URL('../../packages/palm/src/9-decision/impostor-tails.ts', import.meta.url)
export const NIR_FILE = new URL('../../packages/palm/src/8-gallery/nir-weights.ts', import.meta.url)

/** Puts a calibration into the recogniser's two files of constants; models that are not in use any more leave them. */
export async function writeCalibration({ model, fusion, impostorTail }: Calibration): Promise<void> {
  await rewrite(FUSION_FILE, { ...kept(FUSION_WEIGHTS), [model]: fusion })
  await rewrite(TAILS_FILE, { ...kept(IMPOSTOR_TAILS), [model]: impostorTail })
}

/** Puts what a near-infrared cosine is worth into its file of constants; other heads leave it. */
export async function writeNirCalibration({ name, weights }: Awaited<ReturnType<typeof calibrateNir>>): Promise<void> {
  await rewrite(NIR_FILE, { [name]: weights })
}

function kept(constants: Constants): Constants {
  const inUse = [MODEL, ...EARLIER_MODELS, { embedder: pooledVector, coder: lineCoder }].map(modelVersionOf)
  return Object.fromEntries(Object.entries(constants).filter(([model]) => inUse.includes(model)))
}

async function rewrite(file: URL, constants: Constants): Promise<void> {
  await writeFile(file, withConstants(await readFile(file, 'utf8'), constants))
}

/** A file of constants with others: what its one exported constant is, which ends the file. Throws RangeError for what is no number. */
export function withConstants(source: string, constants: Constants): string {
  const head = /^export const \w+: .+ = /m.exec(source)
  if (head === null) throw new Error('a file of constants exports one')
  return `${source.slice(0, head.index)}${head[0]}${literal(constants)}\n`
}

const LINE_WIDTH = 120

/** As the formatter would have it. */
function literal(constants: Constants): string {
  const entries = Object.entries(constants).map(([model, figures]) => {
    const lines = Object.entries(figures).map(([key, value]) => {
      if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${key} of ${model} is no number`)
      const written = typeof value === 'number' ? String(value) : `'${value}'`
      const line = `    ${key}: ${written},`
      return line.length <= LINE_WIDTH ? line : `    ${key}:\n      ${written},`
    })
    return `  '${model}': {\n${lines.join('\n')}\n  },`
  })
  return entries.length === 0 ? '{}' : `{\n${entries.join('\n')}\n}`
}
