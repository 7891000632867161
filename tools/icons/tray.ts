/** The tray family as SVG, from the shapes that the page draws too. */
import type { Light } from '../../protocol/snapshot.ts'
import { GAP, SHAPES } from '../../renderer/ui/lantern-shapes.ts'

/** Middle tones of the design's status colours: at least 3:1 on a light and on a dark panel (WCAG 1.4.11), asserted in the test. */
export const COLOURS: Record<Light, string> = {
  reachable: '#2B965A',
  relayed: '#3A82D0',
  checking: '#8274D6',
  'cannot-check': '#7F8798',
  unreachable: '#E0524A',
  paused: '#7F8798',
  'at-home': '#7F8798',
  'needs-you': '#CF6A1E',
  empty: '#7F8798',
}

const filled = (d: string | undefined) => (d ? `<path d="${d}"/>` : '')
const lined = (d: string | undefined, colour: string, width: number) =>
  d ? `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}"/>` : ''

/** One state. A macOS template is black and transparent only. */
export function traySvg(light: Light, colour = '#000000'): string {
  const { fill, line, over } = SHAPES[light]
  const lantern = filled(fill) + lined(line, colour, 1.5)
  const top = filled(over?.fill) + lined(over?.line, colour, 1.5)
  const cut = `<path d="M0 0h16v16H0z" fill="#fff"/>${lined(over?.fill, '#000', GAP)}<path d="${over?.fill ?? ''}" fill="#000"/>${lined(over?.line, '#000', 1.5 + GAP)}`
  const mask = over ? `<mask id="gap" maskUnits="userSpaceOnUse" x="0" y="0" width="16" height="16">${cut}</mask>` : ''
  const body = over ? `<g mask="url(#gap)">${lantern}</g>${top}` : lantern
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="${colour}">${mask}${body}</svg>`
}
