import type { Hand, TurnedSquare } from '../2-landmarks/hand.ts'
import { findLandmarks } from '../2-landmarks/hand-landmarks.ts'
import { areTwoHands, attempts, MIN_PRESENCE } from '../2-landmarks/locate.ts'
import { detectPalms } from '../2-landmarks/palm-detector.ts'
import { squareFromLandmarks, squareFromPalm } from '../2-landmarks/squares.ts'
import type { Raster } from '../image.ts'
import type { HandNetworks } from '../networks/network.ts'

/** Looks between two searches of the whole frame while a hand is followed: finds a second hand. */
const LOOKS_BETWEEN_SEARCHES = 15

export type Followed = { outcome: 'no_hand' | 'two_hands' } | { outcome: 'hand'; hand: Hand }

/** Finds one hand and then follows it with the landmark network alone, which costs a third of a search. */
export class HandFollower {
  readonly #networks: HandNetworks
  #square: TurnedSquare | null = null
  #looks = 0
  #attempt = 0

  constructor(networks: HandNetworks) {
    this.#networks = networks
  }

  forget(): void {
    this.#square = null
    this.#looks = 0
  }

  async look(frame: Raster): Promise<Followed> {
    if (this.#square !== null && this.#looks++ < LOOKS_BETWEEN_SEARCHES) {
      const hand = await findLandmarks(this.#networks.handLandmarks, frame, this.#square)
      if (hand.presence >= MIN_PRESENCE) return this.#keep(hand)
    }
    this.forget()
    return this.#search(frame)
  }

  /** One way of searching a look; the next look tries the next way, so that no look takes long. */
  async #search(frame: Raster): Promise<Followed> {
    const ways = [...attempts(frame, 'thorough')]
    const { seen, square } = ways[this.#attempt % ways.length]
    const palms = await detectPalms(this.#networks.palmDetector, seen, square)
    const hands: Hand[] = []
    for (const palm of palms.slice(0, 2)) {
      const hand = await findLandmarks(this.#networks.handLandmarks, seen, squareFromPalm(palm))
      if (hand.presence >= MIN_PRESENCE) hands.push(hand)
    }
    if (hands.length === 0) {
      this.#attempt++
      return { outcome: 'no_hand' }
    }
    if (hands.length === 2 && areTwoHands(hands[0], hands[1])) return { outcome: 'two_hands' }
    return this.#keep(hands[0])
  }

  #keep(hand: Hand): Followed {
    this.#square = squareFromLandmarks(hand.landmarks)
    return { outcome: 'hand', hand }
  }
}
