import { SHOP_FILE_COLUMNS, type ShopFileColumn } from '@paume/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FileHead, readFile } from './read-file.ts'
import type { Defaults, ReadRow } from './wanted.ts'

const US: Defaults = { country: 'US', languages: ['en'], jurisdiction: null }

async function read(text: string | Uint8Array, defaults = US) {
  const heads: FileHead[] = []
  const rows: ReadRow[] = []
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  for await (const row of readFile(bytes, defaults, (head) => heads.push(head))) rows.push(row)
  return { head: heads[0]!, rows }
}
const codes = ({ problems, problemsIfNew }: ReadRow) =>
  [...problems, ...problemsIfNew].map(({ column, code }) => `${column}:${code}`)

const utf16 = (text: string, bigEndian: boolean) => {
  const bytes = Buffer.from(text, 'utf16le')
  return bigEndian ? bytes.swap16() : bytes
}
const latin = (text: string) =>
  Buffer.from(text.replaceAll('’', '\u0092').replaceAll('–', '\u0096').replaceAll('€', '\u0080'), 'latin1')
const WRITERS: Record<string, (text: string) => Uint8Array> = {
  'utf-8': (text) => Buffer.from(text),
  'utf-8 with a mark': (text) => Buffer.from(`\ufeff${text}`),
  'utf-16le with a mark': (text) => utf16(`\ufeff${text}`, false),
  'utf-16be with a mark': (text) => utf16(`\ufeff${text}`, true),
  'utf-16le': (text) => utf16(text, false),
  'windows-1252': latin,
}

const cell = (value: unknown, separator: string) => {
  const text = value === undefined ? '' : Array.isArray(value) ? value.join(' ') : String(value)
  return /["\n\r]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text
}
const words = fc
  .string({ unit: fc.constantFrom(...'abcdefghijk LMNOP"éñüç-,;.1'), minLength: 1, maxLength: 30 })
  .map((text) => text.replace(/\s+/g, ' ').trim())
  .filter((text) => text !== '' && /[a-z]/i.test(text))
const shop = fc.record({
  number: fc.integer({ min: 1, max: 1_000_000 }).map(String),
  name: words,
  street: words,
  town: words,
  latitude: fc.integer({ min: 3254, max: 4200 }).map((value) => value / 100),
  longitude: fc.integer({ min: -12442, max: -11414 }).map((value) => value / 100),
  tills: fc.integer({ min: 0, max: 99 }),
})

describe('reading a list of shops', () => {
  it('reads what was written, in every encoding and with every separator', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(shop, { minLength: 1, maxLength: 12, selector: ({ number }) => number }),
        fc.constantFrom(...Object.keys(WRITERS)),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n'),
        async (shops, writer, separator, end) => {
          const columns = ['number', 'name', 'street', 'town', 'latitude', 'longitude', 'tills'] as const
          const lines = [
            columns.join(separator),
            ...shops.map((each) => columns.map((column) => cell(each[column], separator)).join(separator)),
          ]
          const { rows, head } = await read(WRITERS[writer]!(lines.join(end) + end))
          expect(head.separator).toBe(separator)
          expect(rows.map(({ problems }) => problems)).toEqual(shops.map(() => []))
          const back = rows.map(({ wanted: { number, name, street, town, latitudeDeg, longitudeDeg, tills } }) => {
            return { number, name, street, town, latitude: latitudeDeg, longitude: longitudeDeg, tills }
          })
          expect(back).toEqual(shops)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('never fails otherwise than by saying that it cannot read a file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        const outcome = await read(bytes).then(
          () => 'read',
          (error: Error) => error.constructor.name,
        )
        expect(['read', 'UnreadableFile']).toContain(outcome)
      }),
      { numRuns: 300 },
    )
  })

  it('knows columns by many names, in four languages', async () => {
    for (const line of [
      'Store No.,Store Name,City,State,ZIP',
      'Numéro,Nom du magasin,Ville,Région,Code postal',
      'Número,Nombre,Ciudad,Estado,C.P.',
      '编号,店名,城市,州,邮编',
    ]) {
      const { rows } = await read(`${line}\n7,Corner,Fresno,California,93721\n`)
      expect(rows[0]!.wanted).toEqual({
        number: '7',
        name: 'Corner',
        town: 'Fresno',
        region: 'CA',
        postalCode: '93721',
      })
      expect(rows[0]!.derived).toMatchObject({
        jurisdiction: 'us_ca',
        timeZone: 'America/Los_Angeles',
        currency: 'USD',
      })
    }
  })
})

describe('a list with errors', () => {
  const line = async (columns: Partial<Record<ShopFileColumn, string>>) => {
    const all = { number: '1', name: 'Corner', region: 'CA', ...columns }
    const used = SHOP_FILE_COLUMNS.filter((column) => column in all)
    const text = `${used.join('\t')}\n${used.map((column) => all[column as keyof typeof all]).join('\t')}\n`
    return codes((await read(text)).rows[0]!)
  }
  it.each([
    [{ name: '' }, 'name:missing'],
    [{ name: 'x'.repeat(81) }, 'name:too_long'],
    [{ name: 'CafÃ© Central' }, 'name:unreadable'],
    [{ region: 'Kalifornia' }, 'region:region_unknown'],
    [{ country: 'Atlantis' }, 'country:country_unknown'],
    [{ latitude: '37.7' }, 'longitude:place_half'],
    [{ latitude: 'north', longitude: '-122.4' }, 'latitude:not_a_number'],
    [{ latitude: '40.7128', longitude: '-74.006' }, 'latitude:not_in_region'],
    [{ latitude: '-122.41', longitude: '37.77' }, 'latitude:swapped'],
    [{ region: '', latitude: '95', longitude: '0' }, 'latitude:out_of_range'],
    [{ time_zone: 'Pacific Time' }, 'time_zone:time_zone_unknown'],
    [{ time_zone: '+02:00' }, 'time_zone:time_zone_unknown'],
    [{ region: 'TX' }, 'time_zone:time_zone_needed'],
    [{ currency: 'XYZ' }, 'currency:currency_unknown'],
    [{ languages: 'en klingonish' }, 'languages:language_unknown'],
    [{ jurisdiction: 'moon' }, 'jurisdiction:jurisdiction_unknown'],
    [{ jurisdiction: 'us_other' }, 'jurisdiction:jurisdiction_too_lax'],
    [{ region: 'NY', town: 'Brooklyn', jurisdiction: 'us_other' }, 'jurisdiction:jurisdiction_too_lax'],
    [{ format: 'drive-in' }, 'format:format_unknown'],
    [{ tills: '2', registers: '3' }, 'registers:out_of_range'],
    [{ tills: '-1' }, 'tills:not_a_number'],
  ])('%j is %s', async (columns, code) => {
    expect(await line(columns)).toContain(code)
  })

  it('names the row that another one doubles', async () => {
    const { rows } = await read('number,name\n1,A\n\n2,B\n1,C\n')
    expect(rows.map(({ row }) => row)).toEqual([2, 4, 5])
    expect(rows[2]!.problems).toEqual([{ column: 'number', code: 'duplicate_in_file', value: '1', hint: '2' }])
  })

  const unreadable = async (bytes: Uint8Array | string) =>
    read(bytes).then(
      () => 'read',
      (error: { code: string }) => error.code,
    )
  it('says why a file is none', async () => {
    expect(await unreadable('')).toBe('empty')
    expect(await unreadable('name\n')).toBe('empty')
    expect(await unreadable('shop;number\n')).toBe('empty')
    expect(await unreadable('number,town\n1,Fresno\n')).toBe('name_column_missing')
    expect(await unreadable('name,store,town\nA,B,C\n')).toBe('column_twice')
    expect(await unreadable('name,town\n"A,B\n')).toBe('not_a_table')
    expect(await unreadable(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 1, 2))).toBe('workbook_locked')
    expect(await unreadable(Uint8Array.of(0x50, 0x4b, 3, 4, 1, 2))).toBe('workbook_broken')
    const shiftJis = Uint8Array.of(
      ...Buffer.from('name,town\n'),
      0x93,
      0x8c,
      0x8b,
      0x9e,
      0x81,
      0x40,
      0x8f,
      0x97,
      0x2c,
      0x41,
    )
    expect(await unreadable(shiftJis)).toBe('encoding')
    expect(await unreadable(`name\n${'x\n'.repeat(100_001)}`)).toBe('too_many_rows')
  })
})
