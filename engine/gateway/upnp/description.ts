/** A device description (UPnP Device Architecture 1.1 §2.3) → who the router is, and where it takes orders about ports. */

import { GatewayError } from '../gateway.ts'
import { type Place, placeOf } from './ssdp.ts'
import { parseXml, type XmlElement, XmlError } from './xml.ts'

/** In order of preference. WANPPPConnection:2 is a Livebox's; the last two are older than the standard (tailscale#10911). */
const SERVICE_TYPES: readonly string[] = [
  'urn:schemas-upnp-org:service:WANIPConnection:2',
  'urn:schemas-upnp-org:service:WANIPConnection:1',
  'urn:schemas-upnp-org:service:WANPPPConnection:2',
  'urn:schemas-upnp-org:service:WANPPPConnection:1',
  'urn:dslforum-org:service:WANPPPConnection:1',
  'urn:dslforum-org:service:WANIPConnection:1',
]

/** Takes orders about openings in the IPv6 firewall. */
export const FIREWALL_TYPES: readonly string[] = ['urn:schemas-upnp-org:service:WANIPv6FirewallControl:1']

const MAX_SERVICES = 16
const MAX_TEXT_LENGTH = 80

export interface WanService {
  readonly type: string
  /** Where it may take orders, the likeliest first; never empty. */
  readonly controls: readonly Place[]
}

export interface Description {
  /** These three are safe to show: printable, at most 80 characters; "" when missing. */
  readonly friendlyName: string
  readonly manufacturer: string
  readonly modelName: string
  /** The preferred first. Empty on a device that is no internet gateway. */
  readonly services: readonly WanService[]
}

/** What to call the router, in its own words; null when it has none. */
export function nameOf({ friendlyName, manufacturer, modelName }: Description): string | null {
  return friendlyName || [manufacturer, modelName].join(' ').trim() || null
}

/** All that tells which router it is. */
export const saysOf = ({ friendlyName, manufacturer, modelName }: Description): string =>
  [friendlyName, manufacturer, modelName].filter(Boolean).join(' ')

/** `fetchedFrom` is where the bytes came from; `types` are the services looked for, the preferred first. Throws {@link GatewayError} `garbled`. */
export function parseDescription(
  bytes: Uint8Array,
  fetchedFrom: Place,
  gatewayAddress: string,
  types: readonly string[] = SERVICE_TYPES,
): Description {
  const root = readRoot(bytes)
  const device = child(root, 'device')
  if (!device) throw new GatewayError('garbled', "the router's description holds no device")
  const bases = controlBases(textOf(root, 'URLBase'), fetchedFrom, gatewayAddress)
  const services = descendants(root, 'service').flatMap((element) => toService(element, bases, types))
  return {
    friendlyName: printable(textOf(device, 'friendlyName')),
    manufacturer: printable(textOf(device, 'manufacturer')),
    modelName: printable(textOf(device, 'modelName')),
    services: services.sort((a, b) => types.indexOf(a.type) - types.indexOf(b.type)).slice(0, MAX_SERVICES),
  }
}

function readRoot(bytes: Uint8Array): XmlElement {
  try {
    return parseXml(bytes)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    throw new GatewayError('garbled', `the router's description is ${error.kind}: ${error.message}`, { cause: error })
  }
}

/**
 * Against what a relative controlURL is read. URLBase should say so, yet it is often absent or names an address that the router had
 * once: it goes first only when it names the gateway. Then the place of the description, as the standard has it, and its root, as
 * miniupnpc reads it (`build_absolute_url` in miniupnpc.c).
 */
function controlBases(urlBase: string, fetchedFrom: Place, gatewayAddress: string): Place[] {
  const named = placeOf(urlBase)
  const rest = [fetchedFrom, { port: fetchedFrom.port, path: '/' }]
  if (!named) return rest
  return new URL(urlBase).hostname === gatewayAddress ? [named, ...rest] : [...rest, named]
}

function toService(element: XmlElement, bases: readonly Place[], types: readonly string[]): WanService[] {
  const stated = textOf(element, 'serviceType').toLowerCase()
  const type = types.find((known) => known.toLowerCase() === stated)
  const controlUrl = textOf(element, 'controlURL')
  if (!type || controlUrl === '') return []
  const places = bases.flatMap((base) => placeOf(controlUrl, base) ?? [])
  const controls = places.filter(
    (place, index) => index === places.findIndex(({ port, path }) => port === place.port && path === place.path),
  )
  return controls.length > 0 ? [{ type, controls }] : []
}

function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((inner) => inner.name === name)
}

function textOf(element: XmlElement, name: string): string {
  return child(element, name)?.text ?? ''
}

/** At any depth: devices nest as each maker likes. The parser has bounded depth and number. */
function descendants(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((inner) => [...(inner.name === name ? [inner] : []), ...descendants(inner, name)])
}

/** Control, formatting (also those that turn the direction of writing) and unassigned characters go. */
export function printable(text: string): string {
  const clean = text.replace(/[\s\u2028\u2029]+/gu, ' ').replace(/[\p{C}\uFFFD]/gu, '')
  return [...clean].slice(0, MAX_TEXT_LENGTH).join('').trim()
}
