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

/** `says`: whatever the router tells of itself: its name, maker and model, what its servers call themselves, the title of its page. Null: it is
 *  none that is known. */
export const recogniseRouter = (says: string): string | null => GUIDES.find((guide) => guide.says.test(says))?.id ?? null
