import { parseArgs } from 'node:util'
import {
  type Decision,
  enrolPalm,
  identify,
  openGallery,
  openRecogniser,
  ROTATION_KEY_BYTES,
  rotationOf,
  type ShownPalm,
} from '@paume/palm'
import type { Hand } from '@paume/synthetic-hands'
import { analyseSynthetic, newTally, type Wanted } from './hover-synthetic/bursts.ts'

// People who do not exist enrol both palms and hover with other views: what share of bursts is accepted, why others are
// refused, and whom the hovers find. In process: no server takes part.

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '20' },
    strangers: { type: 'string', default: '10' },
    hovers: { type: 'string', default: '4' },
    first: { type: 'string', default: '1' },
    easiest: { type: 'string', default: '0' },
    hardest: { type: 'string', default: '0.5' },
  },
})
const [people, strangers, hovers, first] = [values.people, values.strangers, values.hovers, values.first].map(Number)
const [easiest, hardest] = [Number(values.easiest), Number(values.hardest)]
if ([people, strangers, hovers, first].some((n) => !Number.isInteger(n) || n < 0) || !(easiest <= hardest)) {
  process.stderr.write('people, strangers, hovers and first are whole numbers; easiest is at most hardest\n')
  process.exit(2)
}

/** Like `DEFAULT_DIFFICULTY` of the renderer: somebody who is told how to hold the hand. */
const ENROLMENT_DIFFICULTY = 0.2
const ENROLMENT_VIEW = 1
const FIRST_HOVER_VIEW = 100

const rotation = rotationOf(new Uint8Array(ROTATION_KEY_BYTES).fill(7), 0)
const recogniser = await openRecogniser({ workers: 1 })
const gallery = openGallery({ rotationEpoch: 0, capacityTemplates: 16 * people + 64 })
const enrolment = { ...newTally(), enrolled: 0, notAlike: 0 }
const hovering = newTally()

async function enrol(person: number, hand: Hand): Promise<void> {
  const wanted = { person, hand, view: ENROLMENT_VIEW, difficulty: ENROLMENT_DIFFICULTY }
  const analysis = await analyseSynthetic(recogniser, wanted, enrolment)
  if (analysis.outcome === 'refused') return
  const palm = enrolPalm(analysis.samples, rotation)
  if (palm.outcome === 'not_alike') {
    enrolment.notAlike++
    return
  }
  enrolment.enrolled++
  gallery.put({ palmId: `${person}${hand}`, shopperId: `${person}`, hand, templates: palm.templates })
}

async function show(wanted: Wanted): Promise<ShownPalm | null> {
  const analysis = await analyseSynthetic(recogniser, wanted, hovering)
  return analysis.outcome === 'good' ? { hand: analysis.hand, samples: analysis.samples } : null
}

/** One hover, with the other hand when it is asked for. */
async function hover(wanted: Wanted): Promise<{ decision: Decision | null; asked: boolean }> {
  const palm = await show(wanted)
  if (!palm) return { decision: null, asked: false }
  const decision = await identify({ gallery, rotation }, [palm])
  if (decision.outcome !== 'other_palm') return { decision, asked: false }
  const other = await show({ ...wanted, hand: wanted.hand === 'L' ? 'R' : 'L' })
  return { decision: other && (await identify({ gallery, rotation }, [palm, other])), asked: true }
}

async function hoverAll(persons: readonly number[]) {
  const counts = {
    hovers: 0,
    right: 0,
    wrong: 0,
    other_palm: 0,
    digits: 0,
    ambiguous: 0,
    not_recognised: 0,
    refused: 0,
    asked: 0,
  }
  for (const [index, person] of persons.entries()) {
    for (let k = 0; k < hovers; k++) {
      const share = (((index * hovers + k) * 0.618_034) % 1) * (hardest - easiest)
      const view = FIRST_HOVER_VIEW + k
      const { decision, asked } = await hover({ person, hand: k % 2 ? 'L' : 'R', view, difficulty: easiest + share })
      counts.hovers++
      if (asked) counts.asked++
      if (!decision) counts.refused++
      else if (decision.outcome !== 'identified') counts[decision.outcome]++
      else if (decision.shopperId === `${person}`) counts.right++
      else counts.wrong++
    }
    process.stderr.write(`hovered: ${index + 1} of ${persons.length}\n`)
  }
  return counts
}

const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)
for (const person of range(first, people)) for (const hand of ['L', 'R'] as const) await enrol(person, hand)
process.stderr.write(`enrolled ${enrolment.enrolled} of ${2 * people} palms\n`)
const known = await hoverAll(range(first, people))
const unknown = await hoverAll(range(first + people, strangers))
console.log(JSON.stringify({ difficulty: [easiest, hardest], enrolment, hovering, known, unknown }))
await gallery.close()
await recogniser.close()
