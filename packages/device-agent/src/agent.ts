import { sealCapture } from '@paume/camera/seal'
import { isPaumeError, NetworkFailure, PaumeError } from '@paume/client'
import type { HeartbeatReply, HoverResult, Payment } from '@paume/contract'
import { type FrameSource, FramesUnavailable } from './frames/source.ts'
import type { OpenedDevice } from './identity.ts'

/** How often a device says that it is there (contract: every 15 s). */
const HEARTBEAT_MS = 15_000
/** After something failed, before it is tried again, ms. */
const AGAIN_MS = 2_000
/** Pictures of a hover where the server asks for no colours. */
const FRAMES = 3
/** A key is changed after so long, ms. */
const KEY_AGE_MS = 30 * 86_400_000

export type AgentOptions = {
  device: OpenedDevice
  /** Null: this device looks at no hands, such as a register that is driven otherwise. */
  frames: FrameSource | null
  version: string
  heartbeatMs?: number
  /** A command whose restart has happened: it is told to the server with the first heartbeat. */
  restarted?: string | null
  keyAgeMs?: number
  /** Every line tells of one thing; nothing in it is secret. */
  say?(line: string): void
}

export type AgentEnd = { why: 'stopped' } | { why: 'restart'; commandId: string } | { why: 'revoked' }
export type Agent = {
  /** Serves until it is stopped, told to restart, or revoked. */
  run(): Promise<AgentEnd>
  stop(): void
  /** The last reply to a heartbeat. */
  last(): HeartbeatReply | null
}

/**
 * A device without a page: heartbeats, settings, commands, and, as a terminal, one payment after the other: the hand that its pictures
 * show pays. Amount and merchant are shown by whoever runs it; it says that they are shown.
 */
export function createAgent(options: AgentOptions): Agent {
  const { device, frames, version, heartbeatMs = HEARTBEAT_MS, keyAgeMs = KEY_AGE_MS, say = () => {} } = options
  const stop = new AbortController()
  const { signal } = stop
  let end: AgentEnd = { why: 'stopped' }
  let last: HeartbeatReply | null = null
  let camera: 'ready' | 'missing' | 'synthetic' | 'unused' = frames?.camera ?? 'unused'
  let done = options.restarted === undefined || options.restarted === null ? [] : [options.restarted]
  let restart: string | null = null
  let serving = false
  let keySinceMs = Date.now()

  const finish = (how: AgentEnd) => {
    if (signal.aborted) return
    end = how
    stop.abort()
  }
  /** Never in the middle of a payment. */
  const restartWhenFree = () => {
    if (restart !== null && !serving) finish({ why: 'restart', commandId: restart })
  }

  const beat = async () => {
    const settings = last === null ? {} : { settingsVersion: last.settingsVersion }
    const confirmed = done.length === 0 ? {} : { commandsDone: done }
    last = await device.api.device.heartbeat({ appVersion: version, camera, ...settings, ...confirmed }, { signal })
    const seen = done
    done = []
    const wanted = last.commands.find(({ kind, id }) => kind === 'restart' && !seen.includes(id))
    if (wanted !== undefined) restart = wanted.id
    if (last.settingsVersion !== settings.settingsVersion) {
      // Taken at once: nothing here has a screen that would have to be drawn anew.
      last = await device.api.device.heartbeat(
        { appVersion: version, camera, settingsVersion: last.settingsVersion },
        { signal },
      )
      say(`settings ${last.settingsVersion}`)
    }
    restartWhenFree()
    if (Date.now() - keySinceMs > keyAgeMs && !serving) {
      await device.rotateKey()
      keySinceMs = Date.now()
      say('key changed')
    }
  }

  const hover = async (payment: Payment): Promise<HoverResult> => {
    if (frames === null) throw new FramesUnavailable('This device has no camera.')
    const { terminal } = device.api
    const challenge = await terminal.challenge(payment.id, { signal })
    const pictures = await frames.burst(challenge.flash?.length ?? FRAMES, signal)
    const context = { deviceId: device.api.deviceId, hand: challenge.hand, capturedAtMs: Date.now() }
    const sealed = await sealCapture(challenge, pictures, context)
    return terminal.hover(payment.id, challenge.captureId, sealed, { signal })
  }
  const serve = async (payment: Payment) => {
    serving = true
    try {
      if (payment.state === 'created') payment = await device.api.terminal.presented(payment.id, { signal })
      while (payment.state === 'presented') {
        const { outcome, payment: now } = await hover(payment)
        say(`${payment.id} ${outcome}`)
        payment = now
      }
    } finally {
      serving = false
      restartWhenFree()
    }
    return payment
  }

  const forever = async (work: () => Promise<void>) => {
    while (!signal.aborted) {
      try {
        await work()
      } catch (error) {
        if (signal.aborted) return
        if (isPaumeError(error, 'device_revoked') || isPaumeError(error, 'device_unknown')) finish({ why: 'revoked' })
        else if (error instanceof FramesUnavailable) camera = 'missing'
        else if (!(error instanceof PaumeError) && !(error instanceof NetworkFailure)) throw error
        say((error as Error).message)
        await pause(AGAIN_MS, signal)
      }
    }
  }

  return {
    async run() {
      let known: Payment | null = null
      const beats = forever(async () => {
        await beat()
        await pause(heartbeatMs, signal)
      })
      const payments =
        frames === null
          ? Promise.resolve()
          : forever(async () => {
              // What kind it is, the server says.
              if (last === null) return pause(50, signal)
              if (last.kind !== 'terminal') return pause(heartbeatMs, signal)
              const payment = await device.api.terminal.next(known, { signal })
              known = payment === null ? null : await serve(payment)
            })
      try {
        await Promise.all([beats, payments])
      } finally {
        stop.abort()
      }
      return end
    },
    stop: () => finish({ why: 'stopped' }),
    last: () => last,
  }
}

/** Rejects never: who waits looks at the signal. */
const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) return resolve()
    const over = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', over)
      resolve()
    }
    const timer = setTimeout(over, ms)
    signal.addEventListener('abort', over)
  })
