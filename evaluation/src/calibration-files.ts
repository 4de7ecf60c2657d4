import { writeFile } from 'node:fs/promises'
import {
  EARLIER_MODELS,
  FUSION_WEIGHTS,
  IMPOSTOR_TAILS,
  lineCoder,
  MODEL,
  modelVersionOf,
  pooledVector,
} from '@paume/palm'
import type { calibrate } from './calibrate-command.ts'

type Calibration = Awaited<ReturnType<typeof calibrate>>
type Constants = Readonly<Record<string, Readonly<Record<string, number | string>>>>

export const FUSION_FILE = new URL('../../packages/palm/src/8-gallery/fusion-weights.ts', import.meta.url)
export const TAILS_FILE = new URL('../../packages/palm/src/9-decision/impostor-tails.ts', import.meta.url)

/** Puts a calibration into the recogniser's two files of constants; models that are not in use any more leave them. */
export async function writeCalibration({ model, fusion, impostorTail }: Calibration): Promise<void> {
  await writeFile(FUSION_FILE, fusionSource({ ...kept(FUSION_WEIGHTS), [model]: fusion }))
  await writeFile(TAILS_FILE, tailsSource({ ...kept(IMPOSTOR_TAILS), [model]: impostorTail }))
}

function kept(constants: Constants): Constants {
  const inUse = [MODEL, ...EARLIER_MODELS, { embedder: pooledVector, coder: lineCoder }].map(modelVersionOf)
  return Object.fromEntries(Object.entries(constants).filter(([model]) => inUse.includes(model)))
}

export const fusionSource = (weights: Constants) => `import type { FusionWeights } from './fusion.ts'

/** By model version. Written by \`npm run calibrate -- --write\`: fit again, do not edit. */
export const FUSION_WEIGHTS: Readonly<Record<string, FusionWeights>> = ${literal(weights)}
`

export const tailsSource = (tails: Constants) => `import type { ImpostorTail } from './calibration.ts'

/**
 * By model version, one picture against one, aggregate figures only. Written by \`npm run calibrate -- --write\`: fit again, do not
 * edit. Nothing below an FMR of three by the number of pairs was seen: what lies below is extrapolated.
 */
export const IMPOSTOR_TAILS: Readonly<Record<string, ImpostorTail>> = ${literal(tails)}
`

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
  return `{\n${entries.join('\n')}\n}`
}
