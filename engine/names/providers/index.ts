/** Every provider, by its id. */
import type { NameProvider } from '../../../protocol/model/name-provider.ts'
import type { Provider } from '../provider.ts'
import { cloudflare } from './cloudflare.ts'
import { custom } from './custom.ts'
import { desec } from './desec.ts'
import { duckdns } from './duckdns.ts'
import { dynu } from './dynu.ts'
import { freedns } from './freedns.ts'
import { gandi } from './gandi.ts'
import { generic } from './generic.ts'
import { hetzner } from './hetzner.ts'
import { infomaniak } from './infomaniak.ts'
import { noIp } from './no-ip.ts'
import { ovh } from './ovh.ts'
import { ovhDynhost } from './ovh-dynhost.ts'
import { porkbun } from './porkbun.ts'
import { rfc2136 } from './rfc2136.ts'

const ALL: readonly Provider[] = [
  ...[cloudflare, desec, duckdns, dynu, freedns, gandi, hetzner, infomaniak],
  ...[noIp, ovh, ovhDynhost, porkbun, rfc2136, generic, custom],
]

export const PROVIDERS: ReadonlyMap<string, Provider> = new Map(ALL.map((provider) => [provider.id, provider]))

/** What others have to know of them, in the order of their titles. */
export const nameProviders = (): NameProvider[] =>
  ALL.map(({ id, title, page, fields, minPeriodS, ttlS, families, canWithdraw, check, txt }) => ({
    ...{ id, title, page, minPeriodS, ttlS, canWithdraw },
    fields: fields.map(({ isOptional = false, ...field }) => ({ ...field, isOptional })),
    families: [...families],
    canCheck: check !== undefined,
    canProve: txt !== undefined,
  })).sort((a, b) => a.title.localeCompare(b.title, 'en'))
