import type { ShopFileColumn } from '@paume/contract'
import { plain } from '../plain.ts'

/** How lists of shops spell their columns, in the languages of the console, as far as we met or expect it. */
const SPELLINGS: Record<ShopFileColumn, string> = {
  number:
    'number|no|nr|#|shop number|shop no|store number|store no|store id|shop id|store #|location id|site id|code|store code|numéro|n°|numéro de magasin|code magasin|número|núm|número de tienda|código|编号|店号|门店编号|门店代码',
  name: 'name|shop|shop name|store|store name|site name|location name|nom|magasin|nom du magasin|enseigne et nom|nombre|tienda|nombre de la tienda|名称|店名|门店|门店名称',
  brand: 'brand|banner|chain|fascia|marque|enseigne|marca|cadena|品牌',
  street: 'street|address|street address|address 1|address line 1|addr|adresse|rue|dirección|calle|domicilio|地址|街道',
  town: 'town|city|place|locality|municipality|ville|commune|ciudad|población|localidad|municipio|城市|市|城镇',
  region:
    'region|state|province|county|state/province|région|état|département|estado|provincia|región|comunidad|州|省|地区',
  postal_code: 'postal code|postcode|post code|zip|zip code|zipcode|code postal|cp|código postal|c.p.|邮编|邮政编码',
  country: 'country|country code|pays|país|国家|国家/地区',
  latitude: 'latitude|lat|latitude deg|latitud|纬度',
  longitude: 'longitude|lon|lng|long|longitude deg|longitud|经度',
  time_zone: 'time zone|timezone|tz|fuseau horaire|fuseau|zona horaria|huso horario|时区',
  currency: 'currency|currency code|devise|monnaie|moneda|divisa|货币|币种',
  languages: 'languages|language|lang|langues|langue|idiomas|idioma|lenguas|语言',
  jurisdiction: 'jurisdiction|policy|policy pack|law|juridiction|règles|jurisdicción|normas|司法辖区|规则包',
  format:
    'format|type|shop type|store type|kind|shop format|store format|type de magasin|tipo|tipo de tienda|formato|类型|门店类型|业态',
  phase: 'phase|wave|vague|lot|fase|ola|阶段|批次',
  tills:
    'tills|lanes|checkouts|checkout lanes|till lanes|terminals|caisses|nombre de caisses|cajas|número de cajas|收银台|收银台数',
  registers: 'registers|pos|cash registers|caisses enregistreuses|registradoras|cajas registradoras|收银机',
  gates: 'gates|entries|entry gates|portiques|portillons|puertas|accesos|闸机|入口闸机',
  kiosks: 'kiosks|kiosk|enrolment kiosks|bornes|borne|quioscos|quiosco|kioscos|自助机|登记机',
}
const COLUMN_OF = new Map(
  Object.entries(SPELLINGS).flatMap(([column, spellings]) =>
    [column, ...spellings.split('|')].map((each) => [headingKey(each), column as ShopFileColumn] as const),
  ),
)

function headingKey(text: string): string {
  const key = plain(text)
  return key === '' ? text.trim() : key
}

export type Headings =
  | { kind: 'read'; columns: Map<ShopFileColumn, number>; ignored: string[] }
  | { kind: 'name_column_missing' }
  | { kind: 'column_twice'; heading: string }

/** How many of these headings mean something. */
export const countKnown = (cells: readonly string[]): number =>
  cells.filter((cell) => COLUMN_OF.has(headingKey(cell))).length

/** Which column of the file is which of ours. Several shops a row cannot be told apart: a column of ours stands there once. */
export function readHeadings(cells: readonly string[]): Headings {
  const columns = new Map<ShopFileColumn, number>()
  const ignored: string[] = []
  for (const [index, cell] of cells.entries()) {
    const column = COLUMN_OF.get(headingKey(cell))
    if (column === undefined) {
      if (cell.trim() !== '') ignored.push(cell.trim().slice(0, 60))
      continue
    }
    if (columns.has(column)) return { kind: 'column_twice', heading: cell.trim().slice(0, 60) }
    columns.set(column, index)
  }
  return columns.has('name')
    ? { kind: 'read', columns, ignored: ignored.slice(0, 50) }
    : { kind: 'name_column_missing' }
}
