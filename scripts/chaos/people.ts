import { standInBurst } from '../../server/test/palm-stand-in.ts'
import { enrolPerson } from '../demo/enrol.ts'
import type { DemoPerson } from '../demo/people.ts'
import { openShop } from '../demo/shop.ts'
import { type Frame, type Lane, makeLane, openForDrills } from './lanes.ts'

/** People that the stand-in recogniser knows: their pictures are their names. */
export const namedPeople = (count: number): DemoPerson[] =>
  Array.from({ length: count }, (_, index) => ({
    person: `person ${index + 1}`,
    palms: (['L', 'R'] as const).map((hand) => {
      const frames = standInBurst(`person ${index + 1}`, hand)
      const burst = async () => frames.map((bytes, i) => ({ bytes, offsetMs: i * 120, type: 'image/jpeg' as const }))
      return { palm: `${index + 1}_${hand}`, hand, enrol: [burst], hovers: [burst] }
    }),
  }))

/** Registers the people, keeps one burst of each palm, encoded once, and sets up that many lanes in the same shop. */
export async function prepareShop(baseUrl: string, operatorToken: string, people: DemoPerson[], laneCount: number) {
  await openForDrills(baseUrl, operatorToken)
  const shop = await openShop(baseUrl)
  const bursts: Frame[][] = []
  try {
    for (const [index, person] of people.entries()) {
      const { pseudonym, reasons } = await enrolPerson(shop, baseUrl, person, index)
      if (pseudonym === null) throw new Error(`Person ${person.person} could not be registered: ${reasons.join('; ')}`)
      for (const palm of person.palms) for (const hover of palm.hovers) bursts.push((await hover(null)) as Frame[])
    }
  } finally {
    shop.close()
  }
  const lanes: Lane[] = []
  for (let i = 1; i <= laneCount; i++)
    lanes.push(await makeLane(baseUrl, operatorToken, shop.terminal.device.shop.id, `Lane ${i}`))
  return { bursts, lanes }
}
