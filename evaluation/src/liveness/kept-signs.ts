import { appendFile, mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { type HandNetworks, verdictOn } from '@paume/palm/measuring-liveness'
import type { Presentation } from './presentation.ts'
import { type Seen, see } from './seen-presentation.ts'

type Line = { key: string; seen: Seen }

/**
 * What stages 1 to 5 saw of presentations, kept in a file of one JSON line each: signs and numbers, never a picture. A presentation is
 * rendered once; another fit or other limits on the same signs then take seconds. The file knows nothing of the code that saw them:
 * delete it when a stage, a sign or a renderer changes.
 */
export class KeptSigns {
  readonly #networks: HandNetworks
  readonly #file: string | null
  readonly #known: ReadonlyMap<string, Seen>

  private constructor(networks: HandNetworks, file: string | null, known: ReadonlyMap<string, Seen>) {
    this.#networks = networks
    this.#file = file
    this.#known = known
  }

  /** Without a file nothing is kept. Throws SyntaxError for a file that holds something else. */
  static async open(networks: HandNetworks, file: string | null): Promise<KeptSigns> {
    if (file === null) return new KeptSigns(networks, null, new Map())
    await mkdir(path.dirname(path.resolve(file)), { recursive: true })
    const text = await readFile(file, { encoding: 'utf8', flag: 'a+' })
    const lines = text.split('\n').filter((line) => line !== '')
    return new KeptSigns(networks, file, new Map(lines.map(lineOf).map(({ key, seen }) => [key, seen])))
  }

  /** What is seen of a presentation, now or before; the verdict over the weighed signs is that of the present weights. */
  async see(presentation: Presentation): Promise<Seen> {
    const { key } = presentation
    const known = this.#known.get(key)
    if (known) return judgedAnew(known)
    const seen = await see(this.#networks, presentation)
    if (this.#file !== null) await appendFile(this.#file, `${JSON.stringify({ key, seen } satisfies Line)}\n`)
    return seen
  }
}

function lineOf(text: string): Line {
  const { key, seen } = JSON.parse(text) as Partial<Line>
  if (typeof key !== 'string' || typeof seen?.found !== 'number') throw new SyntaxError('no line of kept signs')
  return { key, seen }
}

/** Takes the old verdict over the weighed signs off, and puts the present one in its place. */
export function judgedAnew(seen: Seen): Seen {
  if (seen.found < 2) return seen
  const others = seen.refusedBy.filter((name) => !name.startsWith('presentation'))
  const { name, ok } = verdictOn(seen.signs, seen.answer === 'followed')
  return { ...seen, refusedBy: ok ? others : [...others, name] }
}
