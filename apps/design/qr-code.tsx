import { useMemo } from 'react'
import { encode } from 'uqr'

/** Modules of white around the code: ISO/IEC 18004 asks for four. */
const QUIET = 4

/** A QR code, dark on white in every colour scheme, for cameras tell the two apart. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { side, path } = useMemo(() => {
    const { size, data } = encode(text, { ecc: 'M', border: 0 })
    const cells = data.flatMap((row, y) =>
      row.flatMap((dark, x) => (dark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])),
    )
    return { side: size + 2 * QUIET, path: cells.join('') }
  }, [text])
  return (
    <svg className="qr" role="img" aria-label={label} viewBox={`0 0 ${side} ${side}`} shapeRendering="crispEdges">
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
