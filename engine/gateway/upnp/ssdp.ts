/**
 * SSDP: the question "is there a router here that speaks UPnP?" and its answers (UPnP Device Architecture 1.1 §1.3).
 *
 *     M-SEARCH * HTTP/1.1␍␊            HTTP/1.1 200 OK␍␊
 *     HOST: 239.255.255.250:1900␍␊     LOCATION: http://192.168.1.1:5000/rootDesc.xml␍␊
 *     MAN: "ssdp:discover"␍␊           ST: urn:schemas-upnp-org:device:InternetGatewayDevice:2␍␊
 *     MX: 1␍␊                          SERVER: Debian/12 UPnP/1.1 MiniUPnPd/2.3.1␍␊
 *     ST: …␍␊␍␊                        ␍␊
 */

import { familyOf } from '../../../protocol/model/address.ts'
import { parseHeaders, SSDP_ANSWER } from '../../network/ssdp.ts'

/** The link's, and the site's (UPnP Device Architecture 1.1 Annex A). */
export const SSDP_IPV6_GROUPS: readonly string[] = ['ff02::c', 'ff05::c']
const MAX_PATH_LENGTH = 1_024

/** Somewhere on the router's web server. There is no host in it: it is always the gateway's address, whatever the router wrote. */
export interface Place {
  readonly port: number
  /** With its query, beginning with a slash. */
  readonly path: string
}

/** Where a device says that its description lies. Its host, often wrong on routers that share an address (tailscale#5502), is dropped. */
export interface SsdpReply {
  readonly place: Place
  /** What was found, as the device says; "" when it does not. */
  readonly target: string
  /** What it calls its system and itself ("FRITZ!Box 7530 UPnP/1.0 AVM FRITZ!Box 7530 164.07.29"), as it came; "" when it does not. */
  readonly server: string
}

/** Null for everything that is no answer with an `http://` LOCATION whose host is an IP literal. Never throws. */
export function parseReply(datagram: Uint8Array): SsdpReply | null {
  const headers = parseHeaders(datagram, SSDP_ANSWER)
  const place = headers && parseLocation(headers.get('location') ?? '')
  return place ? { place, target: headers.get('st') ?? '', server: headers.get('server') ?? '' } : null
}

/** What a router says about itself unasked, when it starts and stops (UPnP Device Architecture 1.1 §1.2). */
export interface Notice {
  readonly kind: 'alive' | 'byebye'
  /** Another one after every restart; null on devices older than UPnP 1.1, which have none. */
  readonly bootId: number | null
}

/** A router also announces its media server, with a count of its own: only what belongs to the gateway counts. */
const GATEWAY_PART = /^urn:[\w-]+:(device|service):(InternetGatewayDevice|WAN\w+|Layer3Forwarding):\d+$/i

/** Null for everything that is no notice of an internet gateway. Never throws. */
export function parseNotice(datagram: Uint8Array): Notice | null {
  const headers = parseHeaders(datagram, /^NOTIFY \* HTTP\/1\.[01]\s*$/i)
  const kind = /^ssdp:(alive|byebye)$/i.exec(headers?.get('nts') ?? '')?.[1]?.toLowerCase()
  if (!headers || (kind !== 'alive' && kind !== 'byebye') || !GATEWAY_PART.test(headers.get('nt') ?? '')) return null
  const bootId = headers.get('bootid.upnp.org') ?? ''
  return { kind, bootId: /^\d{1,10}$/.test(bootId) ? Number(bootId) : null }
}

/** A zone id means something on the machine that wrote it only: it goes, and ours takes its place where we connect (RFC 6874). */
function parseLocation(text: string): Place | null {
  const unzoned = text.replace(/^(http:\/\/\[[^\]/%]+)%[^\]/]*\]/i, '$1]')
  const host = /^http:\/\/(?:\[([^\]/]+)\]|([\d.]+))(?::\d{1,5})?(?:[/?]|$)/i.exec(unzoned)
  if (!host || familyOf(host[1] ?? host[2] ?? '') === undefined) return null
  return placeOf(unzoned)
}

/** The place that an `http:` URL names, read against `base` when it is relative. Null when it names none. */
export function placeOf(text: string, base?: Place): Place | null {
  // The host is a stand-in, and goes again at once.
  const from = base && `http://gateway.invalid:${base.port}${base.path}`
  if (!URL.canParse(text, from)) return null
  const url = new URL(text, from)
  const port = url.port === '' ? 80 : Number(url.port)
  const path = url.pathname + url.search
  return url.protocol === 'http:' && port > 0 && path.length <= MAX_PATH_LENGTH ? { port, path } : null
}
