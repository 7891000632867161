/** What a router asks by the dyndns2 protocol, and what it gets for an answer. Pure but for what it is given.
 *
 *  ```
 *  GET /nic/update?hostname=H[,H…][&myip=A[,A]][&myipv6=A]   Authorization: Basic user:password, User-Agent: …
 *  → one line for each host   good A | nochg A    it stands, and so it stood before
 *                             nohost              not a name of whom this password belongs to
 *    or one line for all      badauth notfqdn numhost badagent abuse dnserr
 *  ```
 *  Clients take `badauth`, `notfqdn`, `nohost`, `badagent` and `abuse` for final and stop until their owner acts; after `dnserr` they come again. */
import { type Family, familyOf, parseAddress } from '../../protocol/model/address.ts'

export interface RouterRequest {
  readonly hosts: readonly string[]
  /** Undefined: none was sent. */
  readonly password: string | undefined
  readonly userAgent: string | undefined
  /** The addresses that the router would like to have there, as it wrote them. */
  readonly claims: readonly string[]
  /** The address that the request comes from, if it is one of the internet's. */
  readonly source: string | undefined
}

export type Addresses = Readonly<Record<Family, string | null>>

/** More than any router has names; a list of hundreds is somebody who tries names. */
const MAX_HOSTS = 20
const FQDN = /^(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/

/** `hostname=` as routers write it: some with a dot at the end, some in capitals, some with a comma after the last one. */
export function readHosts(text: string): string[] {
  const hosts = text.split(',').map((host) => host.trim().toLowerCase().replace(/\.$/, ''))
  return hosts.filter((host) => host !== '')
}

/** The fault that needs no look at who asks; undefined: none. */
export function faultOf({ hosts, userAgent }: RouterRequest): 'badagent' | 'notfqdn' | 'numhost' | undefined {
  // The protocol asks for a name in it, so that a broken program can be told from others.
  if (!userAgent?.trim()) return 'badagent'
  if (hosts.length === 0) return 'notfqdn'
  if (hosts.length > MAX_HOSTS) return 'numhost'
  return hosts.every((host) => FQDN.test(host)) ? undefined : 'notfqdn'
}

/** Where the name is to stand from now on. Nobody points it at a machine that is not shown to be his: the family that the request comes by gets
 *  the address it comes from, whatever is claimed. Of the other family a claim counts only where the device itself was just seen there
 *  (`seen`); any other claim says that what stands there is over. */
export function addressesAfter(before: Addresses, source: string, claims: readonly string[], seen: Partial<Addresses>): Addresses {
  const own = familyOf(source) ?? 'ipv4'
  const other: Family = own === 'ipv4' ? 'ipv6' : 'ipv4'
  const claimed = claims.filter((claim) => familyOf(claim) === other)
  const proven = [before[other], seen[other]].find((address) => claimed.some((claim) => isSame(claim, address)))
  return { ipv4: before.ipv4, ipv6: before.ipv6, [own]: source, [other]: claimed.length === 0 ? before[other] : (proven ?? null) }
}

/** Routers write an IPv6 address in full, or in capitals. */
function isSame(claim: string, address: string | null | undefined): boolean {
  const [one, other] = [parseAddress(claim), parseAddress(address ?? '')]
  return one !== undefined && other !== undefined && Buffer.compare(one, other) === 0
}

export const shown = ({ ipv4, ipv6 }: Addresses): string => [ipv4, ipv6].filter((address) => address !== null).join(',')
