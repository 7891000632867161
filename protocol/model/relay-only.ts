/** Each service has a second name, beside its own and below the same device, that always leads through the relay: many home routers do not
 *  let a visitor in who comes from inside by the outside address ("hairpin"), and the home's own people must get in too.
 *
 *  One label, so that the device's wildcard certificate covers it: `web.amber-otter-42.relay.example` and
 *  `web--relay.amber-otter-42.relay.example`. No service may be called so itself (`ServiceName`). */

const SUFFIX = '--relay'

/** `web` → `web--relay`. */
export const relayOnlyName = (service: string): string => `${service}${SUFFIX}`

/** `web--relay` → `web`; undefined for every other name. */
export function serviceOfRelayOnlyName(label: string): string | undefined {
  return label.length > SUFFIX.length && label.endsWith(SUFFIX) ? label.slice(0, -SUFFIX.length) : undefined
}
