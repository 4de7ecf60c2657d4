#!/usr/bin/env node
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fileKeyStore } from '@paume/client/node'
import { DEVICE_KINDS, type DeviceKind } from '@paume/contract'
import { createAgent } from './agent.ts'
import { openFrames } from './frames/open.ts'
import { openPaired, pairWithCode } from './identity.ts'

const VERSION = 'agent 0.1.0'
/** Whoever started the program is to start it again (sysexits.h: EX_TEMPFAIL), or need not try (EX_NOPERM). */
const EXIT_RESTART = 75
const EXIT_REVOKED = 77
const USAGE = `usage: paume-device pair --server URL --code XXXX-XXXX --kind ${DEVICE_KINDS.join('|')} [--store FOLDER] [--secret FILE]
       paume-device run  --server URL --frames /dev/video0|FOLDER|FILE [--store FOLDER] [--secret FILE]
       paume-device key  --server URL [--store FOLDER] [--secret FILE]   takes a new key`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    server: { type: 'string' },
    store: { type: 'string', default: '.paume-device' },
    code: { type: 'string' },
    kind: { type: 'string' },
    frames: { type: 'string' },
    /** A file with what the kept key is sealed under, such as a credential that systemd unseals from a TPM. */
    secret: { type: 'string' },
  },
})
const say = (line: string) => console.log(`${new Date().toISOString()} ${line}`)
function leave(line: string, status = 2): never {
  console.error(line)
  process.exit(status)
}

async function main(): Promise<void> {
  const [what] = positionals
  if (positionals.length !== 1 || values.server === undefined) leave(USAGE)
  const secret = values.secret === undefined ? undefined : await readFile(values.secret)
  const store = fileKeyStore(values.store, { secret })
  const place = { baseUrl: values.server, store }
  if (what === 'pair') {
    const kind = DEVICE_KINDS.find((known) => known === values.kind)
    if (values.code === undefined || kind === undefined) leave(USAGE)
    const device = await pairWithCode(place, values.code, kind satisfies DeviceKind)
    return say(`paired as ${device.name} (${device.id}) of ${device.shop.name}`)
  }
  const device = (await openPaired(place)) ?? leave('Nothing is paired here: paume-device pair', 1)
  if (what === 'key') {
    await device.rotateKey()
    await device.api.device.self()
    return say('key changed')
  }
  if (what !== 'run' || values.frames === undefined) leave(USAGE)
  const frames = await openFrames(values.frames)
  const restartedFile = join(values.store, 'restarted')
  const restarted = await readFile(restartedFile, 'utf8').catch(() => null)
  await rm(restartedFile, { force: true })
  const agent = createAgent({ device, frames, version: VERSION, restarted, say })
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, agent.stop)
  say(`serving as ${device.api.deviceId}`)
  const end = await agent.run()
  if (end.why === 'restart') {
    await writeFile(restartedFile, end.commandId, { mode: 0o600 })
    say('starting anew, as asked')
    process.exit(EXIT_RESTART)
  }
  if (end.why === 'revoked') leave('This device was revoked.', EXIT_REVOKED)
}

await main().catch((error: unknown) => leave(error instanceof Error ? error.message : String(error), 1))
