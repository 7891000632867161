import encode from 'qr'
import { useMemo } from 'react'

/** A picture that a phone's camera reads: dark on white in both themes, with the four free units around it that readers ask for
 *  (ISO/IEC 18004 §9.1). */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const rows = encode(text, 'raw', { border: 4, ecc: 'medium' })
    const squares = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])))
    return { size: rows.length, path: squares.join('') }
  }, [text])
  return (
    <svg className="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
      <path d={path} />
    </svg>
  )
}
