import { execFile } from 'node:child_process'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const PROGRAM = join(import.meta.dirname, 'paume-verify.mjs')
const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()

/** A log of two entries, made by hand. */
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const bytes = Buffer.concat([Buffer.of(1), Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url')])
const id = sha256(Buffer.from('shop.example/log\n'), bytes).subarray(0, 4)
const key = `shop.example/log+${id.toString('hex')}+${bytes.toString('base64')}`
const statement = 'Erased: both palms.'
const facts = JSON.stringify({ statementSha256: sha256(Buffer.from(statement)).toString('hex') })
const entry = JSON.stringify([2, '2026-11-24T00:00:00.000Z', 'shopper_erased', facts, 'f'.repeat(64)])
const leaf = (text: string) => sha256(Buffer.of(0), sha256(Buffer.from(text)))
const root = sha256(Buffer.of(1), leaf('first'), leaf(entry))
const note = `shop.example/log\n2\n${root.toString('base64')}\n`
const head = `${note}\n— shop.example/log ${Buffer.concat([id, sign(null, Buffer.from(note), privateKey)]).toString('base64')}\n`
const receipt = { format: 'paume-receipt/1', entry, index: 1, proof: [leaf('first').toString('hex')], head, statement }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paume-verify-'))
  await writeFile(join(folder, 'log.pub'), `${key}\n`)
})
afterAll(() => rm(folder, { recursive: true }))

async function run(content: string | null, ...args: string[]) {
  const file = join(folder, 'receipt.json')
  if (content !== null) await writeFile(file, content)
  return new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile(process.execPath, [PROGRAM, ...(content === null ? [] : [file]), ...args], (error, out, err) =>
      done({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

it('says what a good receipt proves', async () => {
  for (const by of [
    ['--key', key],
    ['--key-file', join(folder, 'log.pub')],
  ]) {
    const { code, out } = await run(JSON.stringify(receipt), ...by)
    expect([code, out]).toEqual([0, expect.stringContaining('The receipt holds.')])
    expect(out).toContain('entry      2 of 2')
    expect(out).toContain(statement)
  }
})

it('refuses an altered one and says why', async () => {
  for (const [altered, why] of [
    [{ ...receipt, entry: entry.replace('2026', '2025') }, 'entry_not_in_log'],
    [{ ...receipt, statement: 'Erased: one palm.' }, 'statement_altered'],
    [{ ...receipt, statement: undefined }, 'statement_altered'],
    [{ ...receipt, head: head.replace('\n2\n', '\n3\n') }, 'head_not_signed'],
    [{ ...receipt, proof: [] }, 'entry_not_in_log'],
    [{ ...receipt, index: -1 }, 'receipt_unreadable'],
    [[], 'receipt_unreadable'],
  ] as const) {
    const { code, err } = await run(JSON.stringify(altered), '--key', key)
    expect([code, err]).toEqual([1, expect.stringContaining(why)])
  }
  const { code, err } = await run('{"format":', '--key', key)
  expect([code, err]).toEqual([1, expect.stringContaining('receipt_unreadable')])
})

it('says how it is used when asked wrongly', async () => {
  for (const args of [[], ['--key', key, '--key-file', 'x'], ['--nonsense']]) {
    const { code, err } = await run(JSON.stringify(receipt), ...args)
    expect([code, err]).toEqual([2, expect.stringContaining('Usage')])
  }
  expect((await run(null, '--key', key)).code).toBe(2)
  expect((await run(JSON.stringify(receipt), '--key-file', join(folder, 'none'))).code).toBe(2)
})
