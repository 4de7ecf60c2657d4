import { type Page, type Rollout, type RolloutRow, SHOP_FILE_COLUMNS, type ShopListed } from '@paume/contract'
import { strToU8, zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHouse, type TestHouse } from './harness.ts'
import { send } from './test-device.ts'

let house: TestHouse
let organisationId: string
beforeAll(async () => {
  house = await startHouse()
  const organisation = { name: 'Lists', legalName: 'Lists LLC', country: 'US', languages: ['en'] }
  organisationId = (await ask<{ id: string }>('POST', '/v1/organisations', organisation)).body.id
})
afterAll(() => house.stop())

const ask = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) =>
  send<T>(house.url + path, {
    method,
    headers: { ...house.operator, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const start = async (bytes: Uint8Array | string, fileName = 'list.csv') => {
  const query = new URLSearchParams({ fileName, organisationId })
  const headers = { ...house.operator, 'content-type': 'application/octet-stream' }
  return send<Rollout>(`${house.url}/v1/rollouts?${query}`, { method: 'POST', headers, body: bytes as BodyInit })
}
const upload = async (bytes: Uint8Array | string) => {
  const taken = await start(bytes)
  expect(taken.status).toBe(202)
  await house.paume.rollouts.settled()
  return (await ask<Rollout>('GET', `/v1/rollouts/${taken.body.id}`)).body
}
const rowsOf = async (id: string, query = '') =>
  (await ask<Page<RolloutRow>>('GET', `/v1/rollouts/${id}/rows${query}`)).body
const shops = async (query = '') =>
  (await ask<Page<ShopListed>>('GET', `/v1/shops?organisationId=${organisationId}&sort=number${query}`)).body
const apply = (id: string, partly = false) => ask('POST', `/v1/rollouts/${id}/apply`, { partly })
const undo = (id: string) => ask('POST', `/v1/rollouts/${id}/undo`, {})

/** A workbook of one sheet with its cells written inline, as programs other than Excel write it. */
const workbook = (rows: readonly (readonly (string | number)[])[]) => {
  const letters = (index: number) => String.fromCharCode(65 + index)
  const cells = (row: readonly (string | number)[], at: number) =>
    row
      .map((value, index) =>
        typeof value === 'number'
          ? `<c r="${letters(index)}${at}"><v>${value}</v></c>`
          : `<c r="${letters(index)}${at}" t="inlineStr"><is><t>${value}</t></is></c>`,
      )
      .join('')
  const data = rows.map((row, index) => `<row r="${index + 1}">${cells(row, index + 1)}</row>`).join('')
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const parts = 'http://schemas.openxmlformats.org/package/2006/relationships'
  return zipSync({
    '[Content_Types].xml': strToU8(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
    ),
    '_rels/.rels': strToU8(
      `<Relationships xmlns="${parts}"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    'xl/workbook.xml': strToU8(
      `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Shops" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      `<Relationships xmlns="${parts}"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    'xl/styles.xml': strToU8(
      `<styleSheet xmlns="${main}"><cellXfs count="1"><xf numFmtId="0"/></cellXfs></styleSheet>`,
    ),
    'xl/worksheets/sheet1.xml': strToU8(`<worksheet xmlns="${main}"><sheetData>${data}</sheetData></worksheet>`),
  })
}

describe('a list that comes again', () => {
  it('makes, changes and leaves alone, and undo puts back what was', async () => {
    const first = await upload('number,name,city,state,tills\nA1,Alder,Fresno,CA,2\nA2,Birch,Chico,CA,1\n')
    expect((await apply(first.id)).status).toBe(200)
    const second = await upload(
      'number,name,city,state,tills,brand\nA1,Alder & Son,Fresno,CA,3,Wood\nA2,Birch,Chico,CA,1,\nA3,Cedar,Napa,CA,1,Wood\n',
    )
    expect(second.counts).toEqual({ new: 1, change: 1, same: 1, error: 0 })
    const changed = await rowsOf(second.id, '?outcome=change')
    expect(changed.items[0]!.changes).toEqual(
      [
        { field: 'name', from: 'Alder', to: 'Alder & Son' },
        { field: 'tills', from: '2', to: '3' },
        { field: 'brand', from: null, to: 'Wood' },
      ].sort(
        ({ field: one }, { field: other }) =>
          ['name', 'brand', 'tills'].indexOf(one) - ['name', 'brand', 'tills'].indexOf(other),
      ),
    )
    expect((await apply(second.id)).status).toBe(200)
    expect((await shops()).items.map(({ name, brand }) => [name, brand?.name])).toEqual([
      ['Alder & Son', 'Wood'],
      ['Birch', undefined],
      ['Cedar', 'Wood'],
    ])
    expect((await undo(second.id)).status).toBe(200)
    expect((await shops()).items.map(({ name, brand }) => [name, brand])).toEqual([
      ['Alder', null],
      ['Birch', null],
    ])
    expect((await undo(second.id)).body).toMatchObject({ code: 'rollout_state' })
  })

  it('is not applied when a shop was changed since it was checked', async () => {
    const list = await upload('number,name\nA1,Acorn\n')
    const [alder] = (await shops()).items
    await ask('PUT', `/v1/shops/${alder!.id}`, { name: 'Alder Street' })
    expect((await apply(list.id)).body).toMatchObject({ code: 'rollout_stale' })
    expect((await shops()).items[0]!.name).toBe('Alder Street')
  })

  it('is not undone when a shop was changed since it was applied', async () => {
    const list = await upload('number,name\nA1,Acorn\n')
    expect((await apply(list.id)).status).toBe(200)
    const [shop] = (await shops()).items
    await ask('PUT', `/v1/shops/${shop!.id}`, { name: 'By hand' })
    expect((await undo(list.id)).body).toMatchObject({ code: 'rollout_undo_blocked' })
  })

  it('closes a new shop with devices, and frees its number', async () => {
    const list = await upload('number,name,state\nD1,With devices,CA\n')
    await apply(list.id)
    const [shop] = (await shops(`&rolloutId=${list.id}`)).items
    expect((await ask('POST', '/v1/shop-devices', { shopIds: [shop!.id] })).body).toEqual({ made: 2 })
    expect((await undo(list.id)).status).toBe(200)
    expect((await ask('GET', `/v1/shops/${shop!.id}`)).body).toMatchObject({
      state: 'closed',
      number: null,
      devices: 0,
    })
    expect((await upload('number,name,state\nD1,With devices,CA\n')).counts.new).toBe(1)
  })
})

describe('bad lists', () => {
  it('keeps what is wrong, with row and column, and applies the rest only when it is told to', async () => {
    const list = await upload(
      'number,name,state,jurisdiction\nB1,Good,CA,\nB2,,CA,\nB1,Twice,CA,\nB4,Lax,IL,us_other\nB5,Where,CA,moon\n',
    )
    expect(list.counts).toEqual({ new: 1, change: 0, same: 0, error: 4 })
    const errors = await rowsOf(list.id, '?outcome=error')
    expect(errors.items.map(({ row, problems }) => [row, problems[0]!.column, problems[0]!.code])).toEqual([
      [3, 'name', 'missing'],
      [4, 'number', 'duplicate_in_file'],
      [5, 'jurisdiction', 'jurisdiction_too_lax'],
      [6, 'jurisdiction', 'jurisdiction_unknown'],
    ])
    expect((await apply(list.id)).body).toMatchObject({ code: 'rollout_errors' })
    expect((await apply(list.id, true)).status).toBe(200)
    expect((await shops('&q=Good')).total).toBe(1)
    expect((await shops('&q=Lax')).total).toBe(0)
  })

  it('says when a file cannot be read', async () => {
    expect(await upload(Uint8Array.of(0x6e, 0x61, 0x6d, 0x65, 0x0a, 0x81, 0x40))).toMatchObject({
      state: 'unreadable',
      fileProblem: { code: 'encoding' },
    })
    expect((await start('x'.repeat(40_000_001))).status).toBe(413)
  })

  it('does not unpack a workbook that grows beyond all bounds', async () => {
    const bomb = Buffer.from(workbook([['name'], ['A']]))
    const entry = bomb.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]))
    bomb.writeUInt32LE(0x7fffffff, entry + 24)
    expect((await upload(new Uint8Array(bomb))).fileProblem?.code).toBe('workbook_too_large')
  })
})

it('reads a workbook', async () => {
  const list = await upload(
    workbook([
      ['Store number', 'Store name', 'Latitude', 'Longitude', 'State'],
      ['X1', 'Café Señal', 37.77, -122.42, 'CA'],
    ]),
  )
  expect(list).toMatchObject({ state: 'checked', encoding: null, counts: { new: 1, error: 0 } })
  expect((await rowsOf(list.id)).items[0]).toMatchObject({ number: 'X1', name: 'Café Señal' })
})

it('offers a list to begin with that it takes itself', async () => {
  const reply = await fetch(`${house.url}/v1/rollouts/template.csv`, { headers: house.operator })
  const text = await reply.text()
  expect(text.split('\r\n')[0]!.replace('\ufeff', '')).toBe(SHOP_FILE_COLUMNS.join(','))
  expect((await upload(text)).counts).toEqual({ new: 1, change: 0, same: 0, error: 0 })
})

it('takes 100,000 shops while other requests go on', { timeout: 300_000 }, async () => {
  const lines = ['number,name,city,state,latitude,longitude,tills,kiosks']
  for (let row = 1; row <= 100_000; row++) lines.push(`H${row},Shop ${row},Fresno,CA,36.${(row % 9) + 1},-119.7,1,0`)
  const taken = await start(lines.join('\n'))
  expect(taken.status).toBe(202)
  let [slowestMs, asked, sawProgress] = [0, 0, false]
  const all = house.paume.rollouts.settled().then(() => true)
  while (!(await Promise.race([all, new Promise<false>((resolve) => setTimeout(() => resolve(false), 200))]))) {
    const at = performance.now()
    const { body } = await ask<Rollout>('GET', `/v1/rollouts/${taken.body.id}`)
    slowestMs = Math.max(slowestMs, performance.now() - at)
    asked += 1
    sawProgress ||= body.rowsChecked > 0 && body.rowsChecked < 100_000
  }
  expect(asked).toBeGreaterThan(5)
  expect(sawProgress).toBe(true)
  expect(slowestMs).toBeLessThan(2_500)
  const checked = await ask<Rollout>('GET', `/v1/rollouts/${taken.body.id}`)
  expect(checked.body.counts).toEqual({ new: 100_000, change: 0, same: 0, error: 0 })
  const before = (await shops('&q=Shop')).total
  expect((await apply(taken.body.id)).status).toBe(200)
  expect((await shops(`&rolloutId=${taken.body.id}`)).total).toBe(10_000)
  expect((await undo(taken.body.id)).status).toBe(200)
  expect((await shops(`&rolloutId=${taken.body.id}`)).total).toBe(0)
  expect((await shops('&q=Shop')).total).toBe(before)
})
