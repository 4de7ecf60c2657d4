import type { HoverPhase } from '@paume/camera'
import type { HandSide } from '@paume/contract'
import { type RefObject, useEffect, useRef } from 'react'
import { createPortal } from 'react-dom'
import { PalmFigure } from '../design/palm-figure.tsx'
import { useText } from '../language/text.ts'
import { ScreenLamp } from './screen-lamp.ts'
import './screen-light.css'

interface ScreenLightProps {
  phase: HoverPhase
  hand: HandSide | null
  /** Holds the lamp while this is on the page. */
  lamp: RefObject<ScreenLamp | null>
}

/** Lies over the whole page while a burst is taken: nothing but the colour, the outline of a hand and one line. */
export function ScreenLight({ phase, hand, lamp }: ScreenLightProps) {
  const { t } = useText()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    lamp.current = new ScreenLamp(place.current!)
    return () => {
      lamp.current = null
    }
  }, [lamp])
  const taken = phase.phase === 'burst' ? Math.round((3 * phase.taken) / phase.of) : 0
  // The camera's own line says the same to screen readers.
  return createPortal(
    <div ref={place} className="screen-light" hidden aria-hidden="true">
      <PalmFigure side={hand ?? 'R'} linesDrawn={taken} filled={false} className="screen-light-palm" />
      <p>{t('guidance.good')}</p>
    </div>,
    document.body,
  )
}
