/**
 * A scripted router on loopback that speaks PCP, NAT-PMP or both, for what real ones do and miniupnpd never does. Without a script it
 * is well-behaved and keeps a table of rules; a script sees each request with its proper answer and sends what it likes instead.
 * Its bytes are put together by hand, so that a mistake in the product's codecs does not find its twin here.
 */

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

export interface FakePcpRule {
  readonly internalPort: number
  readonly externalPort: number
  readonly lifetimeS: number
  /** Hexadecimal; "" for NAT-PMP, which has none. */
  readonly nonce: string
}

/** A datagram, or one that comes from another port. */
export type FakeDatagram = Buffer | { readonly stranger: Buffer }

export interface FakePcpScript {
  /** Default: both, as miniupnpd. */
  readonly speaks?: 'pcp' | 'natpmp' | 'both'
  /** Undefined: the proper answer. */
  readonly onRequest?: (request: Buffer, proper: Buffer) => readonly FakeDatagram[] | undefined
  readonly externalAddress?: readonly [number, number, number, number]
}

export interface FakePcp {
  readonly port: number
  readonly announcePort: number
  readonly requests: Buffer[]
  /** Key: `17 8080` (IANA protocol number, internal port). */
  readonly rules: Map<string, FakePcpRule>
  /** The table is gone and the clock begins anew. */
  reboot(): void
  /** The router has been up for this much longer. */
  ageBy(seconds: number): void
  /** Tells everybody at once, as both protocols do. */
  announce(which: 'pcp' | 'natpmp'): Promise<void>
  /** Sends to all hosts of the link whatever it is given. */
  multicast(datagram: Buffer): Promise<void>
  close(): void
}

export const EXTERNAL = [203, 0, 113, 10] as const

export async function startFakePcp(script: FakePcpScript = {}): Promise<FakePcp> {
  const [socket, stranger, free] = await Promise.all([bound(), bound(), bound()])
  const announcePort = free.address().port
  free.close()
  const requests: Buffer[] = []
  const rules = new Map<string, FakePcpRule>()
  // Long up already, and running, so that slow tests do not look like restarts.
  let bootedAtS = performance.now() / 1000 - 100_000
  const epochS = () => Math.floor(performance.now() / 1000 - bootedAtS)
  const address = Buffer.from(script.externalAddress ?? EXTERNAL)
  socket.on('message', (request, from) => {
    requests.push(request)
    const proper = answer(request, script.speaks ?? 'both', epochS(), rules, address)
    for (const datagram of script.onRequest?.(request, proper) ?? [proper]) {
      if (Buffer.isBuffer(datagram)) socket.send(datagram, from.port, from.address)
      else stranger.send(datagram.stranger, from.port, from.address)
    }
  })
  const multicast = (datagram: Buffer) =>
    new Promise<void>((resolve, reject) => {
      socket.setMulticastInterface('127.0.0.1')
      socket.send(datagram, announcePort, '224.0.0.1', (error) => (error ? reject(error) : resolve()))
    })
  return {
    port: socket.address().port,
    announcePort,
    requests,
    rules,
    reboot() {
      rules.clear()
      bootedAtS = performance.now() / 1000
    },
    ageBy(seconds) {
      bootedAtS -= seconds
    },
    announce: (which) => multicast(which === 'pcp' ? pcpHeader(0, 0, 0, epochS()) : Buffer.concat([natpmpHeader(0, 0, epochS()), address])),
    multicast,
    close() {
      socket.close()
      stranger.close()
    },
  }
}

/** A PCP error, made of the request as RFC 6887 §8.2 says. */
export function pcpRefusal(request: Buffer, result: number, lifetimeS: number, epochS: number): Buffer {
  return Buffer.concat([pcpHeader(request[1] ?? 0, result, lifetimeS, epochS), request.subarray(24)])
}

/** The same bytes with some of them overwritten. */
export function patched(bytes: Buffer, at: number, ...values: number[]): Buffer {
  const copy = Buffer.from(bytes)
  copy.set(values, at)
  return copy
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

function answer(request: Buffer, speaks: string, epochS: number, rules: Map<string, FakePcpRule>, address: Buffer): Buffer {
  if (request[0] === 2) return speaks === 'natpmp' ? natpmpHeader(-128, 1, epochS) : answerPcp(request, epochS, rules, address)
  return speaks === 'pcp' ? pcpHeader(request[1] ?? 0, 1, 0, epochS) : answerNatpmp(request, epochS, rules, address)
}

function answerPcp(request: Buffer, epochS: number, rules: Map<string, FakePcpRule>, address: Buffer): Buffer {
  const opcode = request[1] ?? 0
  if (opcode !== 1) return pcpHeader(opcode, opcode === 0 ? 0 : 4, 0, epochS)
  const lifetimeS = request.readUInt32BE(4)
  const [internalPort, externalPort] = [request.readUInt16BE(40), request.readUInt16BE(42)]
  const key = `${request[36]} ${internalPort}`
  const nonce = request.toString('hex', 24, 36)
  const there = rules.get(key)
  if (there && there.nonce !== nonce) return pcpRefusal(request, 2, 1800, epochS)
  if (lifetimeS === 0) rules.delete(key)
  else rules.set(key, { internalPort, externalPort: there?.externalPort ?? externalPort, lifetimeS, nonce })
  const body = Buffer.from(request.subarray(24, 60))
  body.writeUInt16BE(rules.get(key)?.externalPort ?? 0, 18)
  if (lifetimeS > 0) body.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...address], 20)
  return Buffer.concat([pcpHeader(1, 0, lifetimeS, epochS), body])
}

function answerNatpmp(request: Buffer, epochS: number, rules: Map<string, FakePcpRule>, address: Buffer): Buffer {
  const operation = request[1] ?? 0
  if (operation === 0) return Buffer.concat([natpmpHeader(0, 0, epochS), address])
  if (operation > 2) return patched(request, 1, operation | 0x80, 0, 5)
  const [internalPort, externalPort, lifetimeS] = [request.readUInt16BE(4), request.readUInt16BE(6), request.readUInt32BE(8)]
  const key = `${operation === 1 ? 17 : 6} ${internalPort}`
  const there = rules.get(key)
  if (lifetimeS === 0) rules.delete(key)
  else rules.set(key, { internalPort, externalPort: there?.externalPort ?? externalPort, lifetimeS, nonce: '' })
  const body = Buffer.alloc(8)
  body.writeUInt16BE(internalPort, 0)
  body.writeUInt16BE(rules.get(key)?.externalPort ?? 0, 2)
  body.writeUInt32BE(lifetimeS, 4)
  return Buffer.concat([natpmpHeader(operation, 0, epochS), body])
}

function pcpHeader(opcode: number, result: number, lifetimeS: number, epochS: number): Buffer {
  const header = Buffer.alloc(24)
  header.set([2, opcode | 0x80, 0, result])
  header.writeUInt32BE(lifetimeS, 4)
  header.writeUInt32BE(epochS, 8)
  return header
}

/** The refusal of a version bears no response bit (RFC 6886 §3.5), which is -128 here. */
function natpmpHeader(operation: number, result: number, epochS: number): Buffer {
  const header = Buffer.alloc(8)
  header.set([0, operation + 128, 0, result])
  header.writeUInt32BE(epochS, 4)
  return header
}
