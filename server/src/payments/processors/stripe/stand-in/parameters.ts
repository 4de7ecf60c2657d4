import { readFileSync } from 'node:fs'
import type { Form, FormValue } from './form.ts'
import { badRequest, WireError } from './refusal.ts'

type Parameter = {
  type: string
  enum?: string[]
  maxLength?: number
  properties?: Record<string, Parameter>
  required?: string[]
}
type Extract = {
  version: string
  requests: Record<string, { properties: Record<string, Parameter>; required: string[] }>
  objects: Record<
    string,
    {
      fields: Record<string, { types: string[]; enum?: string[] }>
      required: string[]
      example: Record<string, unknown>
    }
  >
}

/** What of Stripe's published description concerns us. `scripts/stripe-wire.ts` takes it; its version stands in it. */
export const EXTRACT = JSON.parse(
  readFileSync(new URL('./stripe-openapi-extract.json', import.meta.url), 'utf8'),
) as Extract

/**
 * Where the pinned version is newer than the description at hand: the package's change log of 23.0.0 and its types. `payment_method_types`
 * is gone from requests, `allowed_payment_method_types` came to Checkout and takes card readers too.
 */
const SINCE: Record<string, { added?: Record<string, Parameter>; removed?: string[] }> = {
  'POST /v1/checkout/sessions': {
    added: { allowed_payment_method_types: { type: 'array', enum: ['card'] } },
    removed: ['payment_method_types'],
  },
  'POST /v1/setup_intents': {
    added: { allowed_payment_method_types: { type: 'array', enum: ['card', 'card_present'] } },
    removed: ['payment_method_types'],
  },
  'POST /v1/payment_intents': { removed: ['payment_method_types'] },
}
/** What a request of the adapter may name that the description at hand refuses, for tests against other servers of it. */
export const NEWER_THAN_DESCRIPTION: readonly string[] = ['POST /v1/checkout/sessions', 'POST /v1/setup_intents']

/** The operation of the description that a request is, e.g. `POST /v1/refunds`; null when the adapter should not send it. */
export function operationOf(method: string, path: string): string | null {
  const parts = path.split('/')
  const fits = (operation: string) => {
    const [wanted, template] = operation.split(' ') as [string, string]
    const names = template.split('/')
    return (
      wanted === method &&
      names.length === parts.length &&
      names.every((name, place) => (name.startsWith('{') ? /\w/.test(parts[place]!) : name === parts[place]))
    )
  }
  return Object.keys(EXTRACT.requests).find(fits) ?? null
}

/** Refuses what Stripe would: parameters it does not know, wrong types, values that are no choice, and missing ones. */
export function checkParameters(operation: string, form: Form): void {
  const { properties, required } = EXTRACT.requests[operation]!
  const { added = {}, removed = [] } = SINCE[operation] ?? {}
  const known = { ...properties, ...added }
  for (const name of removed) delete known[name]
  checkObject(form, known, required, '')
}

function checkObject(form: Form, known: Record<string, Parameter>, required: string[], prefix: string): void {
  for (const name of required) {
    if (form[name] === undefined) throw badRequest('parameter_missing', prefix + name)
  }
  for (const [name, value] of Object.entries(form)) {
    const parameter = known[name]
    if (!parameter || parameter.type === 'unused') throw badRequest('parameter_unknown', prefix + name)
    checkValue(value, parameter, prefix + name)
  }
}

function checkValue(value: FormValue, parameter: Parameter, name: string): void {
  if (parameter.type === 'object' && typeof value === 'object' && !Array.isArray(value))
    checkObject(value, parameter.properties!, parameter.required ?? [], `${name}.`)
  else if (!fits(value, parameter))
    throw new WireError(400, { code: 'parameter_invalid', message: `Invalid ${name}`, param: name })
}

function fits(value: FormValue, { type, enum: choices, maxLength = Number.POSITIVE_INFINITY }: Parameter): boolean {
  const chosen = (each: FormValue) => typeof each === 'string' && (!choices || choices.includes(each))
  if (type === 'array') return Array.isArray(value) && value.every(chosen)
  if (type === 'map') return typeof value === 'object' && !Array.isArray(value) && fitsMetadata(Object.entries(value))
  if (typeof value !== 'string' || !chosen(value) || value.length > maxLength) return false
  if (type === 'integer') return /^-?\d{1,16}$/.test(value)
  return type !== 'boolean' || /^(true|false)$/.test(value)
}

/** Stripe's limits of metadata. */
const fitsMetadata = (entries: [string, FormValue][]): boolean =>
  entries.length <= 50 &&
  entries.every(([name, text]) => name.length <= 40 && typeof text === 'string' && text.length <= 500)
