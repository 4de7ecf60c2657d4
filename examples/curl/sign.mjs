// Signs requests for curl, with nothing but Node. A till in another language does these thirty lines (RFC 9421, RFC 9530).
//
//   node sign.mjs key KEY.pem                           makes a key if there is none, prints its public half as a JWK
//   node sign.mjs KEY.pem DEVICE METHOD PATH [BODY]     prints headers as lines of a curl config: … | curl --config - URL
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

if (process.argv[2] === 'key') {
  const file = process.argv[3]
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  }
  const { kty, crv, x, y } = createPublicKey(readFileSync(file)).export({ format: 'jwk' })
  console.log(JSON.stringify({ kty, crv, x, y }))
} else {
  const [file, device, method, target, body] = process.argv.slice(2)
  const [path, query] = target.split('?')
  const parts = [
    ['@method', method],
    ['@path', path],
    ['@query', `?${query ?? ''}`],
  ]
  if (body !== undefined) {
    parts.push(['content-digest', `sha-256=:${createHash('sha256').update(body).digest('base64')}:`])
  }
  const names = parts.map(([name]) => `"${name}"`).join(' ')
  const seconds = Math.floor(Date.now() / 1000)
  const nonce = randomBytes(18).toString('base64url')
  const input = `(${names});created=${seconds};nonce="${nonce}";keyid="${device}";alg="ecdsa-p256-sha256"`
  const base = [...parts.map(([name, value]) => `"${name}": ${value}`), `"@signature-params": ${input}`].join('\n')
  const key = { key: createPrivateKey(readFileSync(file)), dsaEncoding: 'ieee-p1363' }
  const headers = {
    'signature-input': `paume=${input}`,
    signature: `paume=:${sign('sha256', Buffer.from(base), key).toString('base64')}:`,
    ...(body === undefined ? {} : { 'content-digest': parts[3][1], 'content-type': 'application/json' }),
  }
  for (const [name, value] of Object.entries(headers)) {
    console.log(`header = "${`${name}: ${value}`.replace(/["\\]/g, '\\$&')}"`)
  }
}
