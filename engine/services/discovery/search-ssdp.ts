/** Asks everybody on the link by SSDP, and reads where the web page of each device is (UPnP Device Architecture 1.1 §2.3: presentationURL). */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'
import { buildSearch, parseHeaders, SSDP_ANSWER, SSDP_GROUP, SSDP_PORT } from '../../network/ssdp.ts'
import type { Preset } from '../presets/preset.ts'
import { ask } from '../safety/ask.ts'
import type { Candidate } from './candidate.ts'
import { isDevice } from './recognise.ts'
import type { SearchOptions } from './search-mdns.ts'

const ASK_AT_MS = [0, 700, 2000]
const MAX_DEVICES = 64
const DESCRIPTION_TIMEOUT_MS = 2500

/** Ends with `until`. Rejects when there is no socket to be had. */
export async function searchSsdp(
  presets: readonly Preset[],
  { localAddress, isAtHome, onCandidate }: SearchOptions,
  until: AbortSignal,
): Promise<void> {
  const socket = createSocket('udp4')
  const asked = new Set<string>()
  socket.on('error', () => {})
  socket.on('message', (datagram, sender) => {
    const place = placeOf(parseHeaders(datagram, SSDP_ANSWER)?.get('location') ?? '')
    if (!place || !isAtHome(sender.address)) return
    // Where it lies is told by who answers, whatever he has written: nobody sends us elsewhere.
    const key = `${sender.address} ${place.port}${place.path}`
    if (asked.has(key) || asked.size >= MAX_DEVICES) return
    asked.add(key)
    readDescription(sender.address, place, AbortSignal.any([until, AbortSignal.timeout(DESCRIPTION_TIMEOUT_MS)])).then((found) => {
      if (!found || until.aborted) return
      const { device, name: label } = found
      const port = portOf(found, presets)
      if (port !== undefined) onCandidate({ address: sender.address, port, protocol: 'tcp', machine: '', label, type: null, device })
    })
  })
  const timers: NodeJS.Timeout[] = []
  try {
    socket.bind({ address: localAddress, port: 0 })
    await once(socket, 'listening', { signal: until })
    socket.setMulticastInterface(localAddress)
    socket.setMulticastTTL(2)
    for (const ms of ASK_AT_MS)
      timers.push(setTimeout(() => socket.send(buildSearch('upnp:rootdevice'), SSDP_PORT, SSDP_GROUP, () => {}), ms))
    if (!until.aborted) await once(until, 'abort')
  } finally {
    timers.forEach(clearTimeout)
    socket.close()
  }
}

interface Place {
  readonly port: number
  readonly path: string
}

/** Of an `http:` address, without its host. */
function placeOf(text: string): Place | null {
  if (text.length > 500 || !URL.canParse(text)) return null
  const { protocol, port, pathname, search } = new URL(text)
  return protocol === 'http:' ? { port: port === '' ? 80 : Number(port), path: pathname + search } : null
}

async function readDescription(address: string, place: Place, signal: AbortSignal): Promise<Described | null> {
  const connect = async (): Promise<net.Socket> => {
    const socket = net.connect({ host: address, port: place.port })
    await once(socket, 'connect', { signal })
    return socket
  }
  const answer = await ask({ connect, path: place.path, headers: ['Host', `${address}:${place.port}`] }, signal)
  return typeof answer === 'string' || answer.status !== 200
    ? null
    : readDevice(answer.body, new URL(`http://${address}:${place.port}${place.path}`))
}

interface Described {
  readonly name: string
  /** Of its page; null: there is none on itself. */
  readonly port: number | null
  readonly device: NonNullable<Candidate['device']>
}

/** Pure. Some name no page, others the one that they have on the internet: then it is sought at its program's usual port. */
export const portOf = ({ port, device }: Described, presets: readonly Preset[]): number | undefined =>
  port ?? presets.find((preset) => isDevice(preset, device))?.port

/** `from`: where the description was read. Pure. */
export function readDevice(xml: string, from: URL): Described {
  const field = (name: string): string => new RegExp(`<${name}>([^<]{1,300})</${name}>`, 'i').exec(xml)?.[1]?.trim() ?? ''
  const name = field('friendlyName')
    .replaceAll(/[\p{C}\ufffd]/gu, '')
    .slice(0, 100)
  const device = { deviceType: field('deviceType'), manufacturer: field('manufacturer'), modelName: field('modelName') }
  return { name, port: pagePort(field('presentationURL'), baseOf(field('URLBase'), from)), device }
}

/** Relative addresses are so to URLBase, which later devices leave out, and else to where the description lies (UPnP Device Architecture 1.0 §2.1,
 *  1.1 §2.3). One that names somebody else, or an address of before, is passed over. */
function baseOf(urlBase: string, from: URL): URL {
  const named = URL.canParse(urlBase) ? new URL(urlBase) : from
  return named.hostname === from.hostname ? named : from
}

function pagePort(page: string, base: URL): number | null {
  if (page === '' || !URL.canParse(page, base)) return null
  const { protocol, hostname, port } = new URL(page, base)
  if (hostname !== base.hostname || (protocol !== 'http:' && protocol !== 'https:')) return null
  return port !== '' ? Number(port) : protocol === 'http:' ? 80 : 443
}
