/** Each service has a second name, beside its own and below the same device, that always leads through the relay: many home routers do not
 *  let a visitor in who comes from inside by the outside address ("hairpin"), and the home's own people must get in too.
 *
 *  One label, so that the device's wildcard certificate covers it: `web.amber-otter-42.relay.example` and
 *  `web--relay.amber-otter-42.relay.example`. No service may be called so itself (`ServiceName`). */
import type { Family } from './address.ts'

const SUFFIX = '--relay'
/** One family's address alone stands under these: the page behind the link of a service that is no website learns both addresses of its visitor,
 *  whose program may come by either. */
const OF_FAMILY: Readonly<Record<Family, string>> = { ipv4: '--relay4', ipv6: '--relay6' }

/** `web` → `web--relay`, `web--relay4`, `web--relay6`. */
export const relayOnlyName = (service: string, family?: Family): string => `${service}${family ? OF_FAMILY[family] : SUFFIX}`

/** `web--relay`, `web--relay4`, `web--relay6` → `web`; undefined for every other name. */
export const serviceOfRelayOnlyName = (label: string): string | undefined => /^(.+)--relay[46]?$/.exec(label)?.[1]

/** `web--relay4` → `ipv4`; undefined where both have their place. */
export const familyOfRelayOnlyName = (label: string): Family | undefined =>
  label.endsWith(OF_FAMILY.ipv4) ? 'ipv4' : label.endsWith(OF_FAMILY.ipv6) ? 'ipv6' : undefined
