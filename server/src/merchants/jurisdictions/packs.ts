import { createHash } from 'node:crypto'
import {
  CONSOLE_LANGUAGES,
  type ConsoleLanguage,
  JURISDICTIONS,
  type Jurisdiction,
  type NoticePack,
} from '@paume/contract'
import { signText } from './texts.ts'

type Words = Record<ConsoleLanguage, string>
type Place = NoticePack['sign']['places'][number]

/** What differs between jurisdictions. A change of what is asked, or of a text, is a new `version`. */
type Rule = {
  version: number
  /** Signs of this version on still count: a new wording alone must not stop every till of a country. */
  countsFrom: number
  name: Words
  basis: string[]
  places: Place[]
  attestedBy: string[]
}

const ANYBODY = ['operator', 'owner', 'manager', 'installer']
const rule = (name: Words, basis: string[], more: Partial<Rule> = {}): Rule => ({
  version: 1,
  countsFrom: 1,
  name,
  basis,
  places: ['device'],
  attestedBy: ANYBODY,
  ...more,
})

const RULES: Record<Jurisdiction, Rule> = {
  us_il: rule({ en: 'Illinois', fr: 'Illinois', es: 'Illinois', zh: '伊利诺伊州' }, ['740 ILCS 14/15 (BIPA)']),
  us_tx: rule({ en: 'Texas', fr: 'Texas', es: 'Texas', zh: '得克萨斯州' }, ['Bus. & Com. Code 503.001 (CUBI)']),
  us_wa: rule({ en: 'Washington', fr: 'Washington', es: 'Washington', zh: '华盛顿州' }, ['RCW 19.375', 'RCW 19.373']),
  us_co: rule({ en: 'Colorado', fr: 'Colorado', es: 'Colorado', zh: '科罗拉多州' }, ['C.R.S. 6-1-1314 (HB 24-1130)']),
  us_ny_nyc: rule(
    { en: 'New York City', fr: 'Ville de New York', es: 'Ciudad de Nueva York', zh: '纽约市' },
    ['NYC Admin. Code 22-1201 to 22-1205'],
    // A clear sign near every entrance that customers use; who runs the shop says that it hangs.
    { places: ['entrance', 'device'], attestedBy: ['operator', 'owner', 'manager'] },
  ),
  us_ca: rule({ en: 'California', fr: 'Californie', es: 'California', zh: '加利福尼亚州' }, [
    'Cal. Civ. Code 1798.100 (CCPA/CPRA)',
  ]),
  us_other: rule(
    { en: 'United States, elsewhere', fr: 'États-Unis, ailleurs', es: 'Estados Unidos, otros', zh: '美国其他地区' },
    ['Our own rule: nobody is recognised without a notice beside the device'],
  ),
  eu_eea: rule(
    {
      en: 'European Economic Area',
      fr: 'Espace économique européen',
      es: 'Espacio Económico Europeo',
      zh: '欧洲经济区',
    },
    ['GDPR 9(2)(a), 13', 'EDPB Opinion 11/2024'],
  ),
  uk: rule({ en: 'United Kingdom', fr: 'Royaume-Uni', es: 'Reino Unido', zh: '英国' }, [
    'UK GDPR 9(2)(a), 13',
    'Data Protection Act 2018',
  ]),
  rest: rule({ en: 'Elsewhere', fr: 'Ailleurs', es: 'Otros lugares', zh: '其他地区' }, [
    'Our own rule: nobody is recognised without a notice beside the device',
  ]),
}

/** A palm that was not used for so long is destroyed, everywhere: the strictest that we know of, in months. */
const UNUSED_MONTHS = 12

function packOf(jurisdiction: Jurisdiction): NoticePack {
  const { version, name, basis, places, attestedBy } = RULES[jurisdiction]
  const texts = Object.fromEntries(CONSOLE_LANGUAGES.map((language) => [language, signText(jurisdiction, language)]))
  const asked = JSON.stringify([jurisdiction, version, places, attestedBy, texts])
  const sha256 = createHash('sha256').update(asked).digest('hex')
  return {
    jurisdiction,
    name,
    version,
    basis,
    sign: { places, attestedBy, texts, sha256 },
    retention: { unusedMonths: UNUSED_MONTHS },
  }
}

/** What each jurisdiction asks for, as it stands now. This is where policy packs grow. */
export const PACKS: Record<Jurisdiction, NoticePack> = Object.fromEntries(
  JURISDICTIONS.map((each) => [each, packOf(each)]),
) as Record<Jurisdiction, NoticePack>

/** Whether a sign of that jurisdiction and version still counts in a shop. */
export const signCounts = (jurisdiction: Jurisdiction, sign: { jurisdiction: string; version: number }): boolean =>
  sign.jurisdiction === jurisdiction && sign.version >= RULES[jurisdiction].countsFrom
