import type { EnrolledPalm, HandSide, ModelHoldings } from './gallery.ts'

/** How many templates of each model version. */
type Held = readonly (readonly [modelVersion: string, templates: number])[]

/** A palm as the gallery knows it; its templates lie in the rows of its models, under its serial number. */
export type RegisteredPalm = Omit<EnrolledPalm, 'templates'> & {
  readonly serial: number
  readonly held: Held
  /** What this palm replaces, until no search can find it under its old number any more. */
  replaced: RegisteredPalm | null
}

/** Templates of a palm, all models together. */
export const templatesOf = ({ held }: RegisteredPalm) => held.reduce((sum, [, count]) => sum + count, 0)

/** Who is in the gallery: by palm, by person, by the number under which a search finds its rows, by model. */
export class PalmRegister {
  readonly #byId = new Map<string, RegisteredPalm>()
  readonly #ofShopper = new Map<string, readonly RegisteredPalm[]>()
  readonly #bySerial = new Map<number, RegisteredPalm>()
  readonly #holdings = new Map<string, ModelHoldings>()
  #templates = 0

  get palms(): number {
    return this.#byId.size
  }

  get templates(): number {
    return this.#templates
  }

  get holdings(): ReadonlyMap<string, ModelHoldings> {
    return this.#holdings
  }

  find(palmId: string): RegisteredPalm | null {
    return this.#byId.get(palmId) ?? null
  }

  of(shopperId: string): readonly RegisteredPalm[] {
    return this.#ofShopper.get(shopperId) ?? []
  }

  hasHand(shopperId: string, hand: HandSide): boolean {
    return this.of(shopperId).some((palm) => palm.hand === hand)
  }

  /** Whom a search found; null for who was removed since it began. */
  named(serial: number): RegisteredPalm | null {
    return this.#bySerial.get(serial) ?? null
  }

  /** Puts a palm in, in the place of what it replaces: that one goes on being named by its number until `unnumber`. */
  add(palm: RegisteredPalm): void {
    if (palm.replaced) this.#drop(palm.replaced)
    this.#byId.set(palm.palmId, palm)
    this.#bySerial.set(palm.serial, palm)
    this.#ofShopper.set(palm.shopperId, [...this.of(palm.shopperId), palm])
    this.#count(palm, 1)
  }

  /** From here on no answer can name it, also that of a search already running, whatever it was before. */
  remove(palm: RegisteredPalm): void {
    this.#drop(palm)
    for (let gone: RegisteredPalm | null = palm; gone; gone = gone.replaced) this.unnumber(gone)
  }

  unnumber({ serial }: RegisteredPalm): void {
    this.#bySerial.delete(serial)
  }

  #drop(palm: RegisteredPalm): void {
    this.#byId.delete(palm.palmId)
    const others = this.of(palm.shopperId).filter((other) => other !== palm)
    if (others.length > 0) this.#ofShopper.set(palm.shopperId, others)
    else this.#ofShopper.delete(palm.shopperId)
    this.#count(palm, -1)
  }

  #count(palm: RegisteredPalm, sign: 1 | -1): void {
    this.#templates += sign * templatesOf(palm)
    for (const [version, count] of palm.held) {
      const { palms, templates } = this.#holdings.get(version) ?? { palms: 0, templates: 0 }
      if (palms + sign === 0) this.#holdings.delete(version)
      else this.#holdings.set(version, { palms: palms + sign, templates: templates + sign * count })
    }
  }
}
