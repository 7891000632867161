/** Asks everybody on the link by multicast DNS. From a port of our own, so that answers come to us alone and nobody's cache is disturbed. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { TYPE } from '../../../dns/codes.ts'
import { browsed, keyOf, MDNS_GROUP, MDNS_PORT, readMdns, writeMdnsQuestion } from '../../../dns/mdns.ts'
import type { Name } from '../../../dns/names.ts'
import type { Candidate } from './candidate.ts'

/** Wi-Fi loses multicast. */
const ASK_AT_MS = [0, 700, 2000]
const QUESTIONS_A_PACKET = 20
const MAX_INSTANCES = 200
const MAX_BYTES = 2_000_000

export interface SearchOptions {
  /** Our own address, by whose interface the question leaves. */
  readonly localAddress: string
  /** Is this address in the house? Others are not believed. */
  readonly isAtHome: (address: string) => boolean
  readonly onCandidate: (candidate: Candidate) => void
}

/** `types`: such as `_http._tcp`. Ends with `until`. Rejects when there is no socket to be had. */
export async function searchMdns(types: readonly string[], options: SearchOptions, until: AbortSignal): Promise<void> {
  const { localAddress, isAtHome, onCandidate } = options
  const socket = createSocket('udp4')
  const instances = new Map<string, { name: Name; type: string; label: string }>()
  const places = new Map<string, { host: string; port: number }>()
  const addresses = new Map<string, string>()
  const told = new Set<string>()
  let bytes = 0
  const send = (questions: readonly { name: Name; type: number }[]): void => {
    for (let at = 0; at < questions.length; at += QUESTIONS_A_PACKET)
      socket.send(writeMdnsQuestion(questions.slice(at, at + QUESTIONS_A_PACKET)), MDNS_PORT, MDNS_GROUP, () => {})
  }
  const nameOfKey = (key: string): Name => key.split('\u0000')
  /** What is still unknown of what was found. */
  const missing = (): { name: Name; type: number }[] =>
    [...instances].flatMap(([key, { name }]): { name: Name; type: number }[] => {
      const place = places.get(key)
      if (!place) return [{ name, type: TYPE.SRV }]
      return addresses.has(place.host) ? [] : [{ name: nameOfKey(place.host), type: TYPE.A }]
    })

  function learn(datagram: Uint8Array): void {
    for (const record of readMdns(datagram)) {
      if (record.kind === 'instance' && types.includes(record.type) && instances.size < MAX_INSTANCES)
        instances.set(keyOf(record.instance), { name: record.instance, type: record.type, label: record.label })
      if (record.kind === 'place' && places.size < MAX_INSTANCES) places.set(record.instance, record)
      if (record.kind === 'address' && addresses.size < MAX_INSTANCES && isAtHome(record.address))
        addresses.set(record.host, record.address)
    }
    for (const [key, { type, label }] of instances) {
      const place = places.get(key)
      const address = place && addresses.get(place.host)
      if (!place || address === undefined || told.has(key)) continue
      told.add(key)
      const machine = nameOfKey(place.host)
        .join('.')
        .replaceAll(/[^\x21-\x7e]/g, '')
        .slice(0, 100)
      onCandidate({ address, port: place.port, protocol: type.endsWith('._udp') ? 'udp' : 'tcp', machine, label, type, device: null })
    }
  }

  socket.on('error', () => {})
  socket.on('message', (datagram, sender) => {
    bytes += datagram.length
    if (bytes > MAX_BYTES || !isAtHome(sender.address)) return
    const before = instances.size + places.size
    learn(datagram)
    // Whoever answers one question only is asked for the rest at once.
    if (instances.size + places.size > before) send(missing())
  })
  const timers: NodeJS.Timeout[] = []
  try {
    socket.bind({ address: localAddress, port: 0 })
    await once(socket, 'listening', { signal: until })
    socket.setMulticastInterface(localAddress)
    // RFC 6762 §11.
    socket.setMulticastTTL(255)
    for (const ms of ASK_AT_MS) timers.push(setTimeout(() => send([...types.map(browsed), ...missing()]), ms))
    if (!until.aborted) await once(until, 'abort')
  } finally {
    timers.forEach(clearTimeout)
    socket.close()
  }
}
