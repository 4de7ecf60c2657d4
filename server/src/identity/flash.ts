import { randomInt } from 'node:crypto'
import { type DeviceScreen, type FlashPolicy, SCREEN_COLOUR_NAMES, type ScreenColour } from '@paume/contract'
import { Failure } from '../failure.ts'

/** What a capture from some device must show besides a palm. */
export type LivenessDemand = {
  /** The screen lights the hand in colours that the server draws. */
  flash: boolean
  /** What a hand is worth that no colour was seen on: nothing, half a payment, or, where the operator answers for it, a whole one. */
  unlit: 'refused' | 'both_palms' | 'one_palm'
}

/** Asks devices and shops. */
export type LivenessDemands = (deviceId: string) => Promise<LivenessDemand>

/** A device that has no screen to flash with pays by both palms wherever flashes are wanted. */
export function demandOf({ screen, flash }: { screen: DeviceScreen; flash: FlashPolicy }): LivenessDemand {
  switch (flash) {
    case 'off':
      return { flash: false, unlit: 'one_palm' }
    case 'when_dim':
      return { flash: screen === 'lights', unlit: 'both_palms' }
    case 'required':
      return screen === 'lights' ? { flash: true, unlit: 'refused' } : { flash: false, unlit: 'both_palms' }
  }
}

/**
 * A random sequence from the system's CSPRNG: neighbours differ, so at least two colours do; all n·(n−1)^(length−1) sequences are
 * equally likely.
 */
export function drawFlash(length: number): ScreenColour[] {
  const drawn: ScreenColour[] = []
  while (drawn.length < length) {
    const free = SCREEN_COLOUR_NAMES.filter((colour) => colour !== drawn.at(-1))
    drawn.push(free[randomInt(free.length)])
  }
  return drawn
}

/**
 * Whether the frames say that they were taken under the colours of their challenge, one each, in order. Throws `flash_mismatch`. This
 * only keeps honest devices in step, before a picture is looked at: whether the hand was really lit is measured on the pictures.
 */
export function checkFlash(
  flash: readonly ScreenColour[] | null,
  frames: readonly { screenColour: ScreenColour | null }[],
): void {
  if (flash === null) return
  const fits = frames.length === flash.length && flash.every((colour, i) => frames[i].screenColour === colour)
  if (!fits) throw new Failure('flash_mismatch')
}
