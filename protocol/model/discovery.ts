/** What was found at home that its owner might want to reach from outside. */
import { z } from 'zod'
import { Preset, ServiceName } from './service.ts'

/** `sure`: it says so itself. `likely`: it announces itself as such. `guess`: only its port speaks for it. */
export const Confidence = z.enum(['sure', 'likely', 'guess'])
export type Confidence = z.infer<typeof Confidence>

export const FoundProgram = z.object({
  /** As in `addService`. */
  target: z.string().max(300),
  /** What it might be called; nobody is called so yet. */
  name: ServiceName,
  /** What it calls itself, or its page does; may be empty. Of a stranger's making. */
  title: z.string().max(200),
  /** Which machine: its own name or its address; null: this computer. */
  machine: z.string().max(253).nullable(),
  /** Null: it is none that is known. */
  preset: z.object({ id: Preset, name: z.string().max(60), confidence: Confidence }).nullable(),
  /** The service that leads there already; null: none. */
  service: z.string().nullable(),
})
export type FoundProgram = z.infer<typeof FoundProgram>

export const MAX_FOUND = 100

/** Grows until `done`. */
export const Discovery = z.object({ done: z.boolean(), found: z.array(FoundProgram).max(MAX_FOUND) })
export type Discovery = z.infer<typeof Discovery>
