import { parseArgs } from 'node:util'
import { openPublic, openShopper } from '@paume/client'
import type { GuidanceCode } from '@paume/contract'
import { type Enrolled, enrolPerson } from './demo/enrol.ts'
import { type DemoPerson, peopleOfFolder } from './demo/people.ts'
import { type DemoShop, type Hovered, openShop, payByHover } from './demo/shop.ts'
import { type DemoReport, percentile, progress, table } from './demo/tally.ts'
import { readLedgerSum, startServerProcess } from './server-process.ts'

const USAGE = `npm run demo [-- --people 8 --strangers 2 --hovers 2] [--json]
npm run demo -- --hands DIR [--json]     DIR holds manifest.csv and the pictures`

const FIRST_AMOUNT_MINOR = 1_000
/** Refusals that say "not a good picture", apart from "not registered". */
const ABOUT_PEOPLE: readonly GuidanceCode[] = ['not_recognised']

type Hover = { person: string; palm: string; enrolled: boolean; hovered: Hovered; reference: string }

const refused = ({ result }: Hovered) =>
  result.outcome === 'try_again' && result.guidance.some(({ code }) => !ABOUT_PEOPLE.includes(code))

/** Who was charged for which sale, asked of each shopper's own account. */
async function chargedReferences(baseUrl: string, enrolled: Map<string, Enrolled>): Promise<Map<string, string>> {
  const owner = new Map<string, string>()
  const { shopperSignIn } = openPublic({ baseUrl })
  for (const [person, { phone, pseudonym }] of enrolled) {
    if (pseudonym === null) continue
    const started = await shopperSignIn.start(phone)
    const session = await shopperSignIn.confirm(started.sessionId, started.sandboxPhoneCode ?? '')
    for (const payment of await openShopper(session, { baseUrl }).payments()) owner.set(payment.id, person)
  }
  return owner
}

async function hoverAll(shop: DemoShop, people: DemoPerson[], enrolled: Map<string, Enrolled>): Promise<Hover[]> {
  const hovers: Hover[] = []
  const total = people.reduce((sum, { palms }) => sum + palms.reduce((n, { hovers: list }) => n + list.length, 0), 0)
  const tick = progress('paying', total)
  for (const { person, palms } of people) {
    for (const { palm, hovers: bursts } of palms) {
      for (const burst of bursts) {
        const reference = `demo-${hovers.length + 1}`
        const hovered = await payByHover(shop, burst, FIRST_AMOUNT_MINOR + hovers.length, reference)
        hovers.push({ person, palm, enrolled: enrolled.get(person)?.palms.includes(palm) ?? false, hovered, reference })
        tick(hovers.length)
      }
    }
  }
  return hovers
}

function reportOf(
  hovers: Hover[],
  enrolled: Map<string, Enrolled>,
  owner: Map<string, string>,
  ledgerSumMinor: number,
): DemoReport {
  const known = hovers.filter((hover) => hover.enrolled)
  const strangers = hovers.filter((hover) => !hover.enrolled)
  const paid = ({ hovered }: Hover) => hovered.payment.state === 'approved'
  const right = (hover: Hover) => owner.get(hover.hovered.payment.id) === hover.person
  const times = hovers.map(({ hovered }) => hovered.ms)
  const results = [...enrolled.values()]
  return {
    people: results.filter(({ pseudonym }) => pseudonym !== null).length,
    palmsEnrolled: results.reduce((sum, { palms }) => sum + palms.length, 0),
    failedToEnrol: results.reduce((sum, { failed }) => sum + failed.length, 0),
    hovers: hovers.length,
    paidRight: known.filter((hover) => paid(hover) && right(hover)).length,
    paidWrong: known.filter((hover) => paid(hover) && !right(hover)).length,
    notRecognised: known.filter(
      (hover) => !paid(hover) && !refused(hover.hovered) && hover.hovered.result.outcome !== 'other_palm',
    ).length,
    strangers: strangers.length,
    // A palm that did not enrol, of a person whose other palm did, is a stranger too: it must pay for nobody.
    strangersPaid: strangers.filter(paid).length,
    refusedForQuality: hovers.filter(({ hovered }) => refused(hovered)).length,
    otherPalmAsked: known.filter(({ hovered }) => hovered.result.outcome === 'other_palm').length,
    enrolP50Ms: percentile(
      results.filter(({ pseudonym }) => pseudonym !== null).map(({ ms }) => ms),
      0.5,
    ),
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    payments: hovers.filter(paid).length,
    ledgerSumMinor,
  }
}

/** Loaded only when it is needed: measuring on pictures renders none. */
async function synthetic({ people, strangers, hovers }: { people: string; strangers: string; hovers: string }) {
  const { syntheticPeople } = await import('./demo/synthetic-people.ts')
  return syntheticPeople(Number(people), Number(strangers), Number(hovers))
}

async function main(): Promise<void> {
  const options = {
    hands: { type: 'string' },
    json: { type: 'boolean' },
    people: { type: 'string', default: '8' },
    strangers: { type: 'string', default: '2' },
    hovers: { type: 'string', default: '2' },
    help: { type: 'boolean' },
  } as const
  const { values } = parseArgs({ options })
  if (values.help) return void process.stdout.write(`${USAGE}\n`)
  const people = values.hands ? await peopleOfFolder(values.hands) : await synthetic(values)
  const server = await startServerProcess(values.hands ? { PAUME_MEASURE_STILLS: '1' } : {})
  try {
    const shop = await openShop(server.baseUrl)
    const enrolled = new Map<string, Enrolled>()
    const enrolling = people.filter(({ palms }) => palms.some(({ enrol }) => enrol.length > 0))
    const tick = progress('enrolling', enrolling.length)
    for (const [index, person] of enrolling.entries()) {
      enrolled.set(person.person, await enrolPerson(shop, server.baseUrl, person, index))
      tick(index + 1)
    }
    const hovers = await hoverAll(shop, people, enrolled)
    const owner = await chargedReferences(server.baseUrl, enrolled)
    const report = reportOf(hovers, enrolled, owner, await readLedgerSum(server))
    shop.close()
    for (const { reasons } of enrolled.values())
      for (const reason of reasons) process.stderr.write(`not taken: ${reason}\n`)
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `\n${table(report)}\n`)
  } finally {
    await server.stop()
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`paume: ${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
})
