/** Hears the router say that it starts, stops or has restarted, which spares us from finding out. */

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { SSDP_GROUP, SSDP_PORT } from '../../network/ssdp.ts'
import { type Notice, parseNotice } from './ssdp.ts'

export type { Notice } from './ssdp.ts'

export interface NoticesOptions {
  /** Anybody else's notices are nothing to us. */
  readonly gatewayAddress: string
  /** Ours towards it: the group is joined on its interface. */
  readonly localAddress: string
  readonly signal: AbortSignal
  /** A router says everything a dozen times: called when its state or its `bootId` is another than in the notice before. */
  readonly onNotice: (notice: Notice) => void
  /** For tests, which must not hear the real network. */
  readonly port?: number
}

/** Whoever forges the gateway's address can say something new each time. A router that restarts says two things. */
const MAX_PER_MINUTE = 20

/**
 * Listens until `signal` fires. Resolves to whether it does: port 1900 may be another program's alone, and a home can be run without
 * hearing. Rejects never. IPv4 only: every gateway that speaks over IPv6 does so over IPv4 too.
 */
export async function watchNotices({ gatewayAddress, localAddress, signal, onNotice, port }: NoticesOptions): Promise<boolean> {
  // Shared with whatever else here listens to SSDP.
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  const mayTell = perMinute(MAX_PER_MINUTE)
  let last: Notice | null = null
  // What becomes of others' datagrams (ICMP) shows as an error of shared sockets on some systems.
  socket.on('error', () => {})
  socket.on('message', (datagram, sender) => {
    const notice = sender.address === gatewayAddress ? parseNotice(datagram) : null
    if (!notice || (last?.kind === notice.kind && last.bootId === notice.bootId) || !mayTell()) return
    last = notice
    onNotice(notice)
  })
  try {
    await join(socket, localAddress, port ?? SSDP_PORT)
    signal.throwIfAborted()
  } catch {
    socket.close()
    return false
  }
  signal.addEventListener('abort', () => socket.close(), { once: true })
  return true
}

async function join(socket: Socket, localAddress: string, port: number): Promise<void> {
  // Bound to the group, it does not take the unicast questions that are meant for a media server on this machine. Windows cannot.
  socket.bind(process.platform === 'win32' ? { port } : { address: SSDP_GROUP, port })
  await once(socket, 'listening')
  socket.addMembership(SSDP_GROUP, localAddress)
}

function perMinute(max: number): () => boolean {
  let windowStartedMs = performance.now()
  let count = 0
  return () => {
    const nowMs = performance.now()
    if (nowMs - windowStartedMs > 60_000) {
      windowStartedMs = nowMs
      count = 0
    }
    count += 1
    return count <= max
  }
}
