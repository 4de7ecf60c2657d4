import { EXTRACT } from './parameters.ts'

/**
 * Stops where a reply of the stand-in is none that Stripe's description allows: a field it does not have, one that must be there and is
 * not, a value of another type or none of its choices. Things inside of things are looked at too.
 */
export function checkReply(reply: unknown, path = 'reply'): void {
  if (Array.isArray(reply)) {
    for (const [place, each] of reply.entries()) checkReply(each, `${path}[${place}]`)
    return
  }
  if (typeof reply !== 'object' || reply === null) return
  const { object } = reply as { object?: unknown }
  const known = typeof object === 'string' ? EXTRACT.objects[object] : undefined
  const entries = Object.entries(reply).filter(([, value]) => value !== undefined)
  // What was deleted is named, no more.
  if (known && (reply as { deleted?: unknown }).deleted !== true) {
    for (const name of known.required) {
      if (!entries.some(([each]) => each === name)) throw new Error(`${path}: ${object} without ${name}`)
    }
    for (const [name, value] of entries) checkField(`${path}.${name}`, value, known.fields[name])
  }
  for (const [name, value] of entries) checkReply(value, `${path}.${name}`)
}

function checkField(path: string, value: unknown, field: { types: string[]; enum?: string[] } | undefined): void {
  if (!field) throw new Error(`${path}: Stripe has no such field`)
  const type = typeOf(value)
  if (!field.types.includes(type) && !(type === 'integer' && field.types.includes('number')))
    throw new Error(`${path}: ${type}, not ${field.types.join(' or ')}`)
  if (typeof value === 'string' && field.enum && !field.enum.includes(value))
    throw new Error(`${path}: '${value}' is no choice`)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}
