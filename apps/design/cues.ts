import { sound } from './preferences.ts'

export type Cue = 'seen' | 'captured' | 'approved' | 'declined'

/** Notes of each cue: frequency in Hz, start and length in s. Rising = good, falling = not; never harsh, all below 1.2 s. */
const NOTES: Record<Cue, readonly (readonly [hz: number, atS: number, lengthS: number])[]> = {
  seen: [[523.25, 0, 0.12]],
  captured: [
    [659.25, 0, 0.1],
    [783.99, 0.09, 0.16],
  ],
  approved: [
    [523.25, 0, 0.16],
    [659.25, 0.12, 0.16],
    [783.99, 0.24, 0.2],
    [1046.5, 0.36, 0.5],
  ],
  declined: [
    [392, 0, 0.22],
    [311.13, 0.2, 0.45],
  ],
}
const PEAK_GAIN = 0.16
let volume = 1

/** How loud cues are, percent of their usual loudness. */
export function setCueVolume(percent: number): void {
  volume = percent / 100
}

let context: AudioContext | undefined

/** Plays a short cue unless the page is muted. Browsers keep audio silent until the first touch; then nothing is heard, and nothing fails. */
export function playCue(cue: Cue): void {
  if (sound.get() === 'off' || volume === 0 || typeof AudioContext === 'undefined') return
  context ??= new AudioContext()
  if (context.state === 'suspended') context.resume().catch(() => {})
  const startS = context.currentTime + 0.02
  for (const [hz, atS, lengthS] of NOTES[cue]) {
    const tone = context.createOscillator()
    const gain = context.createGain()
    tone.type = 'sine'
    tone.frequency.value = hz
    gain.gain.setValueAtTime(0, startS + atS)
    gain.gain.linearRampToValueAtTime(PEAK_GAIN * volume, startS + atS + 0.015)
    gain.gain.exponentialRampToValueAtTime(0.0008, startS + atS + lengthS)
    tone.connect(gain).connect(context.destination)
    tone.start(startS + atS)
    tone.stop(startS + atS + lengthS + 0.02)
  }
}
