/** How far somebody is with making a service reachable. The engine keeps it, so that nothing is lost when the window is closed, whichever face
 *  is opened next. A relay code is a secret and is not kept. */
import { z } from 'zod'
import { Preset, ServiceName } from './service.ts'

/** In this order. */
export const SetupStep = z.enum(['what', 'network', 'way', 'name', 'link'])
export type SetupStep = z.infer<typeof SetupStep>

/** How a home without a relay goes on: by somebody's relay code, by a relay of one's own, or without any. */
export const Door = z.enum(['code', 'own', 'direct'])
export type Door = z.infer<typeof Door>

export const Setup = z.object({
  step: SetupStep,
  /** As it was chosen and typed; not checked yet. */
  choice: z.object({ preset: Preset.nullable(), target: z.string().max(1100), name: z.string().max(100) }),
  /** What was added for it; null: nothing yet. */
  service: ServiceName.nullable(),
  door: Door,
  /** Without a relay, and with a router that tells nothing: this home's own IPv4 address, as its owner has typed it. */
  home: z.string().max(45).default(''),
})
export type Setup = z.infer<typeof Setup>
