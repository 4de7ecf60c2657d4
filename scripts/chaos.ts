import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isPaumeError } from '@paume/client'
import { compareBooks, type Findings } from './chaos/books.ts'
import { type Frame, type Lane, openLane } from './chaos/lanes.ts'
import { namedPeople, prepareShop } from './chaos/people.ts'
import { nextSales, type Sale, sell } from './chaos/sales.ts'
import { type Killing, startVictim, type Victim } from './chaos/victim.ts'
import { freePort } from './server-process.ts'

const USAGE = `npm run chaos -- [--kills 100] [--lanes 4] [--people 40] [--check-every 50] [--real] [--json]

Kills the server with SIGKILL at random moments while tills sell (automatic and manual capture, increments, voids, refunds, split sales);
one time in ten PostgreSQL with it, one time in ten PostgreSQL alone. Tills recover by themselves. Every so many kills selling stops, and
the tills' books, ours and the processor's are held against each other. The recogniser reads names instead of pictures, everything that
keeps money is the same; --real: the real recogniser, with hands that are drawn.`

/** The kill comes at a random moment of this span after everything was ready again, ms. */
const KILL_SPAN_MS = { from: 50, to: 1_500 }
/** A server that does not come back for a till within this is a finding, ms. */
const PATIENCE_MS = 180_000
const HEARTBEAT_EVERY_MS = 10_000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** What happens at one lane until `over`: sale after sale, each carried to its end however often the server dies over it. */
async function keepSelling(
  victim: Victim,
  lane: Lane,
  house: { bursts: Frame[][]; sales: Sale[]; over(): boolean },
): Promise<void> {
  const open = openLane(victim.baseUrl, lane)
  let beatAtMs = Number.NEGATIVE_INFINITY
  const beat = async () => {
    if (performance.now() - beatAtMs < HEARTBEAT_EVERY_MS) return
    await open.terminal.device.heartbeat({ appVersion: 'chaos', camera: 'synthetic' })
    beatAtMs = performance.now()
  }
  while (!house.over()) {
    for (const sale of nextSales()) {
      house.sales.push(sale)
      const giveUpAtMs = performance.now() + PATIENCE_MS
      while (!sale.done) {
        try {
          await beat()
          await sell(open, lane, house.bursts[Math.floor(Math.random() * house.bursts.length)]!, sale)
        } catch (error) {
          // A refusal would be a finding; a connection that breaks is what this is about.
          if ((isPaumeError(error) && error.status < 500) || performance.now() > giveUpAtMs) throw error
          sale.recoveries += 1
          await pause(20 + Math.random() * 80)
        }
      }
    }
  }
}

const killingOf = (kill: number): Killing =>
  kill % 10 === 0 ? 'server and database' : kill % 10 === 5 ? 'database' : 'server'

const CELLS = [
  'kills',
  'payments',
  'approved',
  'captures',
  'increments',
  'voids',
  'refunds',
  'doubleCharged',
  'lost',
  'unresolved',
  'ledgerSumMinor',
  'seconds',
] as const
const row = (values: readonly (string | number)[]) =>
  values.map((value, i) => String(value).padStart(CELLS[i]!.length)).join('  ')

/** Sells through `kills` kills, then lets every till finish. */
async function storm(
  victim: Victim,
  kills: number,
  from: number,
  house: { bursts: Frame[][]; lanes: Lane[]; sales: Sale[] },
) {
  let over = false
  const stage = { ...house, over: () => over }
  const selling = Promise.all(house.lanes.map((lane) => keepSelling(victim, lane, stage)))
  // Watched at the end; a lane that gives up must not end the process in the middle of a restart.
  selling.catch(() => {})
  let revivingMs = 0
  for (let kill = from + 1; kill <= from + kills; kill++) {
    await pause(KILL_SPAN_MS.from + Math.random() * (KILL_SPAN_MS.to - KILL_SPAN_MS.from))
    await victim.kill(killingOf(kill))
    revivingMs += await victim.revive()
  }
  over = true
  await selling
  return revivingMs
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '100' },
      lanes: { type: 'string', default: '4' },
      people: { type: 'string', default: '40' },
      'check-every': { type: 'string', default: '50' },
      real: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const [kills, laneCount, peopleCount, every] = [values.kills, values.lanes, values.people, values['check-every']].map(
    Number,
  )
  if (
    values.help ||
    [kills, laneCount, peopleCount, every].some((count) => !Number.isSafeInteger(count) || count! < 1)
  ) {
    process.stdout.write(`${USAGE}\n`)
    return values.help ? 0 : 2
  }
  const print = (text: string) => (values.json ? process.stderr : process.stdout).write(`${text}\n`)
  const dataDir = mkdtempSync(join(tmpdir(), 'paume-chaos-'))
  // As root, PostgreSQL runs as a user of its own, who has to get through; what is secret in here is closed file by file.
  chmodSync(dataDir, 0o755)
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  const recogniser = values.real ? 'real' : 'standIn'
  const operatorToken = randomBytes(24).toString('base64url')
  const startedMs = Date.now()
  const victim = await startVictim({ dataDir, port: await freePort(), operatorToken, recogniser })
  let killed = 0
  let revivingMs = 0
  let findings: Findings | null = null
  try {
    const people = values.real
      ? await (await import('./demo/synthetic-people.ts')).syntheticPeople(peopleCount!, 0, 1)
      : namedPeople(peopleCount!)
    const prepared = await prepareShop(victim.baseUrl, operatorToken, people, laneCount!)
    const house = { ...prepared, sales: [] as Sale[] }
    print(row(CELLS))
    while (killed < kills!) {
      const next = Math.min(every!, kills! - killed)
      revivingMs += await storm(victim, next, killed, house)
      killed += next
      findings = await compareBooks(victim.databaseUrl, house.sales)
      const seconds = Math.round((Date.now() - startedMs) / 1_000)
      const shown = { kills: killed, seconds, ...findings }
      print(row(CELLS.map((name) => shown[name])))
      for (const wrong of findings.wrong.slice(0, 20)) print(`  wrong: ${wrong}`)
      if (findings.wrong.length > 0) break
    }
    const { wrong, ...figures } = findings!
    const recoveries = house.sales.reduce((sum, sale) => sum + sale.recoveries, 0)
    const seconds = Math.round((Date.now() - startedMs) / 1_000)
    const readyAgainMs = Math.round(revivingMs / killed)
    process.stdout.write(`${JSON.stringify({ kills: killed, ...figures, recoveries, readyAgainMs, seconds })}\n`)
    return wrong.length === 0 ? 0 : 1
  } finally {
    await victim.stop()
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
process.exitCode = await main()
