/** What we were let into the router by: in the secret store, and for that one router alone. */
import { z } from 'zod'
import { parseJson } from '../../protocol/json.ts'
import { RouterApi } from '../../protocol/model/router-api.ts'
import type { Secrets } from './secrets.ts'

const Kept = z.object({
  v: z.literal(1),
  api: RouterApi,
  /** Where it was, and the address of its network card (null: the system did not tell): to any other box nothing of this is said. */
  address: z.string().max(45),
  mac: z.string().max(17).nullable(),
  user: z.string().max(100),
  secret: z.string().max(200),
})
export type RouterKey = Omit<z.infer<typeof Kept>, 'v'>

/** Undefined: none, or it cannot be read. */
export const keptRouterKey = (secrets: Pick<Secrets, 'read'>): RouterKey | undefined =>
  Kept.nullable().safeParse(parseJson(secrets.read('router') ?? '')).data ?? undefined

/** Undefined: forgotten. Throws ProblemError when it cannot be written down. */
export const keepRouterKey = (secrets: Pick<Secrets, 'write'>, key: RouterKey | undefined): void =>
  secrets.write('router', JSON.stringify(key ? { v: 1, ...key } : null))
