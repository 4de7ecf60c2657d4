import { ROLLOUT_STAGES_PERCENT, type RolloutState, type RolloutStop, type SettingsRollout } from '@paume/contract'
import { type Selectable, sql } from 'kysely'
import type { Audit } from '../../audit/service.ts'
import { type Clock, toTimestamp } from '../../clock.ts'
import { type Db, isUniqueViolation, type Tx, withTransaction } from '../../database.ts'
import { Failure } from '../../failure.ts'
import { newId } from '../../ids.ts'
import type { FleetPorts } from '../ports.ts'
import { ONLINE_MS } from '../store.ts'
import type { DeviceTables } from '../tables.ts'
import { type Covered, devicesCoveredBy, dueUpTo, silentFor } from './coverage.ts'
import { isTaken, reasonToStop, type StageHealth, type Tally } from './health.ts'

const STAGE_MINUTES = 30
/** A device is silent after this long, ms: a page that loads anew, or a short gap in a shop's network, is none. */
export const SILENT_MS = 120_000

export type RolloutRow = Selectable<DeviceTables['device_settings_rollouts']>

export type SettingsRollouts = {
  /** Throws `settings_stages`, `settings_state` (one is under way, or that version is in force), `not_found`. */
  start(
    wish: { templateId: string; version: number; stagesPercent?: number[]; stageMinutes?: number },
    staffId: string | null,
  ): Promise<string>
  /** Devices go back to what they had, with their next heartbeat. Throws `settings_state` when it has ended. */
  stop(id: string, staffId: string | null): Promise<void>
  describe(id: string): Promise<SettingsRollout>
  /** Looks at every roll-out under way: stops it, or goes on to its next stage. */
  look(): Promise<void>
  /** A device says that it runs what it was to run, or that it could not. */
  heard(deviceId: string, rolloutIds: readonly string[], how: 'took' | 'refused'): Promise<void>
}

type Options = { db: Db; clock: Clock; audit: Audit; ports: FleetPorts }

export function createRollouts({ db, clock, audit, ports }: Options): SettingsRollouts {
  const now = () => new Date(clock.nowMs())

  const coveredBy = (tx: Db | Tx, rolloutId: string, templateId: string) =>
    devicesCoveredBy(tx, ports, rolloutId, templateId)

  const end = async (
    tx: Tx,
    row: RolloutRow,
    state: RolloutState,
    stop: RolloutStop | null,
    staffId: string | null,
  ) => {
    await tx
      .updateTable('device_settings_rollouts')
      .set({ state, stop, ended_at: now() })
      .where('id', '=', row.id)
      .execute()
    if (state === 'finished') {
      await tx
        .updateTable('device_settings_templates')
        .set({ current_version: row.version })
        .where('id', '=', row.template_id)
        .execute()
    }
    const facts = { rolloutId: row.id, templateId: row.template_id, version: row.version, staffId }
    await audit.append(tx, `settings_rollout_${state}`, stop === null ? facts : { ...facts, stop, stage: row.stage })
  }
  const tellConsole = async (row: Pick<RolloutRow, 'template_id'>) => {
    const template = await db
      .selectFrom('device_settings_templates')
      .select('organisation_id')
      .where('id', '=', row.template_id)
      .executeTakeFirstOrThrow()
    ports.announce({ kind: 'device', organisationId: template.organisation_id, shopId: null, id: null })
  }
  const runsOf = async (tx: Db | Tx, rolloutId: string) => {
    const rows = await tx.selectFrom('device_settings_runs').selectAll().where('rollout_id', '=', rolloutId).execute()
    return {
      took: new Set(rows.filter((row) => row.took_at !== null).map((row) => row.device_id)),
      refused: new Set(rows.filter((row) => row.refused_at !== null).map((row) => row.device_id)),
    }
  }
  const isSilent = (device: Covered) => silentFor(device, now()) > SILENT_MS
  const isOnline = (device: Covered) => silentFor(device, now()) < ONLINE_MS

  const tally = async (devices: readonly Covered[], since: Date): Promise<Tally> => {
    const found = await ports.hoversSince(
      devices.map(({ id }) => id),
      since,
    )
    const sum: Tally = { hovers: 0, refused: 0 }
    for (const { hovers, refused } of found.values()) {
      sum.hovers += hovers
      sum.refused += refused
    }
    return sum
  }
  const healthOf = async (tx: Tx, row: RolloutRow, covered: readonly Covered[]): Promise<StageHealth> => {
    const { took, refused } = await runsOf(tx, row.id)
    const withIt = covered.filter(({ id }) => took.has(id))
    const seenSince = (device: Covered) =>
      device.lastSeenAt !== null && device.lastSeenAt.getTime() > row.stage_since.getTime() - ONLINE_MS
    const without = covered.filter((device) => !took.has(device.id) && seenSince(device))
    const tookHovers = await tally(withIt, row.stage_since)
    let otherHovers = await tally(without, row.stage_since)
    if (without.length === 0) {
      // Nobody is left to compare with: the same devices, for as long before the roll-out as it has lasted.
      const lastedMs = clock.nowMs() - row.started_at.getTime()
      const both = await tally(withIt, new Date(row.started_at.getTime() - lastedMs))
      const since = await tally(withIt, row.started_at)
      otherHovers = { hovers: both.hovers - since.hovers, refused: both.refused - since.refused }
    }
    return {
      took: withIt.length,
      tookSilent: withIt.filter(isSilent).length,
      refused: refused.size,
      others: without.length,
      othersSilent: without.filter(isSilent).length,
      tookHovers,
      otherHovers,
    }
  }

  /** One roll-out under way, locked: another node that looks at the same time passes it by. Answers whether anything changed. */
  const lookAt = (id: string): Promise<RolloutRow | null> =>
    withTransaction(db, async (tx) => {
      const row = await tx
        .selectFrom('device_settings_rollouts')
        .selectAll()
        .where('id', '=', id)
        .where('state', '=', 'running')
        .forUpdate()
        .skipLocked()
        .executeTakeFirst()
      if (row === undefined) return null
      const covered = await coveredBy(tx, row.id, row.template_id)
      const health = await healthOf(tx, row, covered)
      const reason = reasonToStop(health)
      if (reason !== null) {
        await end(tx, row, 'stopped', reason, null)
        return row
      }
      if (clock.nowMs() - row.stage_since.getTime() < row.stage_minutes * 60_000) return null
      const { took } = await runsOf(tx, row.id)
      const dueOnline = covered.filter((device) => device.draw <= row.due_up_to && isOnline(device))
      if (!isTaken(dueOnline.length, dueOnline.filter(({ id }) => took.has(id)).length)) return null
      const next = row.stages_percent[row.stage + 1]
      if (next === undefined) {
        await end(tx, row, 'finished', null, null)
        return row
      }
      await tx
        .updateTable('device_settings_rollouts')
        .set({ stage: row.stage + 1, stage_since: now(), due_up_to: dueUpTo(covered, next) })
        .where('id', '=', row.id)
        .execute()
      await audit.append(tx, 'settings_rollout_advanced', { rolloutId: row.id, percent: next })
      return row
    })

  return {
    async start(
      { templateId, version, stagesPercent = ROLLOUT_STAGES_PERCENT, stageMinutes = STAGE_MINUTES },
      staffId,
    ) {
      const rising = stagesPercent.every((percent, n) => n === 0 || percent > stagesPercent[n - 1]!)
      if (!rising || stagesPercent.at(-1) !== 100) throw new Failure('settings_stages')
      const id = newId('settingsRollout', clock.nowMs())
      try {
        await withTransaction(db, async (tx) => {
          const template = await tx
            .selectFrom('device_settings_templates')
            .innerJoin('device_settings_versions as v', 'v.template_id', 'device_settings_templates.id')
            .select('current_version')
            .where('id', '=', templateId)
            .where('v.version', '=', version)
            .executeTakeFirst()
          if (template === undefined) throw new Failure('not_found')
          if (template.current_version === version) throw new Failure('settings_state')
          const covered = await coveredBy(tx, id, templateId)
          await tx
            .insertInto('device_settings_rollouts')
            .values({
              id,
              template_id: templateId,
              version,
              from_version: template.current_version,
              state: 'running',
              stop: null,
              stages_percent: stagesPercent,
              stage: 0,
              stage_minutes: stageMinutes,
              due_up_to: dueUpTo(covered, stagesPercent[0]!),
              started_at: now(),
              started_by: staffId,
              stage_since: now(),
              ended_at: null,
            })
            .execute()
          await audit.append(tx, 'settings_rollout_started', { rolloutId: id, templateId, version, staffId })
        })
      } catch (error) {
        if (isUniqueViolation(error, 'device_settings_rollouts_running')) throw new Failure('settings_state')
        throw error
      }
      await tellConsole({ template_id: templateId })
      return id
    },
    async stop(id, staffId) {
      const row = await withTransaction(db, async (tx) => {
        const found = await tx
          .selectFrom('device_settings_rollouts')
          .selectAll()
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst()
        if (found === undefined) throw new Failure('not_found')
        if (found.state !== 'running') throw new Failure('settings_state')
        await end(tx, found, 'stopped', 'by_hand', staffId)
        return found
      })
      await tellConsole(row)
    },
    async describe(id) {
      const row = await db
        .selectFrom('device_settings_rollouts as r')
        .innerJoin('device_settings_templates as t', 't.id', 'r.template_id')
        .selectAll('r')
        .select('t.name')
        .where('r.id', '=', id)
        .executeTakeFirst()
      if (row === undefined) throw new Failure('not_found')
      const covered = await coveredBy(db, id, row.template_id)
      const { took, refused } = await runsOf(db, id)
      return {
        id,
        template: { id: row.template_id, name: row.name },
        version: row.version,
        fromVersion: row.from_version,
        state: row.state,
        stop: row.stop,
        stagesPercent: row.stages_percent,
        stage: row.stage,
        stageMinutes: row.stage_minutes,
        startedAt: toTimestamp(row.started_at),
        stageSince: toTimestamp(row.stage_since),
        endedAt: row.ended_at === null ? null : toTimestamp(row.ended_at),
        devices: {
          covered: covered.length,
          due: covered.filter(({ draw }) => draw <= row.due_up_to).length,
          took: took.size,
          refused: refused.size,
          silent: covered.filter((device) => took.has(device.id) && isSilent(device)).length,
        },
      }
    },
    async look() {
      const running = await db
        .selectFrom('device_settings_rollouts')
        .select('id')
        .where('state', '=', 'running')
        .execute()
      for (const { id } of running) {
        const changed = await lookAt(id)
        if (changed !== null) await tellConsole(changed)
      }
    },
    async heard(deviceId, rolloutIds, how) {
      if (rolloutIds.length === 0) return
      const at = now()
      await sql`
        insert into device_settings_runs (rollout_id, device_id, took_at, refused_at)
        select rollout, ${deviceId}, ${how === 'took' ? at : null}::timestamptz, ${how === 'refused' ? at : null}::timestamptz
          from unnest(${[...rolloutIds]}::text[]) rollout
        on conflict (rollout_id, device_id) do update
          set took_at = coalesce(device_settings_runs.took_at, excluded.took_at),
              refused_at = coalesce(device_settings_runs.refused_at, excluded.refused_at)
          where (device_settings_runs.took_at is null and excluded.took_at is not null)
             or (device_settings_runs.refused_at is null and excluded.refused_at is not null)`.execute(db)
    },
  }
}
