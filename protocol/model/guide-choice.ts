/** Which router guide is the right one here. */
import { z } from 'zod'

/** The id of the guide for a router of which nothing particular is known. Here, because the page knows it before it fetches any guide. */
export const GENERIC = 'generic'

export const GuideId = z.string().max(40)

/** `router`: the id of a guide, or `generic`. `chosen`: its owner said so; else the router was recognised, or is not known. */
export const GuideChoice = z.object({ router: GuideId, chosen: z.boolean() })
export type GuideChoice = z.infer<typeof GuideChoice>

/** Also what a face makes of an engine that does not tell. */
export const NO_CHOICE: GuideChoice = { router: GENERIC, chosen: false }
