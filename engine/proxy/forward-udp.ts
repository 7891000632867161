/** A UDP service: each visitor gets a socket of his own towards it, so that answers find their way back. Nothing is queued; what does not
 *  go out at once is dropped, as UDP may be. */
import dgram from 'node:dgram'
import { isIPv6 } from 'node:net'
import { type Endpoint, unmapped } from '../../protocol/model/address.ts'
import type { Target } from '../../protocol/model/service.ts'
import type { Admission } from './admission.ts'
import { failureOf } from './target.ts'
import { connect, type Flow, type FlowOptions, newFlow, type Reply, send, toTarget, type Way } from './udp-flow.ts'

/** Visitors at one time; a further one takes the place of who has been silent for longest, or is dropped. Each costs a socket. */
const MAX_FLOWS = 1024
/** RFC 4787 REQ-5: a NAT keeps what is silent for no less than two minutes. */
const IDLE_MS = 120_000
const SWEEP_MS = 5000
const IDLE_SWEEPS = IDLE_MS / SWEEP_MS
/** Between five and ten seconds: a program that is in use says something. Else a thousand datagrams with senders made up would keep everybody out
 *  for two minutes. */
const SILENT_SWEEPS = 2

export interface ForwardUdpOptions extends FlowOptions {
  readonly listenAddress: string
  /** 0 takes a free one. */
  readonly port: number
  /** Asked for each visitor, and for those who are there already when it changes: it may move. */
  readonly target: () => Target
  /** Sees every datagram first and may keep it, by answering true: a probe, for one. */
  readonly onDatagram?: (bytes: Buffer, peer: Endpoint, reply: Reply) => boolean
  /** Asked for each datagram after that: what it says yes to is dropped. */
  readonly isBanned?: (address: string) => boolean
  /** Asked for each new flow, after {@link onDatagram}; who may not come in hears nothing. Absent: everybody may. */
  readonly admission?: Admission
  /** Ends the listener and every flow. */
  readonly signal: AbortSignal
}

export interface UdpForward {
  readonly port: number
  /** Takes a datagram out of the tunnel. `reply` sends back the same way; the latest one given for a peer counts. */
  deliver(bytes: Buffer, peer: Endpoint, reply: Reply): void
  /** That way back is gone. The peer may come again by another one and find his flow as it was, unless somebody needed its place. */
  leave(peer: Endpoint, reply: Reply): void
  /** Flows that live now. */
  flows(): number
  close(): Promise<void>
}

/** Resolves once it listens. Rejects with the system's error (EADDRINUSE, EACCES) or the signal's reason. */
export async function forwardUdp(options: ForwardUdpOptions): Promise<UdpForward> {
  options.signal.throwIfAborted()
  const flows = new Map<string, Flow>()
  const stop = new AbortController()
  const listener = isIPv6(options.listenAddress) ? dgram.createSocket({ type: 'udp6', ipv6Only: true }) : dgram.createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject)
    listener.bind({ address: options.listenAddress, port: options.port, exclusive: true }, () => resolve())
  })
  // ICMP errors for one visitor must not end the service for all.
  listener.on('error', () => undefined)

  const keyOf = (way: Way, peer: Endpoint): string => `${way} ${peer.address} ${peer.port}`

  function makeRoom(): boolean {
    let first: [string, Flow] | undefined
    for (const each of flows) {
      const { isLeft, idleSweeps } = each[1]
      if (isLeft || (idleSweeps >= SILENT_SWEEPS && idleSweeps > (first?.[1].idleSweeps ?? 0))) first = each
      if (isLeft) break
    }
    if (first) end(...first)
    return first !== undefined
  }

  const mayEnter = (way: Way, { address }: Endpoint): boolean => options.admission?.admits(address, way === 'direct') ?? true

  function deliver(way: Way, bytes: Buffer, peer: Endpoint, reply: Reply): void {
    if (stop.signal.aborted || options.onDatagram?.(bytes, peer, reply) || options.isBanned?.(peer.address)) return
    const key = keyOf(way, peer)
    const target = options.target()
    const before = flows.get(key)
    // Its socket leads to where the service was.
    if (before && before.target !== target) end(key, before)
    const known = flows.get(key)
    if (!known && (!mayEnter(way, peer) || (flows.size >= MAX_FLOWS && !makeRoom()))) return
    const flow = known ?? newFlow(way, peer, target, reply)
    flow.bytesRead += bytes.length
    flow.reply = reply
    flow.isLeft = false
    flow.idleSweeps = 0
    toTarget(flow, bytes)
    if (known) return
    flows.set(key, flow)
    connect(flow, options, stop.signal, () => end(key, flow)).catch((error) => {
      if (!stop.signal.aborted) options.onTargetFailure?.(error?.name === 'TimeoutError' ? 'silent' : failureOf(error))
      end(key, flow)
    })
  }

  function end(key: string, flow: Flow): void {
    if (flows.get(key) === flow) flows.delete(key)
    flow.ended = true
    flow.metered?.leave()
    flow.socket?.close()
    flow.socket = undefined
  }

  listener.on('message', (bytes, { address, port }) =>
    deliver('direct', bytes, { address: unmapped(address), port }, (answer) => send(listener, answer, { address, port })),
  )
  const sweep = setInterval(() => {
    for (const [key, flow] of flows) {
      flow.idleSweeps += 1
      if (flow.idleSweeps > IDLE_SWEEPS) end(key, flow)
    }
  }, SWEEP_MS).unref()

  const closed = new Promise<void>((resolve) => listener.once('close', () => resolve()))
  function close(): Promise<void> {
    if (!stop.signal.aborted) {
      stop.abort(new Error('the service is closed'))
      options.signal.removeEventListener('abort', close)
      clearInterval(sweep)
      options.admission?.rechecks.delete(recheck)
      for (const [key, flow] of flows) end(key, flow)
      listener.close()
    }
    return closed
  }
  function recheck(): void {
    for (const [key, flow] of flows) if (!mayEnter(flow.way, flow.peer)) end(key, flow)
  }
  options.admission?.rechecks.add(recheck)
  const { port } = listener.address()
  options.signal.addEventListener('abort', close, { once: true })
  if (options.signal.aborted) await close()
  return {
    port,
    deliver: (bytes, peer, reply) => deliver('tunnel', bytes, peer, reply),
    leave(peer, reply) {
      const flow = flows.get(keyOf('tunnel', peer))
      if (flow?.reply === reply) flow.isLeft = true
    },
    flows: () => flows.size,
    close,
  }
}
