import { APPROVAL_HEADER, type Approval } from '@paume/contract'
import { beforeAll, describe, expect, it } from 'vitest'
import { withTransaction } from '../src/database.ts'
import { DEMO_ORGANISATION } from '../src/merchants/demo.ts'
import { openShop } from './shop.ts'
import { signedIn, type TestPerson } from './staff-person.ts'

const { house } = await openShop()
const PATH = '/v1/console/audit.csv?event=tested&sort=-sequence'
let owner: TestPerson
let second: TestPerson

const fetchFile = async (person: TestPerson, path: string, approvalId?: string) => {
  const headers = { ...person.headers, ...(approvalId ? { [APPROVAL_HEADER]: approvalId } : {}) }
  const reply = await fetch(`${person.origin}${path}`, { headers })
  return { status: reply.status, type: reply.headers.get('content-type'), text: await reply.text() }
}

beforeAll(async () => {
  owner = await signedIn(house)
  second = await signedIn(house)
  const { db } = house.paume.database
  for (let count = 0; count < 450; count += 1)
    await withTransaction(db, (tx) =>
      house.paume.audit.append(tx, 'tested', { organisationId: DEMO_ORGANISATION.id, count, said: '=1+1, "so"' }),
    )
  await withTransaction(db, (tx) => house.paume.audit.append(tx, 'tested', { count: 'of the installation' }))
})

describe('the audit log as a file', () => {
  it('takes two people: nobody alone, and an approval serves once, for exactly this file', async () => {
    const alone = await fetchFile(owner, PATH)
    expect(alone.status).toBe(403)
    expect(alone.text).toContain('approval_required')
    const asked = await owner.call<Approval>('POST', '/v1/staff/approvals', {
      action: 'export.audit',
      request: { method: 'GET', path: PATH },
      reason: 'The yearly audit',
    })
    expect(asked.status, JSON.stringify(asked.body)).toBe(201)
    const { id } = asked.body
    expect((await fetchFile(owner, PATH, id)).text).toContain('approval_state')
    expect((await second.call('POST', `/v1/staff/approvals/${id}/decision`, { approve: true })).status).toBe(200)
    expect((await fetchFile(owner, '/v1/console/audit.csv', id)).text).toContain('approval_state')
    const file = await fetchFile(owner, PATH, id)
    expect(file.status).toBe(200)
    expect(file.type).toContain('text/csv')
    const lines = file.text.replace('\uFEFF', '').trimEnd().split('\r\n')
    expect(lines[0]).toBe('sequence,at,event,organisation_id,facts,sha256')
    // More than a page of the list, all of them, and none of the installation's.
    expect(lines).toHaveLength(451)
    expect(file.text).not.toContain('of the installation')
    expect(lines[1]).toContain(DEMO_ORGANISATION.id)
    expect((await fetchFile(owner, PATH, id)).text).toContain('approval_state')
  })

  it('is not for who may not read the log', async () => {
    expect((await fetchFile(await signedIn(house, { role: 'manager' }), PATH)).status).toBe(403)
    const cashier = await fetchFile(await signedIn(house, { role: 'cashier' }), PATH)
    expect(cashier.text).toContain('permission_missing')
  })
})
