import {
  CURRENCY_DIGITS,
  type Currency,
  type DriftReport,
  type FalseRefusalsReport,
  type FunnelReport,
  type Percentile,
  type ShopsReport,
  SIMILARITY_FROM_NATS,
} from '@paume/contract'
import { csvOf } from '../csv.ts'

/** The reports, each with its name. */
export type AnyReport =
  | { name: 'funnel'; report: FunnelReport }
  | { name: 'false-refusals'; report: FalseRefusalsReport }
  | { name: 'drift'; report: DriftReport }
  | { name: 'shops'; report: ShopsReport }

type Row = (string | number | null)[]

/** Minor units as a decimal number with a point, whatever the currency. */
export function decimalOf(minor: number, currency: Currency): string {
  const digits = CURRENCY_DIGITS[currency]
  const text = String(Math.abs(minor)).padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits)
  const sign = minor < 0 ? '-' : ''
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${text.slice(-digits)}`
}

export const msOf = (percentile: Percentile): string | number | null =>
  percentile === null ? null : percentile.orMore ? `> ${percentile.ms}` : percentile.ms
/** Four digits are more than is known. */
const ratio = (value: number | null) => (value === null ? null : value.toFixed(4))

/** For a spreadsheet: UTF-8 with the mark that spreadsheets look for, names of columns in English, one line a shop, device, hour or week. */
export function csvFor(which: AnyReport): string {
  return `\uFEFF${csvTable(which)}`
}

function csvTable(which: AnyReport): string {
  switch (which.name) {
    case 'funnel':
      return csvOf(
        ['organisation', 'brand', 'shop_id', 'shop', 'offered', 'consented', 'enrolled', 'first_use', 'repeat'],
        which.report.shops.map(
          ({ shop, organisation, brand, offered, consented, enrolled, first_use, repeat }): Row => [
            ...[organisation.name, brand?.name ?? null, shop.id, shop.name],
            ...[offered, consented, enrolled, first_use, repeat],
          ],
        ),
      )
    case 'false-refusals':
      return csvOf(
        ['device_id', 'device', 'shop', 'hour', 'hovers', 'identified', 'refused', 'refused_then_identified'],
        which.report.devices.flatMap(({ device, shop, hours }) =>
          hours.flatMap(({ hovers, identified, refused, refusedThenIdentified }, hour): Row[] =>
            hovers === 0
              ? []
              : [[device.id, device.name, shop.name, hour, hovers, identified, refused, refusedThenIdentified]],
          ),
        ),
      )
    case 'drift':
      return csvOf(
        [
          'device_id',
          'device',
          'shop',
          'model',
          'week',
          'hovers',
          'median',
          ...SIMILARITY_FROM_NATS.map((n) => `from_${n}`),
        ],
        which.report.series.flatMap(({ device, shop, model, weeks }) =>
          weeks.map(
            ({ week, hovers, median, shares }): Row => [
              ...[device.id, device.name, shop.name, model, week, hovers, median === null ? null : median.toFixed(2)],
              ...(shares ?? SIMILARITY_FROM_NATS.map(() => null)).map(ratio),
            ],
          ),
        ),
      )
    case 'shops':
      return csvOf(
        [
          ...['organisation', 'brand', 'shop_id', 'shop', 'hovers', 'identified', 'refused', 'p50_ms', 'p95_ms'],
          ...['approved', 'declined', 'currency', 'charged', 'refunded', 'net'],
        ],
        which.report.shops.flatMap((line): Row[] => {
          const head = [line.organisation.name, line.brand?.name ?? null, line.shop.id, line.shop.name]
          const counts = [line.hovers, line.identified, line.refused, msOf(line.p50), msOf(line.p95)]
          const ends = [line.approved, line.declined]
          if (line.money.length === 0) return [[...head, ...counts, ...ends, null, null, null, null]]
          return line.money.map(({ currency, chargedMinor, refundedMinor, netMinor }, place) => [
            ...head,
            // Counts stand in the first line of a shop only, so that a column adds up.
            ...(place === 0 ? [...counts, ...ends] : [...counts, ...ends].map(() => null)),
            ...[currency, decimalOf(chargedMinor, currency), decimalOf(refundedMinor, currency)],
            decimalOf(netMinor, currency),
          ])
        }),
      )
  }
}
