import { randomBytes } from 'node:crypto'
import {
  EMBEDDING_DIMS,
  enrolPalm,
  type Gallery,
  MODEL,
  modelVersionOf,
  openGallery,
  type PalmSample,
  type ProtectedEmbedding,
  type ProtectedTemplate,
  type Recogniser,
  rotationOf,
} from '@paume/palm'
import type { Burst } from './bursts.ts'

export const ROTATION = rotationOf(new Uint8Array(32).fill(7), 0)
/** A person who is really enrolled, by number. */
export const shopperOf = (person: number) => `person-${person}`

/** How a gallery is filled: so many palms of so many templates each. */
export type GallerySize = { readonly palms: number; readonly templatesAPalm: number }

/** Palms whose chance bytes are drawn at once. */
const PALMS_A_DRAW = 1_000

type Enrolled = { readonly person: number; readonly templates: readonly ProtectedTemplate[] }

/** Enrols one palm of a person, from the first of these bursts that is good enough; whoever has none would be a stranger in the times. */
export async function enrolPerson(recogniser: Recogniser, bursts: AsyncIterable<Burst>): Promise<Enrolled> {
  for await (const { person, frames, flash } of bursts) {
    const analysis = await recogniser.analyse(frames, { expectedHand: null, flash })
    const samples: PalmSample[] = analysis.outcome === 'good' ? analysis.samples : []
    const palm = enrolPalm(samples, ROTATION)
    if (palm.outcome === 'enrolled') return { person, templates: palm.templates }
  }
  throw new Error('A synthetic palm could not be enrolled: its hovers would be timed as a stranger’s.')
}

/** A gallery of that size: the enrolled, and strangers beside them. */
export function openShop(enrolled: readonly Enrolled[], { palms, templatesAPalm }: GallerySize): Gallery {
  const most = enrolled.flatMap(({ templates }) => templates)
  const gallery = openGallery({ rotationEpoch: 0, capacityTemplates: palms * templatesAPalm + most.length })
  for (const { person, templates } of enrolled) {
    const shopperId = shopperOf(person)
    gallery.put({ palmId: shopperId, shopperId, hand: 'R', templates: templates.slice(0, templatesAPalm) })
  }
  addStrangers(
    gallery,
    palms - gallery.palms,
    templatesAPalm,
    most.map(({ code }) => code),
  )
  return gallery
}

/** Strangers: vectors of chance bytes, and codes of real entropy borrowed from the enrolled. */
function addStrangers(
  gallery: Gallery,
  palms: number,
  templatesAPalm: number,
  codes: readonly ProtectedTemplate['code'][],
) {
  const modelVersion = modelVersionOf(MODEL)
  for (let first = 0; first < palms; first += PALMS_A_DRAW) {
    const count = Math.min(PALMS_A_DRAW, palms - first)
    const chance = new Int8Array(randomBytes(count * templatesAPalm * EMBEDDING_DIMS).buffer)
    for (let i = 0; i < chance.length; i++) if (chance[i] === -128) chance[i] = -127
    for (let n = 0; n < count; n++) {
      const templates = Array.from({ length: templatesAPalm }, (_, i) => {
        const at = (n * templatesAPalm + i) * EMBEDDING_DIMS
        return {
          embedding: chance.subarray(at, at + EMBEDDING_DIMS) as Int8Array as ProtectedEmbedding,
          // Turned around by some bytes: as busy as a real code, but nobody's.
          code: rolled(codes[(first + n + i) % codes.length], 64 + ((n * 3 + i) % 256)),
          modelVersion,
          rotationEpoch: 0,
        }
      })
      gallery.put({ palmId: `stranger-${first + n}`, shopperId: `stranger-${first + n}`, hand: 'R', templates })
    }
  }
}

function rolled(code: ProtectedTemplate['code'], by: number): ProtectedTemplate['code'] {
  const turned = new Uint8Array(code.length)
  turned.set(code.subarray(0, code.length - by), by)
  turned.set(code.subarray(code.length - by))
  return turned as ProtectedTemplate['code']
}
