/** A name of the owner's own as the faces see it: where it leads, where it should, and what is done about it. */
import { z } from 'zod'
import { Problem } from '../problem.ts'

/** `ok`: it leads where it should · `changing`: it is told, or what was told is awaited · `waiting`: it is tried again at `nextAtMs` · `stopped`:
 *  nothing is tried until its owner acts · `elsewhere`: somebody else keeps it, and it leads to another place · `unknown`: not looked at yet, or
 *  not known yet where it should lead. */
export const KeptNameState = z.enum(['ok', 'changing', 'waiting', 'stopped', 'elsewhere', 'unknown'])
export type KeptNameState = z.infer<typeof KeptNameState>

/** `current`: what the name's own servers say; null: they could not be asked. `wanted`: null is none, or not known yet. */
export const KeptFamily = z.object({ current: z.array(z.string()).nullable(), wanted: z.string().nullable() })

export const AddressChange = z.object({ family: z.enum(['ipv4', 'ipv6']), address: z.string().nullable(), atMs: z.number() })
export type AddressChange = z.infer<typeof AddressChange>

/** Times in ms since 1970. */
export const KeptName = z.object({
  host: z.string(),
  /** The provider's id, or `watched`. */
  provider: z.string(),
  title: z.string(),
  service: z.string().nullable(),
  ipv6Suffix: z.string().nullable(),
  state: KeptNameState,
  ipv4: KeptFamily,
  ipv6: KeptFamily,
  checkedAtMs: z.number().nullable(),
  /** When it was last seen to lead elsewhere than before. */
  changedAtMs: z.number().nullable(),
  /** `evidence`: the provider's own words. */
  failure: z.object({ problem: Problem, evidence: z.string(), atMs: z.number() }).nullable(),
  nextAtMs: z.number().nullable(),
  /** The latest first. */
  history: z.array(AddressChange),
})
export type KeptName = z.infer<typeof KeptName>
