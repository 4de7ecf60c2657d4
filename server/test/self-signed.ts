import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

// Just enough of DER (ITU-T X.690) to write one certificate: no tool of the machine is needed for it.
const tlv = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const bytes = body.length < 128 ? [] : body.length < 256 ? [body.length] : [body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([tag, bytes.length === 0 ? body.length : 0x80 | bytes.length, ...bytes]), body])
}
const sequence = (...parts: Uint8Array[]) => tlv(0x30, ...parts)
const oid = (...bytes: number[]) => tlv(0x06, Buffer.from(bytes))
const bits = (bytes: Uint8Array) => tlv(0x03, Buffer.from([0]), bytes)
const utcTime = (at: Date) => tlv(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`))

/** 1.2.840.10045.4.3.2: ECDSA with SHA-256. */
const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
const COMMON_NAME = oid(0x55, 0x04, 0x03)
const BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13)
const A_DAY_MS = 24 * 3_600_000

/** A certificate (RFC 5280) that vouches for itself, and its key, both as PEM. Made anew for each run. */
export function selfSigned(commonName: string): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from(commonName)))))
  const now = Date.now()
  const isAuthority = sequence(tlv(0x01, Buffer.from([0xff])))
  const certificate = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(8)])),
    ECDSA_SHA256,
    name,
    sequence(utcTime(new Date(now - A_DAY_MS)), utcTime(new Date(now + A_DAY_MS))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(sequence(BASIC_CONSTRAINTS, tlv(0x01, Buffer.from([0xff])), tlv(0x04, isAuthority)))),
  )
  const signed = sequence(certificate, ECDSA_SHA256, bits(sign('sha256', certificate, privateKey)))
  const lines = signed
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}
