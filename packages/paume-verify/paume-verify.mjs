#!/usr/bin/env node
// paume-verify receipt.json [--key KEY | --key-file FILE]: was this receipt written into the log, and is it as it was?
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ReceiptRefused, verifyReceipt } from './verify.mjs'

const USAGE = `Usage: paume-verify receipt.json --key-file log.pub
       paume-verify receipt.json --key 'paume.example/log+0123abcd+AbC…='

The public key of a log is at /.well-known/paume-log-key of the system that gave you the receipt. Keep it, or have it from somebody
you trust: a receipt proves something about the log of that key only. Ends with 0 when the receipt holds, 1 when not, 2 when asked wrongly.`

/** More than any receipt has. */
const LARGEST_BYTES = 10_000_000

const fail = (message, code) => {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}

let values
let positionals
try {
  const options = { key: { type: 'string' }, 'key-file': { type: 'string' }, help: { type: 'boolean' } }
  ;({ values, positionals } = parseArgs({ options, allowPositionals: true }))
} catch (error) {
  fail(`${error.message}\n\n${USAGE}`, 2)
}
if (values.help) {
  process.stdout.write(`${USAGE}\n`)
  process.exit(0)
}
if (positionals.length !== 1 || (values.key === undefined) === (values['key-file'] === undefined)) fail(USAGE, 2)

const read = (file) => {
  try {
    const text = readFileSync(file, 'utf8')
    return text.length > LARGEST_BYTES ? fail(`${file} is too large for a receipt.`, 2) : text
  } catch (error) {
    return fail(`${file} cannot be read: ${error.code}.`, 2)
  }
}
const key = values.key ?? read(values['key-file'])
const text = read(positionals[0])
try {
  const proven = verifyReceipt(JSON.parse(text), key)
  process.stdout.write(`The receipt holds.
  log        ${proven.origin}
  entry      ${proven.sequence} of ${proven.treeSize}
  written    ${proven.at}
  event      ${proven.event}
${Object.entries(proven.facts)
  .map(([name, value]) => `  ${name}: ${value}`)
  .join('\n')}
${proven.statement === null ? '' : `\n${proven.statement}\n`}`)
} catch (error) {
  if (error instanceof ReceiptRefused) fail(`The receipt does not hold (${error.code}): ${error.message}`, 1)
  if (error instanceof SyntaxError) fail('The receipt does not hold (receipt_unreadable): it is not JSON.', 1)
  throw error
}
