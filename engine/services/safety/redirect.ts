/** Where an answer sends its visitor. Pure. */
import { familyOf, isLoopback, isPrivateIPv4, isPublic, unmapped } from '../../../protocol/model/address.ts'

/** `on`: to a path of the same service, which may be followed. `home`: to an address that exists only at home. `http`: to the right name, but in
 *  clear. `elsewhere`: to somebody else, or another port. */
export type Redirect = { readonly to: 'on'; readonly url: URL } | { readonly to: 'home' | 'http' | 'elsewhere'; readonly address: string }

const HOME_NAMES = /\.(local|lan|home|internal|localdomain|home\.arpa|fritz\.box)$/
const MAX_LOCATION = 2000

/** `base`: as the visitor asked, such as `https://jeedom.home.example/`. Undefined: that is no address. */
export function readRedirect(location: string, base: URL): Redirect | undefined {
  if (location.length > MAX_LOCATION || !URL.canParse(location, base)) return undefined
  const url = new URL(location, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  const address = url.origin
  if (url.origin === base.origin) return { to: 'on', url }
  if (url.hostname === base.hostname && url.protocol === 'http:' && base.protocol === 'https:' && url.port === '')
    return { to: 'http', address }
  if (url.hostname !== base.hostname && isHome(url.hostname.replace(/^\[|\]$/g, ''))) return { to: 'home', address }
  return { to: 'elsewhere', address }
}

function isHome(host: string): boolean {
  if (familyOf(host)) return isLoopback(host) || isPrivateIPv4(unmapped(host)) || !isPublic(unmapped(host))
  return !host.includes('.') || HOME_NAMES.test(host) || host.endsWith('.localhost')
}
