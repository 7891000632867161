/** Tells whoever asks over UDP from which address it sees them: on the relay's HTTPS port, which homes may reach. With a second address it also
 *  answers from there, and from a second port, so that a home learns what the translation before it does (RFC 5780 §6). Bounded like the DNS
 *  side: an answer is at most 2.8 times its question, and neither a neighbourhood nor all of them together are answered without end. */
import dgram, { type Socket } from 'node:dgram'
import { once } from 'node:events'
import { type Endpoint, familyOf, unmapped } from '../../protocol/model/address.ts'
import { formatBindingResponse, formatRefusal, parseBindingRequest, REFUSES_CHANGE } from '../../wire/stun.ts'
import { createRateLimiter } from '../dns/rate.ts'

/** A home asks twice when it connects, and at most 21 times about its translation; a thousand behind one carrier's address still fit. */
const LIMITS = { answersPerS: 20, burst: 100, maxSources: 20_000 } as const
/** 56 bytes each: less than a megabit a second, whoever is made to look like asking. */
const TOTAL = { answersPerS: 1000, burst: 2000, maxSources: 1 } as const

/** IANA's port for STUN. */
export const STUN_PORT = 3478

export interface StunOptions {
  /** Where the HTTPS side listens: at most one address of each family. */
  readonly hosts: readonly string[]
  readonly port: number
  /** Two IPv4 addresses of this machine, the one that visitors know first, and a second port. Without them RFC 5780 is not offered. */
  readonly pair: readonly [string, string] | undefined
  readonly secondPort: number
  readonly signal: AbortSignal
  /** It only explains, so nothing else waits for it: another program may hold the port for UDP (HTTP/3). */
  onUnavailable(error: unknown): void
}

type Answer = (datagram: Buffer, sender: dgram.RemoteInfo, at: Socket) => { readonly bytes: Buffer; readonly from: Socket } | undefined

/** Resolves when everything listens that can. */
export async function startStun({ hosts, port, pair, secondPort, signal, onUnavailable }: StunOptions): Promise<void> {
  const paired = pair
    ? await startOnTwo(pair, [port, secondPort], signal).then(
        () => true,
        (error: unknown) => onUnavailable(error),
      )
    : false
  for (const host of hosts) if (!paired || familyOf(host) === 'ipv6') await startOn(host, port, signal).catch(onUnavailable)
}

/** Listens until the signal. Rejects with the system's error (EADDRINUSE, EACCES). */
export async function startOn(host: string, port: number, signal: AbortSignal): Promise<void> {
  const sockets = await open([{ address: host, port }], signal)
  serve(sockets, (datagram, sender, from) => {
    const asked = parseBindingRequest(datagram)
    if (!asked) return undefined
    const { transaction } = asked
    const unknown = asked.change ? REFUSES_CHANGE : asked.unknown
    if (unknown.length > 0) return { bytes: formatRefusal(transaction, unknown), from }
    return { bytes: formatBindingResponse(transaction, { mapped: mappedOf(sender) }), from }
  })
}

/** The same on two IPv4 addresses of this machine and two ports of each. Rejects also with EADDRNOTAVAIL. */
export async function startOnTwo(
  addresses: readonly [string, string],
  ports: readonly [number, number],
  signal: AbortSignal,
): Promise<void> {
  const places = addresses.flatMap((address) => ports.map((port): Endpoint => ({ address, port })))
  const sockets = await open(places, signal)
  serve(sockets, (datagram, sender, at) => {
    const asked = parseBindingRequest(datagram)
    if (!asked) return undefined
    const { transaction, unknown, change } = asked
    if (unknown.length > 0) return { bytes: formatRefusal(transaction, unknown), from: at }
    // Places stand in the order of two bits, address and port: a change turns a bit over.
    const here = sockets.indexOf(at)
    const there = here ^ (change?.address ? 2 : 0) ^ (change?.port ? 1 : 0)
    const from = sockets[there] ?? at
    const bytes = formatBindingResponse(transaction, { mapped: mappedOf(sender), origin: places[there], other: places[here ^ 3] })
    return { bytes, from }
  })
}

const mappedOf = ({ address, port }: dgram.RemoteInfo): Endpoint => ({ address: unmapped(address.split('%')[0] ?? ''), port })

async function open(places: readonly Endpoint[], signal: AbortSignal): Promise<Socket[]> {
  const sockets: Socket[] = []
  const close = (): void => {
    for (const socket of sockets.splice(0)) socket.close()
  }
  try {
    for (const { address, port } of places) {
      const isIPv6 = familyOf(address) === 'ipv6'
      const socket = dgram.createSocket({ type: isIPv6 ? 'udp6' : 'udp4', ...(isIPv6 && { ipv6Only: true }) })
      sockets.push(socket)
      socket.bind(port, address)
      await once(socket, 'listening', { signal })
      socket.on('error', () => {})
    }
  } catch (error) {
    close()
    throw error
  }
  const opened = [...sockets]
  signal.addEventListener('abort', close)
  return opened
}

function serve(sockets: readonly Socket[], answer: Answer): void {
  const decide = createRateLimiter(LIMITS)
  const decideForAll = createRateLimiter(TOTAL)
  for (const socket of sockets)
    socket.on('message', (datagram, sender) => {
      // Port 0 cannot be answered; a well-known one would be somebody's server that never asked.
      const answered = sender.port < 1024 ? undefined : answer(datagram, sender, socket)
      if (!answered || decide(sender.address, performance.now()) !== 'answer' || decideForAll('', performance.now()) !== 'answer') return
      answered.from.send(answered.bytes, sender.port, sender.address, () => {})
    })
}
