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
import type { calibrate } from '../../evaluation/src/calibrate-command.ts'
import type { calibrateNir } from '../../evaluation/src/nir-calibration.ts'

type Calibration = Awaited<ReturnType<typeof calibrate>>
type Constants = Readonly<Record<string, Readonly<Record<string, number | string>>>>

export const FUSION_FILE = new URL('../../packages/palm/src/8-gallery/fusion-weights.ts', import.meta.url)
export const TAILS_FILE = new URL('../../packages/palm/src/9-decision/impostor-tails.ts', import.meta.url)

export const NIR_FILE = new URL('../../packages/palm/src/8-gallery/nir-weights.ts', import.meta.url)

/** Puts a calibration into the recogniser's two files of constants; models that are not in use any more leave them. */
export async function writeCalibration({ model, fusion, impostorTail }: Calibration): Promise<void> {
  await writeFile(FUSION_FILE, fusionSource({ ...kept(FUSION_WEIGHTS), [model]: fusion }))
  await writeFile(TAILS_FILE, tailsSource({ ...kept(IMPOSTOR_TAILS), [model]: impostorTail }))
}

/** Puts what a near-infrared cosine is worth into its file of constants; other heads leave it. */
export async function writeNirCalibration({ name, weights }: Awaited<ReturnType<typeof calibrateNir>>): Promise<void> {
  await writeFile(NIR_FILE, nirSource({ [name]: weights }))
}

function kept(constants: Constants): Constants {
  const inUse = [MODEL, ...EARLIER_MODELS, { embedder: pooledVector, coder: lineCoder }].map(modelVersionOf)
  return Object.fromEntries(Object.entries(constants).filter(([model]) => inUse.includes(model)))
}

export const fusionSource = (
  weights: Constants,
) => `/** One model's logistic: offset + code · code similarity + cosine · cosine. */
export type FusionWeights = {
  readonly offset: number
  readonly code: number
  readonly cosine: number
  /** What the weights were fitted to, in words. */
  readonly fittedTo: string
}

/** By model version. Written by \`npm run calibrate -- --write\`: fit again, do not edit. */
export const FUSION_WEIGHTS: Readonly<Record<string, FusionWeights>> = ${literal(weights)}
`

export const nirSource = (
  weights: Constants,
) => `/** What a near-infrared cosine says: offset + cosine · cosine, nats for one palm against two, at most "most". */
export type NirWeights = {
  readonly offset: number
  readonly cosine: number
  /** No more than the strangers of the fit can vouch for, nats. */
  readonly most: number
  /** What the weights were fitted to, in words. */
  readonly fittedTo: string
}

/** By head. Written by \`npm run calibrate -- --nir --write\`: fit again, do not edit. */
export const NIR_WEIGHTS: Readonly<Record<string, NirWeights>> = ${literal(weights)}
`

export const tailsSource = (
  tails: Constants,
) => `/** How alike strangers look to one model, at the upper end: a generalised Pareto tail. Aggregate figures only. */
export type ImpostorTail = {
  /** Similarity that a share startFmr of strangers, pair by pair, reaches. */
  readonly start: number
  readonly startFmr: number
  /** Similarity by which the share falls to 1/e, at the start of the tail. Upper end of its 95% interval over people. */
  readonly scale: number
  /** 0: exponential. Above: heavier. Never below: an end that was fitted is not believed. */
  readonly shape: number
  /** What it was fitted to, in words. */
  readonly measuredOn: string
}

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
  return entries.length === 0 ? '{}' : `{\n${entries.join('\n')}\n}`
}
