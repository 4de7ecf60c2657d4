import { SPECIES } from '@paume/synthetic-hands'
import { describe, expect, it } from 'vitest'
import { checkBurst } from './checks.ts'
import { attackBurst, DRAWN, handBurst } from './presented-bursts.test-data.ts'

/** Rendered people, two for each species: enough to notice that a species passes again, no error rate. */
const PEOPLE = [21, 22]

const isRefused = (burst: ReturnType<typeof attackBurst>) =>
  burst.some(({ evidence }) => evidence.signs.border > 0.65 || evidence.signs.moiré > 15) ||
  checkBurst(burst, { flash: DRAWN, unseenFlash: 'refuse' }).measures.some(({ ok }) => !ok)

describe('presentation attacks under the flash', () => {
  it.each(SPECIES)('refuses: %s', (species) => {
    expect(PEOPLE.map((person) => isRefused(attackBurst(species, person)))).toEqual([true, true])
  })

  it('passes the people themselves', () => {
    expect(PEOPLE.map((person) => isRefused(handBurst(person)))).toEqual([false, false])
  })
})
