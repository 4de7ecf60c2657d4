import { verifyAuditProof } from '@paume/client'
import type { AuditEntry, AuditProof, Page } from '@paume/contract'
import { beforeAll, describe, expect, it } from 'vitest'
import { withTransaction } from '../src/database.ts'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { enrol } from './enrol.ts'
import { hover, presentPayment } from './hover-payment.ts'
import { standInBurst } from './palm-stand-in.ts'
import { openShop } from './shop.ts'
import { signedIn, type TestPerson } from './staff-person.ts'

const { house, register, terminal } = await openShop()
const OTHER = { id: 'org_00000000000000000000000008', name: 'Other Stores' }
let owner: TestPerson
let operator: TestPerson
let stranger: TestPerson
let paymentId: string

const list = async (person: TestPerson, query = '') => {
  const reply = await person.call<Page<AuditEntry>>('GET', `/v1/console/audit${query}`)
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply.body
}

beforeAll(async () => {
  const { db } = house.paume.database
  await withTransaction(db, (tx) => house.paume.merchants.add(tx, OTHER, []))
  owner = await signedIn(house)
  operator = await signedIn(house, { role: 'operator' })
  stranger = await signedIn(house, { organisationId: OTHER.id })
  const kiosk = await house.pair('kiosk')
  expect((await enrol(kiosk, (hand) => standInBurst('ann', hand))).status).toBe(200)
  paymentId = (await presentPayment(register, terminal)).id
  expect((await hover(terminal, paymentId, standInBurst('ann', 'R'))).body.outcome).toBe('approved')
  await withTransaction(db, (tx) => house.paume.audit.append(tx, 'tested', { organisationId: OTHER.id, count: 1 }))
  await withTransaction(db, (tx) => house.paume.audit.append(tx, 'of_the_installation', { count: 2 }))
})

describe('the audit log in the console', () => {
  it('shows staff of an organisation its own entries, also those that name a payment or a device only', async () => {
    const ours = await list(owner, '?limit=200')
    expect(new Set(ours.items.map(({ organisationId }) => organisationId))).toEqual(new Set([DEMO_ORGANISATION.id]))
    const events = ours.items.map(({ event }) => event)
    expect(events).toContain('payment.approved')
    expect(events).toContain('device_paired')
    expect(events).not.toContain('of_the_installation')
    const theirs = await list(stranger)
    expect(theirs.items.map(({ event }) => event)).toContain('tested')
    expect(theirs.items.every(({ organisationId }) => organisationId === OTHER.id)).toBe(true)
    const all = await list(operator, '?limit=200')
    expect(all.items.map(({ event }) => event)).toContain('of_the_installation')
    expect(all.total).toBeGreaterThan(ours.total + theirs.total)
    expect((await (await signedIn(house, { role: 'manager' })).call('GET', '/v1/console/audit')).status).toBe(403)
  })

  it('finds entries by event, by what they name, by time and by words, page by page', async () => {
    const named = await list(owner, `?subjectId=${paymentId}`)
    expect(named.items.map(({ event }) => event)).toEqual(['payment.approved'])
    expect((await list(owner, '?event=device_paired')).items.length).toBe(3)
    expect((await list(owner, '?q=APPROV')).items).toHaveLength(1)
    expect((await list(owner, '?from=2100-01-01T00:00:00Z')).items).toEqual([])
    const walked: number[] = []
    for (let after = ''; ; ) {
      const page = await list(owner, `?limit=2${after}`)
      walked.push(...page.items.map(({ sequence }) => sequence))
      if (page.next === null) break
      after = `&after=${page.next}`
    }
    const whole = (await list(owner, '?limit=200')).items.map(({ sequence }) => sequence)
    expect(walked.slice(-whole.length)).toEqual(whole)
    expect((await owner.call('GET', '/v1/console/audit?after=x')).status).toBe(400)
    const { body } = await owner.call('GET', '/v1/console/audit/events')
    expect(body.events).toContain('payment.approved')
    expect(body.events).not.toContain('of_the_installation')
  })

  it('tells an organisation no shopper by what the network calls them', async () => {
    const { items } = await list(owner, '?event=shopper_enrolled')
    expect(items[0]!.facts.shopperId).toMatch(/^psn_/)
    const raw = await list(operator, '?event=shopper_enrolled')
    const network = raw.items[0]!.facts.shopperId as string
    expect(network).toMatch(/^shp_/)
    expect((await list(owner, `?subjectId=${network}`)).items).toEqual([])
    expect((await list(operator, `?subjectId=${network}`)).items.length).toBeGreaterThan(0)
  })
})

const proofOf = (person: TestPerson, sequence: number) =>
  person.call<AuditProof>('GET', `/v1/console/audit/${sequence}/proof`)

describe('the proof of an entry', () => {
  it('holds, entry by entry, for whoever may see it', async () => {
    for (const { sequence } of (await list(owner, '?limit=200')).items) {
      const { body } = await proofOf(owner, sequence)
      expect(await verifyAuditProof(body)).toEqual({ kind: 'holds', words: body.entry !== null })
    }
    const { sequence } = (await list(owner, '?event=shopper_enrolled')).items[0]!
    expect((await proofOf(owner, sequence)).body.entry).toBeNull()
    const { body } = await proofOf(operator, sequence)
    expect([body.entry, await verifyAuditProof(body)]).toEqual([
      expect.stringContaining('shp_'),
      { kind: 'holds', words: true },
    ])
  })

  it('is refused when a byte of it was altered, wherever', async () => {
    const { sequence } = (await list(owner, '?event=payment.approved')).items[0]!
    const { body } = await proofOf(owner, sequence)
    const flip = (hex: string) => (hex[0] === '0' ? '1' : '0') + hex.slice(1)
    const altered: AuditProof[] = [
      { ...body, entry: body.entry!.replace('payment.approved', 'payment.approveD') },
      { ...body, sha256: flip(body.sha256) },
      { ...body, sequence: sequence + 1 },
      { ...body, path: body.path.slice(1) },
      { ...body, path: [...body.path, body.sha256] },
      { ...body, head: { ...body.head, root: flip(body.head.root) } },
      { ...body, head: { ...body.head, size: body.head.size + 1 } },
      ...body.path.map((step, place) => ({ ...body, path: body.path.with(place, flip(step)) })),
    ]
    for (const proof of altered) expect((await verifyAuditProof(proof)).kind, JSON.stringify(proof)).toBe('broken')
  })

  it('is not there for entries of others, and that somebody asked is written down', async () => {
    const foreign = (await list(stranger, '?event=tested')).items[0]!.sequence
    expect((await proofOf(owner, foreign)).status).toBe(404)
    const noted = await list(owner, '?event=foreign_id_asked')
    expect(noted.items[0]!.facts).toMatchObject({ kind: 'audit_entry', id: String(foreign), staffId: owner.staff.id })
    expect((await proofOf(owner, 999_999)).status).toBe(404)
    expect((await proofOf(owner, 0)).status).toBe(400)
  })
})
