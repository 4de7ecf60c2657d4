/** A form of Stripe's wire, `metadata[key]=…`, `expand[0]=…`, as nested objects; arrays by their places. */
export type Form = { [name: string]: FormValue }
export type FormValue = string | Form | FormValue[]

export function parseForm(text: string): Form {
  const form: Form = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split(/[[\]]+/).filter((part) => part !== '')
    let place = form
    for (const part of path.slice(0, -1)) {
      if (typeof place[part] !== 'object') place[part] = {}
      place = place[part] as Form
    }
    place[path.at(-1)!] = value
  }
  return listsIn(form) as Form
}

/** Objects whose names are 0, 1, 2 … are lists. */
function listsIn(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value
  const entries = Object.entries(value).map(([name, inside]) => [name, listsIn(inside)] as const)
  const list = entries.length > 0 && entries.every(([name], place) => name === String(place))
  return list ? entries.map(([, inside]) => inside) : Object.fromEntries(entries)
}

export const textIn = (form: Form, name: string): string | null =>
  typeof form[name] === 'string' ? (form[name] as string) : null
export const numberIn = (form: Form, name: string): number | null =>
  form[name] === undefined ? null : Number(form[name])
export const formIn = (form: Form, name: string): Form => {
  const inside = form[name]
  return typeof inside === 'object' && !Array.isArray(inside) ? inside : {}
}
export const listIn = (form: Form, name: string): string[] =>
  Array.isArray(form[name]) ? (form[name] as FormValue[]).filter((each) => typeof each === 'string') : []
export const metadataIn = (form: Form): Record<string, string> => ({
  ...(formIn(form, 'metadata') as Record<string, string>),
})
