import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { standInBurst } from '../server/test/palm-stand-in.ts'
import { enrolPerson } from './demo/enrol.ts'
import type { DemoPerson } from './demo/people.ts'
import { openShop } from './demo/shop.ts'
import { compareBooks, type Findings } from './kill-burst/books.ts'
import {
  doWithoutFlash,
  type Frame,
  type Lane,
  makeLane,
  recover,
  type Sale,
  sellUntilGone,
} from './kill-burst/till.ts'
import { startVictim, type Victim } from './kill-burst/victim.ts'
import { freePort } from './server-process.ts'

const USAGE = `node scripts/kill-burst.ts [--rounds 20] [--lanes 3] [--people 2] [--stand-in] [--json]

Kills the server with SIGKILL in the middle of a burst of payments, every third time its database too, starts it again, lets the
tills recover, and holds their books against ours and the processor's. --stand-in reads names instead of pictures: many more payments
in the same time, everything that keeps money is the same.`

/** The kill comes at a random moment of this span after the burst began, ms. */
const KILL_SPAN_MS = { from: 200, to: 3_000 }
/** Every third round the database dies with the server. */
const DATABASE_DIES_EVERY = 3

/** People that the stand-in recogniser knows: their pictures are their names. */
const namedPeople = (count: number): DemoPerson[] =>
  Array.from({ length: count }, (_, index) => ({
    person: `person ${index + 1}`,
    palms: (['L', 'R'] as const).map((hand) => {
      const frames = standInBurst(`person ${index + 1}`, hand)
      const burst = async () => frames.map((bytes, i) => ({ bytes, offsetMs: i * 120, type: 'image/jpeg' as const }))
      return { palm: `${index + 1}_${hand}`, hand, enrol: [burst], hovers: [burst] }
    }),
  }))

/** People who don't exist, drawn. Loaded only when wanted: drawing takes a while. */
const drawnPeople = async (count: number): Promise<DemoPerson[]> =>
  (await import('./demo/synthetic-people.ts')).syntheticPeople(count, 0, 1)

/** Registers the people and keeps one burst of each palm, encoded once. */
async function prepare(baseUrl: string, operatorToken: string, people: DemoPerson[], lanes: number) {
  // This is about money: the same pictures are sent over and over, which no screen could light anew.
  await doWithoutFlash(baseUrl, operatorToken)
  const shop = await openShop(baseUrl)
  const bursts: Frame[][] = []
  try {
    for (const [index, person] of people.entries()) {
      const { shopperId, reasons } = await enrolPerson(shop, baseUrl, person, index)
      if (shopperId === null) throw new Error(`Person ${person.person} could not be registered: ${reasons.join('; ')}`)
      for (const palm of person.palms) for (const hover of palm.hovers) bursts.push((await hover(null)) as Frame[])
    }
  } finally {
    shop.close()
  }
  const made: Lane[] = []
  for (let i = 1; i <= lanes; i++)
    made.push(await makeLane(baseUrl, operatorToken, shop.terminal.device.shop.id, `Lane ${i}`))
  return { bursts, lanes: made }
}

type Round = Findings & { round: number; killed: string; afterMs: number; begun: number; readyMs: number }

async function runRound(round: number, victim: Victim, house: House): Promise<{ result: Round; next: Victim }> {
  const withDatabase = round % DATABASE_DIES_EVERY === 0
  const afterMs = Math.round(KILL_SPAN_MS.from + Math.random() * (KILL_SPAN_MS.to - KILL_SPAN_MS.from))
  const fresh: Sale[][] = house.lanes.map(() => [])
  let turn = round
  const burst = () => house.bursts[turn++ % house.bursts.length]!
  const selling = house.lanes.map((lane, i) => sellUntilGone(victim.baseUrl, lane, burst, fresh[i]!))
  const watched = Promise.all(selling)
  watched.catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  await (withDatabase ? victim.killWithDatabase() : victim.kill())
  await watched
  const startedAtMs = performance.now()
  const next = await startVictim(house)
  const readyMs = Math.round(performance.now() - startedAtMs)
  await Promise.all(house.lanes.map((lane, i) => recover(next.baseUrl, lane, fresh[i]!)))
  house.sales.push(...fresh.flat())
  const findings = await compareBooks(house.dataDir, house.sales)
  const killed = withDatabase ? 'server + database' : 'server'
  return { result: { round, killed, afterMs, begun: fresh.flat().length, readyMs, ...findings }, next }
}

type House = {
  dataDir: string
  port: number
  operatorToken: string
  recogniser: 'real' | 'standIn'
  bursts: Frame[][]
  lanes: Lane[]
  sales: Sale[]
}

const cells = (values: (string | number)[]) =>
  values.map((value, i) => String(value)[i === 1 ? 'padEnd' : 'padStart'](i === 1 ? 18 : 9)).join(' ')
const HEADER = cells([
  'round',
  'killed',
  'after ms',
  'sales',
  'ready ms',
  'payments',
  'approved',
  'twice',
  'lost',
  'ledger',
])
const line = (r: Round) =>
  cells([
    r.round,
    r.killed,
    r.afterMs,
    r.begun,
    r.readyMs,
    r.payments,
    r.approved,
    r.chargedTwice,
    r.lost,
    r.ledgerSumMinor,
  ])

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      lanes: { type: 'string', default: '3' },
      people: { type: 'string', default: '2' },
      'stand-in': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(`${USAGE}\n`)
    return 0
  }
  const print = (text: string) => (values.json ? process.stderr : process.stdout).write(`${text}\n`)
  const dataDir = mkdtempSync(join(tmpdir(), 'paume-kill-'))
  chmodSync(dataDir, 0o755)
  const recogniser: House['recogniser'] = values['stand-in'] ? 'standIn' : 'real'
  const base = { recogniser, dataDir, port: await freePort(), operatorToken: randomBytes(24).toString('base64url') }
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  let victim = await startVictim(base)
  const rounds: Round[] = []
  try {
    const count = Number(values.people)
    const people = recogniser === 'real' ? await drawnPeople(count) : namedPeople(count)
    const prepared = await prepare(victim.baseUrl, base.operatorToken, people, Number(values.lanes))
    const house: House = { ...base, ...prepared, sales: [] }
    print(HEADER)
    for (let round = 1; round <= Number(values.rounds); round++) {
      const { result, next } = await runRound(round, victim, house)
      victim = next
      rounds.push(result)
      print(line(result))
      for (const wrong of result.wrong) print(`  wrong: ${wrong}`)
    }
  } finally {
    await victim.stop()
  }
  const last = rounds.at(-1)
  const worst = (name: 'chargedTwice' | 'lost') => Math.max(0, ...rounds.map((round) => round[name]))
  const summary = {
    rounds: rounds.length,
    payments: last?.payments ?? 0,
    approved: last?.approved ?? 0,
    chargedTwice: worst('chargedTwice'),
    lost: worst('lost'),
    ledgerSumMinor: last?.ledgerSumMinor ?? 0,
  }
  process.stdout.write(`${JSON.stringify(summary)}\n`)
  return rounds.every((round) => round.wrong.length === 0 && round.ledgerSumMinor === 0) ? 0 : 1
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
process.exitCode = await main()
