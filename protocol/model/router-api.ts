/** Routers that their owner can be asked to let us into: by an API of their own, in the home, where nothing else opens a port. */
import { z } from 'zod'
import { Problem } from '../problem.ts'
import type { Snapshot } from '../snapshot.ts'

/** `freebox`: Freebox OS, allowed on the box itself. `livebox`: its sysbus, by its password. `tr064`: a FRITZ!Box, by user and password. */
export const RouterApi = z.enum(['freebox', 'livebox', 'tr064'])
export type RouterApi = z.infer<typeof RouterApi>

/** `waiting`: somebody has to say yes on the box. `open`: we are let in. `refused`: we were, and are not any more, or not for this. `problem`: what
 *  has gone wrong last. */
export const RouterAccess = z.object({
  api: RouterApi.nullable(),
  phase: z.enum(['none', 'waiting', 'open', 'refused']),
  problem: Problem.nullable(),
})
export type RouterAccess = z.infer<typeof RouterAccess>

/** Also what a face makes of an engine that does not tell. */
export const NO_ROUTER_ACCESS: RouterAccess = { api: null, phase: 'none', problem: null }

/** What its owner types: nothing for a Freebox. `user`: of a FRITZ!Box alone; "": it asks for a password and no more. */
export const RouterWish = z.object({ user: z.string().max(100).default(''), password: z.string().max(200).default('') })
export type RouterWish = z.infer<typeof RouterWish>

const OF_GUIDES: Readonly<Record<string, RouterApi>> = { freebox: 'freebox', livebox: 'livebox', fritzbox: 'tr064' }

/** The API of the router with this guide. */
export const apiOf = (guide: string): RouterApi | null => OF_GUIDES[guide] ?? null

/** Which API is to be offered: that of a router that we know, when it makes no rule for us in any other way. */
export function offeredApi({ gateway, problems }: Pick<Snapshot, 'gateway' | 'problems'>): RouterApi | null {
  const isMissing = problems.some(({ code }) => code === 'forward-by-hand')
  return isMissing ? apiOf(gateway.guide.router) : null
}
