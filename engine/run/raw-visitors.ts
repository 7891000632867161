/** Visitors of services without TLS who come through the tunnel: led to the forwarder that those who come directly find, so that both are
 *  treated alike. Their own addresses stay with them. */
import type { LaneFlow } from '../../wire/lane-flow.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import type { RawMeta } from '../../wire/messages.ts'
import type { TcpForward } from '../proxy/forward-tcp.ts'
import type { UdpForward } from '../proxy/forward-udp.ts'
import type { Reply } from '../proxy/udp-flow.ts'

export type Forward = TcpForward | UdpForward

export interface RawVisitors {
  /** From now on, until the returned function is called. */
  leadTo(service: string, forward: Forward): () => void
  onStream(stream: LaneStream, meta: RawMeta): void
  onFlow(flow: LaneFlow, meta: RawMeta): void
}

export function createRawVisitors(): RawVisitors {
  const forwards = new Map<string, Forward>()
  return {
    leadTo(service, forward) {
      forwards.set(service, forward)
      return () => {
        if (forwards.get(service) === forward) forwards.delete(service)
      }
    },
    onStream(stream, { service, peer }) {
      const forward = forwards.get(service)
      if (forward && 'accept' in forward) forward.accept(stream, peer)
      else stream.destroy()
    },
    onFlow(flow, { service, peer }) {
      const first = forwards.get(service)
      if (!first || !('deliver' in first)) {
        flow.close()
        return
      }
      const reply: Reply = (datagram) => void flow.send(datagram)
      // Looked up each time: a service that was paused and resumed has another forwarder, and his flow goes on.
      const forward = (): Forward | undefined => forwards.get(service)
      flow.onDatagram = (datagram) => {
        const now = forward()
        if (now && 'deliver' in now) now.deliver(datagram, peer, reply)
      }
      flow.onClose = () => {
        const now = forward()
        if (now && 'leave' in now) now.leave(peer, reply)
      }
    },
  }
}
