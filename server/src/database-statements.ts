import type pg from 'pg'

/** A statement that was asked this often is prepared by name from then on. */
const PREPARE_FROM = 3
/** Names a connection may come to hold. Whoever writes lists of any length into a statement makes a new one each time. */
const MOST_PREPARED = 400
/** Statements counted, longest not asked first out. */
const MOST_COUNTED = 2_000

const asked = new Map<string, number>()
const names = new Map<string, string>()

/** The name of a statement in every connection of this process, or undefined while it is not worth one. */
function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= MOST_PREPARED) return known
  const times = (asked.get(text) ?? 0) + 1
  asked.delete(text)
  if (times >= PREPARE_FROM) {
    const name = `paume_${names.size}`
    names.set(text, name)
    return name
  }
  asked.set(text, times)
  if (asked.size > MOST_COUNTED) asked.delete(asked.keys().next().value!)
  return undefined
}

const held = new WeakSet<pg.ClientBase>()

/** What one turn of the event loop asks of a connection leaves in one packet. */
function holdUntilTurnEnds(client: pg.ClientBase): void {
  if (held.has(client)) return
  const { stream } = (client as unknown as { connection: { stream: { cork?(): void; uncork?(): void } } }).connection
  held.add(client)
  stream.cork?.()
  process.nextTick(() => {
    held.delete(client)
    stream.uncork?.()
  })
}

/** Sends a statement behind those already on their way over this connection. */
export function send(client: pg.ClientBase, text: string, values: readonly unknown[]): Promise<pg.QueryResult> {
  holdUntilTurnEnds(client)
  if (values.length === 0) return client.query(text)
  const name = nameOf(text)
  return client.query({ text, values: values as unknown[], ...(name === undefined ? {} : { name }) })
}
