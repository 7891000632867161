/** Every router guide, and which one a router is. */
import { FRENCH_BOXES } from './french-boxes.ts'
import { RouterGuide } from './guide.ts'
import { MAKERS } from './makers.ts'
import { SYSTEMS } from './systems.ts'

export { GENERIC } from '../model/guide-choice.ts'
export { type Label, type Menu, RouterGuide, sourcesOf } from './guide.ts'

/** The particular before the general: a Livebox is made by Sagemcom, and many a router runs OpenWrt or says so of its UPnP service. */
export const GUIDES: readonly RouterGuide[] = [...FRENCH_BOXES, ...SYSTEMS, ...MAKERS].map((guide) => RouterGuide.parse(guide))

/** Undefined: of this router there is only the generic guide. Also for an id of a newer engine. */
export const guideOf = (id: string): RouterGuide | undefined => GUIDES.find((guide) => guide.id === id)

/** `says`: whatever the router tells of itself, a line each, the surest first: its name, maker and model, the title of its page, what its servers
 *  call themselves, the maker of its network card. Null: it is none that is known. */
export function recogniseRouter(says: string): string | null {
  for (const line of says.split('\n')) {
    const found = GUIDES.find((guide) => guide.says.test(line))
    if (found) return found.id
  }
  return null
}
