import './qr-code.css'
import { use } from 'react'

const loaded = new Map<string, Promise<string>>()

/** One path of squares, one unit each, with the four free units around it that readers ask for (ISO/IEC 18004 §9.1). */
async function drawn(text: string): Promise<string> {
  const { default: encode } = await import('qr')
  const rows = encode(text, 'raw', { border: 4, ecc: 'medium' })
  const squares = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])))
  return `${rows.length} ${squares.join('')}`
}

function drawing(text: string): Promise<string> {
  const known = loaded.get(text)
  if (known) return known
  const fresh = drawn(text)
  loaded.set(text, fresh)
  return fresh
}

/** A picture that a phone's camera reads. Always dark on white, which every reader can; needs a Suspense above it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const [size, ...path] = use(drawing(text)).split(' ')
  return (
    <svg className="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
      <path d={path.join(' ')} />
    </svg>
  )
}
