import type { HandSide } from '@paume/contract'
import { useId } from 'react'

/** Fingers as thick round strokes, drawn for a right hand as its owner sees it: thumb on the left. Units of a 200 × 260 box. */
const FINGERS = [
  { path: 'M66 128 L55 52', width: 25 },
  { path: 'M91 122 L88 30', width: 26 },
  { path: 'M116 124 L121 42', width: 25 },
  { path: 'M140 136 L153 78', width: 21 },
  { path: 'M66 190 Q36 178 21 136', width: 27 },
] as const
const PALM = 'M64 124 Q102 112 142 132 Q150 176 134 222 Q132 240 132 254 L76 254 Q76 236 70 216 Q54 176 64 124 Z'

/** Heart, head and life line: the three marks of progress everywhere in Paume. */
export const CREASES = [
  'M147 158 C130 174 98 168 84 137',
  'M59 149 C84 150 116 168 139 194',
  'M59 149 C90 160 100 196 87 233',
] as const

function Silhouette({ grow, colour }: { grow: number; colour: string }) {
  return (
    <g stroke={colour} fill={colour} strokeLinecap="round" strokeLinejoin="round">
      <path d={PALM} strokeWidth={14 + grow} />
      {FINGERS.map((finger) => (
        <path key={finger.path} d={finger.path} fill="none" strokeWidth={finger.width + grow} />
      ))}
    </g>
  )
}

interface PalmFigureProps {
  side: HandSide
  /** How many of the three creases are drawn: 0–3. */
  linesDrawn: number
  /** Idle screens: the creases breathe slowly (not with reduced motion). */
  breathing?: boolean
  /** Fill the hand softly, or leave it open so that a picture shows through. */
  filled?: boolean
  className?: string
  /** What a screen reader says; without it the figure is decoration. */
  label?: string
}

/** An open palm with its three creases. The same figure greets, guides and counts the good pictures. */
export function PalmFigure(props: PalmFigureProps) {
  const { side, linesDrawn, breathing = false, filled = true, className = '', label } = props
  const maskId = useId()
  const clipId = useId()
  return (
    <svg
      className={`palm ${breathing ? 'palm-breathing' : ''} ${className}`}
      viewBox="0 0 200 260"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      <mask id={maskId} maskUnits="userSpaceOnUse" x="0" y="0" width="200" height="264">
        <Silhouette grow={5} colour="#fff" />
        <Silhouette grow={-1} colour="#000" />
      </mask>
      {/* The wrist is open: nothing is drawn below it. */}
      <clipPath id={clipId}>
        <rect x="-10" y="-10" width="220" height="258" />
      </clipPath>
      <g clipPath={`url(#${clipId})`} transform={side === 'L' ? 'translate(200 0) scale(-1 1)' : undefined}>
        {filled && (
          <g className="palm-skin">
            <Silhouette grow={0} colour="var(--palm-skin, var(--accent-soft))" />
          </g>
        )}
        <rect className="palm-edge" width="200" height="252" mask={`url(#${maskId})`} />
        {CREASES.map((crease) => (
          <path key={`trace ${crease}`} className="palm-trace" d={crease} />
        ))}
        {CREASES.map((crease, index) => (
          <path key={crease} className="palm-line" d={crease} pathLength={1} data-drawn={index < linesDrawn} />
        ))}
      </g>
    </svg>
  )
}

/** The mark of Paume: three creases. */
export function Mark({ sizePx = 44 }: { sizePx?: number }) {
  return (
    <svg width={sizePx} height={sizePx} viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" rx="18" fill="#0b5a52" />
      <g fill="none" strokeWidth="5" strokeLinecap="round">
        <path d="M14 25c9 6 25 5 34-9" stroke="#fff" />
        <path d="M13 35c10-3 24 1 36 3" stroke="#fff" />
        <path d="M22 15c9 9 13 22 8 36" stroke="#ffbe7d" />
      </g>
    </svg>
  )
}
