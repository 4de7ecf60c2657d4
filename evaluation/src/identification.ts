import {
  DEFAULT_POLICY,
  type Decision,
  decide,
  type Gallery,
  openGallery,
  protectBest,
  protectProbe,
  protectTemplate,
  ROTATION_KEY_BYTES,
  type Rotation,
  rotationOf,
  type Shown,
} from '@paume/palm'
import { foreignRegions } from './foreign-regions.ts'
import { type PalmToIdentify, type PersonToIdentify, peopleToIdentify } from './people-to-identify.ts'
import { type Acquired, sampleOf } from './samples.ts'
import { GALLERY_SIZES } from './shortlist-loss.ts'
import type { Stranger } from './strangers.ts'

/** Foreign textures of each kind that are held up. */
const FOREIGN_EACH = 3

/** False negative and false positive identification rates at one size of gallery; null where nobody hovered so. */
export type SizeRates = {
  /** Palms that the threshold reckons with. */
  n: number
  /** Palms that were searched. Where fewer than n, what a larger gallery does to shortlist and margin is not in the figures. */
  palmsSearched: number
  /** One palm: hovers not named rightly, at the product's threshold for n palms. */
  fnir1: number | null
  /** Both palms shown. */
  fnir2: number | null
  /** The product's way: one palm, the other where it asks for it. */
  fnirAsked: number | null
  /** How often it asks. */
  askedForOther: number | null
  /** Hovers of people taken out of the gallery that were given a name, one palm and two. */
  fpir: number | null
  fpir2: number | null
  /** Enrolled people named as somebody else, one palm: part of fnir1, and the costliest. */
  wrongName: number | null
}

export type Identification = SizeRates & {
  fpirTarget: number
  /** No claim on FPIR below: three by the number of hovers. */
  fpirBelow: number | null
  hovers: number
  hoversOfTwo: number
  /** What fills the gallery beside the set's own palms. */
  strangers: 'synthetic' | 'none'
  strangerPalms: number
  /** Whether both palms of one person were shown, or two palms were taken for a person. */
  pairs: 'real' | 'virtual'
  sizes: SizeRates[]
  /** Regions that are no palm (flat, noise, wood, cloth …) and how many were given a name at the threshold for 100,000 palms. */
  foreign: { tried: number; named: number }
}

/** What a hover found, with its owner enrolled and with the owner taken out. */
type Answered = { readonly shopperId: string; readonly enrolled: Shown; readonly absent: Shown }
type AnsweredPerson = readonly (readonly Answered[])[]

/** Fills a gallery, lets everybody hover twice (enrolled, and taken out), and decides as the product does. */
export async function identification(
  acquired: readonly Acquired[],
  strangers: readonly Stranger[],
  progress: (done: number) => void,
): Promise<Identification> {
  const { people, pairs } = peopleToIdentify(acquired)
  const rotation = rotationOf(new Uint8Array(ROTATION_KEY_BYTES).fill(7), 1)
  const gallery = openGallery({ rotationEpoch: rotation.epoch })
  try {
    for (const person of people) enrol(gallery, person, rotation)
    for (const [i, stranger] of strangers.entries()) enrolStranger(gallery, stranger, i, rotation)
    const answered: AnsweredPerson[] = []
    for (const [i, person] of people.entries()) {
      answered.push(await answersTo(gallery, person, rotation))
      progress((i + 1) / people.length)
    }
    const own = ratesAt(answered, gallery.palms, gallery.palms)
    const hovers = answered.flat(2).length
    return {
      ...own,
      fpirTarget: DEFAULT_POLICY.targetFpir,
      fpirBelow: hovers > 0 ? 3 / hovers : null,
      hovers,
      hoversOfTwo: answered.flatMap(hoversOfTwo).length,
      strangers: strangers.length > 0 ? 'synthetic' : 'none',
      strangerPalms: strangers.length,
      pairs,
      sizes: GALLERY_SIZES.map((n) => ratesAt(answered, n, gallery.palms)),
      foreign: await foreignNamed(gallery, rotation),
    }
  } finally {
    await gallery.close()
  }
}

function enrol(gallery: Gallery, { shopperId, palms }: PersonToIdentify, rotation: Rotation): void {
  for (const { palmId, hand, enrolled } of palms) {
    const templates = enrolled.map(({ sample }) => protectTemplate(sample, rotation))
    gallery.put({ palmId, shopperId, hand, templates })
  }
}

/** Strangers are people of two palms, like everybody. */
function enrolStranger(gallery: Gallery, { palm, templates }: Stranger, place: number, rotation: Rotation): void {
  gallery.put({
    palmId: `stranger ${palm}`,
    shopperId: `stranger ${place >> 1}`,
    hand: place % 2 === 0 ? 'R' : 'L',
    templates: templates.map((template) => protectTemplate(template, rotation)),
  })
}

async function answersTo(gallery: Gallery, person: PersonToIdentify, rotation: Rotation): Promise<AnsweredPerson> {
  const enrolled = await shown(gallery, person.palms, rotation)
  gallery.removeShopper(person.shopperId)
  const absent = await shown(gallery, person.palms, rotation)
  enrol(gallery, person, rotation)
  return enrolled.map((hovers, palm) =>
    hovers.map((hover, i) => ({ shopperId: person.shopperId, enrolled: hover, absent: absent[palm][i] })),
  )
}

async function shown(gallery: Gallery, palms: readonly PalmToIdentify[], rotation: Rotation): Promise<Shown[][]> {
  const found: Shown[][] = []
  for (const { hand, hovers } of palms) {
    const own: Shown[] = []
    for (const hover of hovers) {
      const samples = hover.map(({ sample }) => sample)
      const probes = protectBest(samples, rotation)
      own.push({ hand, candidates: await gallery.search(probes) })
    }
    found.push(own)
  }
  return found
}

/** Hovers of both palms of a person, the first with the first and so on. */
function hoversOfTwo([one = [], two = []]: AnsweredPerson): [Answered, Answered][] {
  return one.slice(0, two.length).map((hover, i) => [hover, two[i]])
}

function ratesAt(answered: readonly AnsweredPerson[], n: number, palmsSearched: number): SizeRates {
  const context = { enrolledPalms: n }
  const alone = { ...context, policy: { ...DEFAULT_POLICY, secondPalm: 'never' } } as const
  const hovers = answered.flat(2)
  const pairs = answered.flatMap(hoversOfTwo)
  const onOne = hovers.map(({ enrolled }) => decide(enrolled, alone))
  const names = (decision: Decision, { shopperId }: Answered) =>
    decision.outcome === 'identified' && decision.shopperId === shopperId
  const onTwo = (which: 'enrolled' | 'absent') =>
    pairs.map(([one, two]) => decide(two[which], { ...context, first: one[which] }))
  const asked = pairs.map(([one]) => decide(one.enrolled, context))
  const afterAsking = asked.map((first, i) =>
    first.outcome === 'other_palm' ? decide(pairs[i][1].enrolled, { ...context, first: pairs[i][0].enrolled }) : first,
  )
  const isNamed = ({ outcome }: Decision) => outcome === 'identified'
  return {
    n,
    palmsSearched,
    fnir1: share(onOne, (decision, i) => !names(decision, hovers[i])),
    fnir2: share(onTwo('enrolled'), (decision, i) => !names(decision, pairs[i][0])),
    fnirAsked: share(afterAsking, (decision, i) => !names(decision, pairs[i][0])),
    askedForOther: share(asked, ({ outcome }) => outcome === 'other_palm'),
    fpir: share(
      hovers.map(({ absent }) => decide(absent, alone)),
      isNamed,
    ),
    fpir2: share(onTwo('absent'), isNamed),
    wrongName: share(onOne, (decision, i) => isNamed(decision) && !names(decision, hovers[i])),
  }
}

function share<T>(all: readonly T[], counts: (one: T, i: number) => boolean): number | null {
  return all.length > 0 ? all.filter(counts).length / all.length : null
}

async function foreignNamed(gallery: Gallery, rotation: Rotation): Promise<Identification['foreign']> {
  const regions = foreignRegions(FOREIGN_EACH)
  let named = 0
  for (const { region } of regions) {
    const candidates = await gallery.search([protectProbe(await sampleOf(region), rotation)])
    const decisions = (['R', 'L'] as const).map((hand) =>
      decide({ hand, candidates }, { enrolledPalms: Math.max(...GALLERY_SIZES) }),
    )
    if (decisions.some(({ outcome }) => outcome === 'identified')) named++
  }
  return { tried: regions.length, named }
}
