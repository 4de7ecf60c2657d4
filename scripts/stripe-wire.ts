import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Takes from Stripe's published OpenAPI description (MIT licence) what the tests' stand-in for Stripe is checked against: the parameters
 * of the requests we send, and the example and the fields (types, choices, which must be there) of the objects it answers. Run it again when the pinned version moves:
 *
 *   node scripts/stripe-wire.ts <spec3.json> <fixtures3.json>
 *
 * Both files are in github.com/stripe/openapi, folder `openapi`, and inside the Go module github.com/stripe/stripe-mock.
 */

type Schema = {
  $ref?: string
  nullable?: boolean
  type?: string
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  items?: Schema
  anyOf?: Schema[]
  enum?: string[]
  required?: string[]
  maxLength?: number
}
/** What is kept of a parameter: its type, and below that only what we send. */
type Parameter = {
  type: string
  enum?: string[]
  maxLength?: number
  properties?: Record<string, Parameter>
  required?: string[]
}

/** The requests the adapter sends. Objects named behind a path are kept with all that is in them, others only by name. */
const REQUESTS: Record<string, string[]> = {
  'POST /v1/customers': ['metadata'],
  'DELETE /v1/customers/{customer}': [],
  'POST /v1/payment_methods': [],
  'GET /v1/payment_methods/{payment_method}': [],
  'POST /v1/payment_methods/{payment_method}/attach': [],
  'POST /v1/payment_methods/{payment_method}/detach': [],
  'POST /v1/setup_intents': ['metadata'],
  'GET /v1/setup_intents/{intent}': [],
  'POST /v1/setup_intents/{intent}/cancel': [],
  'POST /v1/checkout/sessions': ['metadata', 'setup_intent_data'],
  'GET /v1/checkout/sessions/{session}': [],
  'POST /v1/checkout/sessions/{session}/expire': [],
  'GET /v1/terminal/readers/{reader}': [],
  'POST /v1/terminal/readers/{reader}/cancel_action': [],
  'POST /v1/terminal/readers/{reader}/process_setup_intent': [],
  'GET /v1/payment_intents': ['created'],
  'POST /v1/payment_intents': ['metadata', 'payment_method_options.card', 'transfer_data'],
  'GET /v1/payment_intents/{intent}': [],
  'POST /v1/payment_intents/{intent}/capture': ['metadata'],
  'POST /v1/payment_intents/{intent}/cancel': [],
  'POST /v1/payment_intents/{intent}/increment_authorization': ['metadata'],
  'GET /v1/refunds': ['created'],
  'POST /v1/refunds': ['metadata'],
  'GET /v1/disputes/{dispute}': [],
  'POST /v1/disputes/{dispute}': ['metadata', 'evidence'],
  'GET /v1/balance_transactions': ['created'],
  'GET /v1/account': [],
}
const OBJECTS = [
  'account',
  'balance_transaction',
  'charge',
  'checkout.session',
  'customer',
  'dispute',
  'payment_intent',
  'payment_method',
  'refund',
  'setup_attempt',
  'setup_intent',
  'terminal.reader',
]

/** What is kept of a field of a reply: which types it may have (`ref`: another thing or its name), and the choices of a text. */
type Field = { types: string[]; enum?: string[] }

const [, , specPath, fixturesPath] = process.argv
if (!specPath || !fixturesPath) throw new Error('usage: node scripts/stripe-wire.ts <spec3.json> <fixtures3.json>')
const spec = JSON.parse(readFileSync(specPath, 'utf8'))
const fixtures = JSON.parse(readFileSync(fixturesPath, 'utf8')).resources

/** `keep`: the paths whose inside we send. */
function parameter(schema: Schema, path: string, keep: string[]): Parameter {
  const choices = schema.anyOf ?? [schema]
  const object = choices.find((choice) => choice.type === 'object')
  const inside = keep.some((kept) => kept === path || kept.startsWith(`${path}.`) || path.startsWith(`${kept}.`))
  if (object?.additionalProperties && typeof object.additionalProperties === 'object') return { type: 'map' }
  if (object?.properties && inside) {
    return {
      type: 'object',
      properties: parameters(object.properties, `${path}.`, keep),
      ...(object.required ? { required: object.required } : {}),
    }
  }
  if (object) return { type: 'unused' }
  const plain = choices.find((choice) => choice.type !== undefined && choice.enum?.[0] !== '') ?? choices[0]!
  const enums = plain.type === 'array' ? plain.items?.enum : plain.enum
  return {
    type: plain.type ?? 'string',
    ...(enums ? { enum: enums } : {}),
    ...(plain.maxLength ? { maxLength: plain.maxLength } : {}),
  }
}

function parameters(properties: Record<string, Schema>, prefix: string, keep: string[]): Record<string, Parameter> {
  return Object.fromEntries(
    Object.entries(properties)
      .map(([name, schema]) => [name, parameter(schema, `${prefix}${name}`, keep)] as const)
      // Inside `payment_method_options` other ways to pay than cards are no matter of ours.
      .filter(([name]) => prefix !== 'payment_method_options.' || name === 'card'),
  )
}

function requestOf(operation: string, keep: string[]) {
  const [method, path] = operation.split(' ') as [string, string]
  const found = spec.paths[path]?.[method.toLowerCase()]
  if (!found) throw new Error(`the description has no ${operation}`)
  const body: Schema = found.requestBody?.content['application/x-www-form-urlencoded']?.schema ?? {}
  const query = Object.fromEntries(
    (found.parameters ?? [])
      .filter((each: { in: string }) => each.in === 'query')
      .map((each: { name: string; schema: Schema }) => [each.name, each.schema]),
  )
  return {
    properties: parameters({ ...query, ...body.properties }, '', keep),
    required: body.required ?? [],
  }
}

function field(schema: Schema): Field {
  const choices = schema.anyOf ?? [schema]
  const types = choices.map((each) => (each.$ref ? 'object' : (each.type ?? 'object')))
  const enums = choices.flatMap((each) => each.enum ?? [])
  return {
    types: [...new Set([...types, ...(schema.nullable ? ['null'] : [])])],
    ...(enums.length > 0 && types.every((type) => type === 'string') ? { enum: enums } : {}),
  }
}

function objectOf(name: string) {
  const { properties, required = [] } = spec.components.schemas[name] as Schema
  const fields = Object.entries(properties!).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    fields: Object.fromEntries(fields.map(([each, schema]) => [each, field(schema)])),
    required,
    example: fixtures[name],
  }
}

const extract = {
  source: 'Taken from https://github.com/stripe/openapi by scripts/stripe-wire.ts',
  licence: 'MIT License, Copyright (c) 2014- Stripe, Inc. (https://stripe.com)',
  version: spec.info.version,
  requests: Object.fromEntries(
    Object.entries(REQUESTS).map(([operation, keep]) => [operation, requestOf(operation, keep)]),
  ),
  objects: Object.fromEntries(OBJECTS.map((name) => [name, objectOf(name)])),
}
const place = join(import.meta.dirname, '../server/src/payments/processors/stripe/stand-in/stripe-openapi-extract.json')
writeFileSync(place, `${JSON.stringify(extract, null, 1)}\n`)
process.stdout.write(`${place}: ${extract.version}, ${Object.keys(REQUESTS).length} requests\n`)
