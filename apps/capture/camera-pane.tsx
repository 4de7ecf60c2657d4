import type { HoverPhase } from '@paume/camera'
import type { HandSide } from '@paume/contract'
import { type ReactNode, useEffect, useRef } from 'react'
import { PalmFigure } from '../design/palm-figure.tsx'
import { useText } from '../language/text.ts'
import { phaseLine, toneOf } from './phase-line.ts'
import './capture.css'

interface CameraPaneProps {
  view: HTMLVideoElement | HTMLCanvasElement
  phase: HoverPhase
  /** The outline of this hand is laid over the picture; null draws the right one. */
  hand: HandSide | null
  /** Creases drawn into the outline: 0–3. */
  linesDrawn: number
  children?: ReactNode
}

/** The live picture as in a mirror, the outline of a hand over it, and what to change in large letters. */
export function CameraPane({ view, phase, hand, linesDrawn, children }: CameraPaneProps) {
  const { t } = useText()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const box = place.current
    if (!box) return
    view.setAttribute('aria-hidden', 'true')
    box.append(view)
    return () => view.remove()
  }, [view])
  const tone = toneOf(phase)
  const progress = phase.phase === 'holding' ? phase.progress : phase.phase === 'burst' ? 1 : 0

  return (
    <figure className="camera" data-tone={tone} aria-label={t('camera.view')}>
      <div ref={place} className="camera-view" />
      <div className="camera-shade" />
      <PalmFigure side={hand ?? 'R'} linesDrawn={linesDrawn} filled={false} className="camera-guide" />
      <svg className="camera-progress" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width={100 * progress} height="4" />
      </svg>
      <figcaption className="camera-line" data-tone={tone}>
        <span className="camera-sign" aria-hidden="true">
          {SIGNS[tone]}
        </span>
        <span aria-live="polite">{t(phaseLine(phase))}</span>
      </figcaption>
      {children}
    </figure>
  )
}

const SIGNS = { wait: '○', change: '→', good: '✓' } as const
