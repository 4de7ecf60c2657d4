import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sealCapture } from '@paume/camera/seal'
import type pg from 'pg'
import { type Frame, type Lane, type OpenLane, openLane } from '../chaos/lanes.ts'
import { namedPeople, prepareShop } from '../chaos/people.ts'
import { connectTo, startStandIn } from './stand-in-process.ts'

/** People a till: limits count what each of them paid, and nobody shops twice a second. */
const PEOPLE_A_TILL = 4
/** Before anything is timed: connections open, code warm, ms. */
const WARM_UP_MS = 10_000
const HEARTBEAT_EVERY_MS = 10_000
/** Jiffies of /proc, ms: USER_HZ is 100 on every Linux. */
const JIFFY_MS = 10

export type PaymentFigures = {
  payments: number
  perSecond: number
  p50Ms: number
  p99Ms: number
  concurrency: number
  seconds: number
  /** Whatever did not end approved; must be 0. */
  notApproved: number
  ledgerSumMinor: number
  fsync: string
  /** Of a payment: commits, and times that the log was made safe on disk (fewer where commits share one). */
  commitsAPayment: number
  logSyncsAPayment: number | null
  /** Processor time of a payment by who used it, ms; null where the system does not say. */
  cpuMsAPayment: { server: number; postgres: number; load: number } | null
}

/**
 * Payments from the till's request to the till's sight of "approved": created, presented, challenged, hovered (sealed, decided,
 * authorised and captured by the sandbox processor), read. Five signed requests each. The recogniser reads names instead of pictures:
 * this measures money. Server and PostgreSQL are processes of their own, this one is the tills; all of it on loopback.
 */
export async function benchPayments(
  seconds: number,
  concurrency: number,
  say: (line: string) => void,
): Promise<PaymentFigures> {
  const { baseUrl, operatorToken, dataDir, server, stop } = await startStandIn()
  const database = await connectTo(dataDir)
  try {
    say(`payments: ${concurrency} tills and terminals…`)
    const { lanes, bursts } = await prepareShop(
      baseUrl,
      operatorToken,
      namedPeople(concurrency * PEOPLE_A_TILL),
      concurrency,
    )
    const open = lanes.map((lane) => openLane(baseUrl, lane))
    const run = (ms: number) => sellFor(ms, lanes, open, bursts)
    await run(WARM_UP_MS)
    const before = await measure(database, server.pid!, dataDir)
    const startedMs = performance.now()
    const { timesMs, notApproved } = await run(seconds * 1_000)
    const tookS = (performance.now() - startedMs) / 1_000
    const after = await measure(database, server.pid!, dataDir)
    const sorted = timesMs.sort((a, b) => a - b)
    const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
    const each = (from: number, to: number) => (to - from) / sorted.length
    const { rows } = await database.query<{ sum: string; fsync: string }>(
      `select coalesce(sum(amount_minor), 0)::text sum, current_setting('fsync') fsync from ledger_entry`,
    )
    return {
      payments: sorted.length,
      perSecond: sorted.length / tookS,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      concurrency,
      seconds,
      notApproved,
      ledgerSumMinor: Number(rows[0]!.sum),
      fsync: rows[0]!.fsync,
      commitsAPayment: each(before.commits, after.commits),
      logSyncsAPayment:
        before.logSyncs === null || after.logSyncs === null ? null : each(before.logSyncs, after.logSyncs),
      cpuMsAPayment:
        before.cpuMs === null || after.cpuMs === null
          ? null
          : {
              server: each(before.cpuMs.server, after.cpuMs.server),
              postgres: each(before.cpuMs.postgres, after.cpuMs.postgres),
              load: each(before.cpuMs.load, after.cpuMs.load),
            },
    }
  } finally {
    await database.end()
    await stop()
  }
}

/** Every lane sells payment after payment until the time is over, and finishes the one it is at. */
async function sellFor(ms: number, lanes: Lane[], open: OpenLane[], bursts: Frame[][]) {
  const untilMs = performance.now() + ms
  const timesMs: number[] = []
  let notApproved = 0
  await Promise.all(
    lanes.map(async (lane, index) => {
      const at = open[index]!
      // Whoever shops here, one after the other.
      const hands = bursts.filter((_, hand) => hand % lanes.length === index)
      const queue = hands.map((burst) => burst.map((frame) => ({ ...frame, screenColour: null })))
      let beatAtMs = Number.NEGATIVE_INFINITY
      let turn = 0
      while (performance.now() < untilMs) {
        if (performance.now() - beatAtMs > HEARTBEAT_EVERY_MS) {
          await at.terminal.device.heartbeat({ appVersion: 'bench', camera: 'synthetic' })
          beatAtMs = performance.now()
        }
        const startedMs = performance.now()
        const state = await pay(at, lane, queue[turn++ % queue.length]!)
        timesMs.push(performance.now() - startedMs)
        if (state !== 'approved') notApproved += 1
      }
    }),
  )
  return { timesMs, notApproved }
}

type Frames = Parameters<typeof sealCapture>[1]

async function pay({ till, terminal }: OpenLane, lane: Lane, frames: Frames): Promise<string> {
  const request = { amountMinor: 1_250, currency: lane.register.device.shop.currency, reference: randomUUID() }
  const { id } = await till.payments.create(lane.terminal.device.id, request)
  await terminal.terminal.presented(id)
  const challenge = await terminal.terminal.challenge(id)
  const context = { deviceId: terminal.deviceId, hand: challenge.hand, capturedAtMs: Date.now() }
  await terminal.terminal.hover(id, challenge.captureId, await sealCapture(challenge, frames, context))
  return (await till.payments.get(id)).state
}

/** Counters since the start. Those of PostgreSQL lag behind by up to a second: little against the time that is measured. */
async function measure(database: pg.Client, serverPid: number, dataDir: string) {
  const { rows } = await database.query<{ commits: string; syncs: string | null }>(`
    select (select xact_commit from pg_stat_database where datname = current_database())::text commits,
      (select sum(fsyncs) from pg_stat_io where object = 'wal')::text syncs`)
  const { commits, syncs } = rows[0]!
  return { commits: Number(commits), logSyncs: syncs === null ? null : Number(syncs), cpuMs: cpu(serverPid, dataDir) }
}

function cpu(serverPid: number, dataDir: string) {
  const own = process.cpuUsage()
  const load = (own.user + own.system) / 1_000
  try {
    const postmaster = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0])
    let postgres = 0
    for (const entry of readdirSync('/proc')) {
      if (!/^\d+$/.test(entry)) continue
      const stat = readStat(entry)
      // The postmaster counts what its processes used that are gone (fields 16 and 17).
      if (Number(entry) === postmaster && stat) postgres += stat.usedMs + stat.childrenMs
      else if (stat?.parent === postmaster) postgres += stat.usedMs
    }
    return { server: readStat(String(serverPid))!.usedMs, postgres, load }
  } catch {
    return null
  }
}

/** proc(5): after the name in parentheses come state, parent, … utime, stime, cutime, cstime as fields 14 to 17. */
function readStat(pid: string): { parent: number; usedMs: number; childrenMs: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const sum = (from: number) => (fields[from]! + fields[from + 1]!) * JIFFY_MS
    return { parent: fields[1]!, usedMs: sum(11), childrenMs: sum(13) }
  } catch {
    return null
  }
}
