/** The tray family, drawn on a 16 px grid with a 1 px margin. Each state has a shape of its own, because macOS templates have no colour. */
import type { Light } from '../../protocol/snapshot.ts'

/** Middle tones of the design's status colours: at least 3:1 on a light and on a dark panel (WCAG 1.4.11), asserted in the test. */
export const COLOURS: Record<Light, string> = {
  reachable: '#2B965A',
  relayed: '#3A82D0',
  checking: '#8274D6',
  'cannot-check': '#7F8798',
  unreachable: '#E0524A',
  paused: '#7F8798',
  'needs-you': '#CF6A1E',
  empty: '#7F8798',
}

const knob = '<rect x="7" y="1" width="2" height="2" rx=".5"/>'
const roof = '<path d="M3 6a5 4 0 0 1 10 0z"/>'
const base = '<rect x="3" y="13" width="10" height="2" rx=".5"/>'
const frame = knob + roof + base
const fullGlass = '<rect x="4" y="7" width="8" height="5"/>'
const posts = '<path d="M4.75 7v6M11.25 7v6" fill="none" stroke="#000" stroke-width="1.5"/>'

/** What is cut out of the drawing, so that the next shape stands free. */
const without = (id: string, cut: string, drawing: string) =>
  `<mask id="${id}" maskUnits="userSpaceOnUse" x="0" y="0" width="16" height="16"><rect width="16" height="16" fill="#fff"/>${cut}</mask><g mask="url(#${id})">${drawing}</g>`

const SHAPES: Record<Light, string> = {
  reachable: frame + fullGlass,
  relayed:
    '<rect x="7" y="1" width="2" height="1.5" rx=".5"/><path d="M3.5 5a4.5 3 0 0 1 9 0z"/><rect x="4.5" y="6" width="7" height="4"/>' +
    '<path d="M1.9 14.25c3-3.4 9.2-3.4 12.2 0" fill="none" stroke="#000" stroke-width="1.5" stroke-linecap="round"/>',
  checking: `${frame}${posts}<rect x="4" y="10" width="8" height="3"/>`,
  'cannot-check':
    '<path d="M3.4 6.4a4.8 4 0 0 1 1.7-2.7M10.9 3.7a4.8 4 0 0 1 1.7 2.7M6.5 2.25h3M4.75 7.75v2M4.75 11v2M11.25 7.75v2M11.25 11v2M3 14.25h2.5M6.75 14.25h2.5M10.5 14.25h2.5" fill="none" stroke="#000" stroke-width="1.5"/>',
  unreachable:
    without('slash', '<path d="M1 15 15 1" stroke="#000" stroke-width="4"/>', frame + posts) +
    '<path d="M1.75 14.25 14.25 1.75" fill="none" stroke="#000" stroke-width="1.5" stroke-linecap="round"/>',
  paused: `${knob}${roof}<rect x="4" y="7" width="3" height="8"/><rect x="9" y="7" width="3" height="8"/>`,
  'needs-you': `${without('badge', '<circle cx="12" cy="12" r="4" fill="#000"/>', frame + fullGlass)}<circle cx="12" cy="12" r="3"/>`,
  empty: '<path d="M8 1v2M4 6.25a4.2 3.5 0 0 1 8 0zM4.75 6v8M11.25 6v8M3 14.25h10" fill="none" stroke="#000" stroke-width="1.5"/>',
}

/** One state as SVG. Black paints and strokes take `colour`. */
export function traySvg(state: Light, colour = '#000000'): string {
  const shape = SHAPES[state].replaceAll('stroke="#000" stroke-width="1.5"', `stroke="${colour}" stroke-width="1.5"`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="${colour}">${shape}</svg>`
}
