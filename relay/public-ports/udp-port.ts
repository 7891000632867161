/** One public UDP port: every visitor, known by his address and port, is a flow of datagrams to the home. Nothing is queued: what cannot go
 *  on at once is lost, as on any network. */
import dgram from 'node:dgram'
import { once } from 'node:events'
import { type Endpoint, unmapped } from '../../protocol/model/address.ts'
import type { LaneFlow } from '../../wire/lane-flow.ts'
import { Bucket } from './bucket.ts'
import { type OpenPort, onEach } from './open-port.ts'
import { ReplyAllowance } from './reply-allowance.ts'
import type { Visitors } from './visitors.ts'

/** Since the visitor's last datagram (RFC 4787 REQ-5: not less than two minutes; REQ-6: what the service sends keeps nothing open). */
const IDLE_MS = 120_000
const SWEEP_MS = 5000
/** Each newcomer costs the home a socket: what a flood of forged addresses may cost it. */
const OPENINGS_PER_S = 50
const OPENINGS_AT_ONCE = 200
/** Above this a socket's send queue is not moving. */
const MAX_QUEUE_BYTES = 262_144

export interface UdpPortOptions {
  readonly hosts: readonly string[]
  readonly port: number
  readonly visitors: Visitors
  /** Bytes that all strangers of this relay may be sent. */
  readonly strangers: Bucket
  /** Undefined: the home is gone, or its lanes are full. */
  openFlow(peer: Endpoint): LaneFlow | undefined
  /** Datagrams that were not passed on, since the last time. */
  onDropped(count: number): void
  readonly now?: () => number
}

interface Flow {
  /** Undefined: not opened yet, or closed by the other side. */
  lane: LaneFlow | undefined
  readonly address: string
  readonly allowance: ReplyAllowance
  heardAtMs: number
}

/** Only addresses are ever asked for. Node's own, and a callback for what was sent, cost a turn for each datagram. */
const lookup: dgram.SocketOptions['lookup'] = (address, _options, found) => found(null, address, address.includes(':') ? 6 : 4)

/** Rejects with the system's error (EADDRINUSE, EACCES); then nothing is left open. */
export async function openUdpPort(options: UdpPortOptions): Promise<OpenPort> {
  // A socket for each address: the answer must leave from the one that was asked.
  return await onEach(options.hosts, (host) => openAt(host, options))
}

async function openAt(host: string, options: UdpPortOptions): Promise<OpenPort> {
  const { port, visitors, strangers, openFlow, onDropped, now = () => performance.now() } = options
  const socket = dgram.createSocket(host.includes(':') ? { type: 'udp6', ipv6Only: true, lookup } : { type: 'udp4', lookup })
  const flows = new Map<string, Flow>()
  const openings = new Bucket(OPENINGS_PER_S, OPENINGS_AT_ONCE)
  let dropped = 0
  // Before it binds, which takes no turn.
  const listening = once(socket, 'listening')
  socket.bind({ address: host, port, exclusive: true })
  try {
    await listening
  } catch (error) {
    socket.close()
    throw error
  }
  // What the system reports of one visitor (ICMP) must not end the service for all.
  socket.on('error', () => {})

  /** Room for a newcomer is made by the stranger who has been here longest: a flood of forged addresses pushes out its own. */
  const makeRoom = (nowMs: number): boolean => {
    for (const [key, flow] of flows)
      if (flow.allowance.isStranger(nowMs)) {
        end(key, flow)
        return true
      }
    return false
  }

  const enter = (address: string, nowMs: number): boolean => {
    const found = visitors.enter(address)
    return found === 'in' || (found === 'full' && makeRoom(nowMs) && visitors.enter(address) === 'in')
  }

  const begin = (key: string, from: dgram.RemoteInfo, nowMs: number): Flow | undefined => {
    const address = unmapped(from.address.split('%')[0] ?? '')
    if (!enter(address, nowMs)) return undefined
    const flow: Flow = { lane: undefined, address, allowance: new ReplyAllowance(strangers), heardAtMs: nowMs }
    flows.set(key, flow)
    return flow
  }

  /** Also for one who was here before: a lane may be lost, and what is known of him need not be. */
  const laneOf = (flow: Flow, from: dgram.RemoteInfo): LaneFlow | undefined => {
    if (flow.lane) return flow.lane
    const lane = openFlow({ address: flow.address, port: from.port })
    if (!lane) return undefined
    flow.lane = lane
    lane.onDatagram = (datagram) => reply(flow, datagram, from)
    lane.onClose = () => {
      flow.lane = undefined
    }
    return lane
  }

  const reply = (flow: Flow, datagram: Buffer, { address, port: to }: dgram.RemoteInfo): void => {
    if (socket.getSendQueueSize() > MAX_QUEUE_BYTES || !flow.allowance.spend(datagram.length, now())) dropped += 1
    // Not copied: the system has taken the bytes, or waits with its own reference to them. What it says of one visitor is told to nobody.
    else socket.send(datagram, to, address)
  }

  const end = (key: string, flow: Flow): void => {
    flows.delete(key)
    visitors.leave(flow.address)
    flow.lane?.close()
  }

  socket.on('message', (datagram, from) => {
    const nowMs = now()
    const key = `${from.port} ${from.address}`
    const known = flows.get(key)
    const mayOpen = known?.lane !== undefined || openings.take(1, nowMs)
    const flow = mayOpen ? (known ?? begin(key, from, nowMs)) : undefined
    if (!flow) {
      dropped += 1
      return
    }
    flow.heardAtMs = nowMs
    flow.allowance.heard(datagram.length, nowMs)
    if (!laneOf(flow, from)?.send(datagram)) dropped += 1
  })
  const sweep = setInterval(() => {
    const nowMs = now()
    for (const [key, flow] of flows) if (nowMs - flow.heardAtMs > IDLE_MS) end(key, flow)
    if (dropped > 0) onDropped(dropped)
    dropped = 0
  }, SWEEP_MS).unref()

  return {
    close() {
      clearInterval(sweep)
      for (const [key, flow] of flows) end(key, flow)
      const closed = once(socket, 'close').then(() => {})
      socket.close()
      return closed
    },
  }
}
