/** The lantern in every state, on a 16 px grid with a 1 px margin. Each state has a shape of its own, because a macOS tray has no colour and
 *  not everybody sees it. The page and the tray icons (tools/icons) draw from here, so that what is seen in one is found again in the other. */
import type { Light } from '../../protocol/snapshot.ts'

/** SVG path data. Lines are 1.5 wide. */
interface Drawing {
  readonly fill?: string
  readonly line?: string
}

export interface Shape extends Drawing {
  /** What lies over the lantern, with a free gap around it. */
  readonly over?: Drawing
}

/** What is added to the width of what lies over the lantern, to leave 1 px free on each side. */
export const GAP = 2

const knob = 'M7.5 1h1a.5.5 0 0 1 .5.5V3H7V1.5a.5.5 0 0 1 .5-.5z'
const roof = 'M3 6a5 4 0 0 1 10 0z'
const base = 'M3.5 13h9a.5.5 0 0 1 .5.5v1a.5.5 0 0 1-.5.5h-9a.5.5 0 0 1-.5-.5v-1a.5.5 0 0 1 .5-.5z'
const frame = knob + roof + base
const glass = 'M4 7h8v5H4z'
const posts = 'M4.75 7v6M11.25 7v6'

export const SHAPES: Readonly<Record<Light, Shape>> = {
  reachable: { fill: frame + glass },
  relayed: { fill: 'M7 1h2v2H7zM3.5 5a4.5 3 0 0 1 9 0zM4.5 6h7v4h-7z', line: 'M1.9 14.25c3-3.4 9.2-3.4 12.2 0' },
  checking: { fill: `${frame}M4 10h8v3H4z`, line: posts },
  'cannot-check': {
    line: 'M3.4 6.4a4.8 4 0 0 1 1.7-2.7M10.9 3.7a4.8 4 0 0 1 1.7 2.7M6.5 2.25h3M4.75 7.75v2M4.75 11v2M11.25 7.75v2M11.25 11v2M3 14.25h2.5M6.75 14.25h2.5M10.5 14.25h2.5',
  },
  unreachable: { fill: frame, line: posts, over: { line: 'M2.5 14.25 14.25 2.5' } },
  paused: { fill: `${knob}${roof}M4 7h3v8H4zM9 7h3v8H9z` },
  'at-home': { fill: 'M6.5 9h3v4h-3z', line: 'M2 8.25 8 2.5l6 5.75M4 7v7.25h8V7' },
  'needs-you': { fill: frame + glass, over: { fill: 'M15 12a3 3 0 1 1-6 0a3 3 0 1 1 6 0z' } },
  empty: { line: 'M8 1v2M4 6.25a4.2 3.5 0 0 1 8 0zM4.75 6v8M11.25 6v8M3 14.25h10' },
}
