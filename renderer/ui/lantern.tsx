import './lantern.css'
import { useId } from 'react'
import type { Light } from '../../protocol/snapshot.ts'
import { GAP, SHAPES } from './lantern-shapes.ts'

/** The lantern of a state. Decoration: the words stand beside it. Takes the colour of its text. */
export function Lantern({ light, sizePx }: { light: Light; sizePx: number }) {
  const mask = useId()
  const { fill, line, over } = SHAPES[light]
  return (
    <svg className="lantern" viewBox="0 0 16 16" width={sizePx} height={sizePx} aria-hidden="true">
      {over && (
        <mask id={mask} maskUnits="userSpaceOnUse" x="0" y="0" width="16" height="16">
          <path d="M0 0h16v16H0z" fill="#fff" />
          {over.fill && <path d={over.fill} fill="#000" stroke="#000" strokeWidth={GAP} />}
          {over.line && <path d={over.line} stroke="#000" strokeWidth={1.5 + GAP} />}
        </mask>
      )}
      <g mask={over && `url(#${mask})`}>
        {fill && <path d={fill} />}
        {line && <path d={line} className="line" />}
      </g>
      {over?.fill && <path d={over.fill} />}
      {over?.line && <path d={over.line} className="line" />}
    </svg>
  )
}
