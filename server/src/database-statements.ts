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

/**
 * What is asked of a connection in one go leaves in one packet; of one that many share, what all of them ask in one turn of the event
 * loop.
 */
function hold(client: pg.ClientBase, shared: boolean): void {
  if (held.has(client)) return
  const { stream } = (client as unknown as { connection: { stream: { cork?(): void; uncork?(): void } } }).connection
  held.add(client)
  stream.cork?.()
  const letGo = () => {
    held.delete(client)
    stream.uncork?.()
  }
  if (shared) setImmediate(letGo)
  else process.nextTick(letGo)
}

/** Sends a statement behind those already on their way over this connection. */
export function send(
  client: pg.ClientBase,
  text: string,
  values: readonly unknown[],
  { shared = false } = {},
): Promise<pg.QueryResult> {
  hold(client, shared)
  if (values.length === 0) return client.query(text)
  const name = nameOf(text)
  return client.query({ text, values: values as unknown[], ...(name === undefined ? {} : { name }) })
}
