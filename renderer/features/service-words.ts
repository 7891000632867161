/** What is said of a service: how visitors come, who may, and what protects them. */
import type { FirstWords } from '../../languages/index.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { CertificateView, GuardState, ServiceView, Snapshot } from '../../protocol/snapshot.ts'

/** The way visitors come, per address family where the two differ. */
export function wayOf({ best }: ServiceView, { path }: FirstWords): string {
  const { ipv4, ipv6 } = best
  if (ipv4 !== null && ipv6 !== null && ipv4 !== ipv6) return path.families(path.rung[ipv4], path.rung[ipv6])
  const rung = ipv4 ?? ipv6
  return rung === null ? path.none : path.rung[rung]
}

const GUARD_WORST_FIRST: readonly GuardState[] = ['foreign', 'unchecked', 'off', 'own']

/** The worse of what the two watches know. In a rehearsal nobody outside could have a certificate. */
export function privacyOf({ kind }: ServiceView, { rehearsal, guard }: Snapshot, { page: { services } }: FirstWords): string {
  if (!isWeb(kind)) return services.readable
  if (rehearsal) return services.encrypted
  const worst = GUARD_WORST_FIRST.find((state) => state === guard.ownNames.state || state === guard.certificateLog.state)
  return services.encrypted + services.watched[worst ?? 'unchecked']
}

/** The certificate that visitors of its public address are shown. */
export function certificateOf({ publicUrl }: ServiceView, { certificates }: Snapshot): CertificateView | undefined {
  const host = publicUrl !== null && URL.canParse(publicUrl) ? new URL(publicUrl).hostname : null
  if (host === null) return undefined
  const wildcard = `*.${host.split('.').slice(1).join('.')}`
  return certificates.find(({ name }) => name === host) ?? certificates.find(({ name }) => name === wildcard)
}

/** What other programs than browsers are given: `host:port`. */
export const plainAddress = ({ publicAddress }: ServiceView): string | null =>
  publicAddress && `${publicAddress.host}:${publicAddress.port}`

/** What is given away: a link where it opens one, else the address that a program is told. */
export function givenAway(service: ServiceView): { readonly what: 'link' | 'address'; readonly text: string | null } {
  const isLink = isWeb(service.kind) || service.access === 'link'
  return isLink && service.shareLink !== null
    ? { what: 'link', text: service.shareLink }
    : { what: 'address', text: service.publicUrl ?? plainAddress(service) }
}

/** Where each family leads directly, as was proven from outside. */
export function directAddresses({ paths }: ServiceView, { dashboard }: FirstWords): string[] {
  return paths.flatMap(({ rung, family, phase, outside }) => {
    if (rung === 'tunnel' || phase !== 'confirmed' || !outside) return []
    const host = outside.address.includes(':') ? `[${outside.address}]` : outside.address
    return [dashboard.directly(family === 'ipv4' ? 'IPv4' : 'IPv6', `${host}:${outside.port}`)]
  })
}
