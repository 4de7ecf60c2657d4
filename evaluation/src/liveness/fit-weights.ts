import type { Weights } from '@paume/palm/measuring-liveness'
import { SPECIES } from '@paume/synthetic-hands'
import { fitLogistic } from '../logistic.ts'
import type { Say } from '../progress.ts'
import type { KeptSigns } from './kept-signs.ts'
import { attackWith, renderedHand, renderedPicture, twinOf } from './presentation.ts'
import type { Seen } from './seen-presentation.ts'

/** Seeds of what the weights are fitted to; what is measured starts at 7000. */
const FIRST_SEED = 1000
/** Strong, because few bursts tell hands and prints wholly apart and would else drive the weights to whatever is steepest. */
const RIDGE = 0.02

/**
 * Fits the weights of 5-liveness to rendered bursts; the limit is even odds, hands and attacks counting the same in all. What the flash
 * refuses by itself takes no part in the weights of flashed bursts.
 */
export async function fitWeights(
  signs: KeptSigns,
  people: number,
  say: Say,
): Promise<{ flashed: Weights; unflashed: Weights }> {
  const seen: Seen[] = []
  for (const flashed of [true, false]) {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + people; seed++) {
      const conditions = { seed, flashed }
      const picture = renderedPicture(seed, 1)
      const bonaFide = [renderedHand(seed, conditions), twinOf(`rendered ${seed}`, picture, conditions)]
      const attacks = SPECIES.map((kind) => attackWith(kind, `rendered ${seed}`, picture, conditions))
      for (const presentation of [...bonaFide, ...attacks]) seen.push(await signs.see(presentation))
      say(`fitting, ${flashed ? 'flashed' : 'not flashed'}: ${seed - FIRST_SEED + 1} of ${people}`)
    }
  }
  return {
    flashed: weightsOf(
      seen.filter(({ answer, refusedBy }) => answer === 'followed' && !refusedBy.includes('unlit')),
      FLASHED_SIGNS,
    ),
    unflashed: weightsOf(
      seen.filter(({ found }) => found >= 2),
      UNFLASHED_SIGNS,
    ),
  }
}

/** Signs of which more speaks for a hand; of all others more speaks for an attack. None may end up speaking the other way. */
const FOR_A_HAND: readonly string[] = ['relief', 'roundness']

/**
 * Border and grid have limits of their own and depend on camera and surroundings, as does what moves along; the answer to the flash needs
 * none of them.
 */
const FLASHED_SIGNS = ['surround', 'relief', 'roundness']
const UNFLASHED_SIGNS = ['border', 'grid', 'along']

export function weightsOf(seen: readonly Pick<Seen, 'kind' | 'signs'>[], names: readonly string[]): Weights {
  const direction = names.map((name) => (FOR_A_HAND.includes(name) ? 1 : -1))
  const pairs = seen.map(({ kind, signs }) => ({
    features: names.map((name, i) => direction[i] * signs[name]),
    genuine: kind === 'bona fide',
  }))
  const { offset, weights } = fitLogistic(pairs, RIDGE)
  return {
    bias: -offset,
    weights: Object.fromEntries(names.map((name, i) => [name, -direction[i] * weights[i]])),
    maxLogOdds: 0,
  }
}
