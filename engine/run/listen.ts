/** The lasting effect behind each exposure: our own listener, on a port that stays the same from start to start. */
import { FRONT_DOOR } from '../core/exposures.ts'
import type { Effect } from '../core/plan.ts'
import { forwardTcp } from '../proxy/forward-tcp.ts'
import { forwardUdp } from '../proxy/forward-udp.ts'
import { NO_BINDING } from '../reach/probes.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'

const EVERYWHERE = '0.0.0.0'

export async function listen(
  context: Context,
  { exposure, target }: Extract<Effect, { kind: 'listen' }>,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const remembered = context.settings.current.ports[exposure.id]
  const listener = await start(remembered ?? 0).catch((error: NodeJS.ErrnoException) => {
    // Somebody took our port meanwhile: any other will do, the router is told the new one.
    if (error.code === 'EADDRINUSE' && remembered !== undefined) return start(0)
    throw error
  })
  try {
    if (listener.port !== remembered)
      context.settings.change({ ports: { ...context.settings.current.ports, [exposure.id]: listener.port } })
    emit({ type: 'listening', exposure: exposure.id, port: listener.port })
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  } finally {
    await listener.close()
  }

  async function start(port: number): Promise<{ readonly port: number; close(): Promise<void> }> {
    const { frontDoor, forbidden, probes } = context
    if (exposure.id === FRONT_DOOR || !target) return await frontDoor.listen(EVERYWHERE, port)
    const common = { ...forbidden, listenAddress: EVERYWHERE, port, target, signal }
    if (exposure.protocol === 'tcp') return await forwardTcp({ ...common, onConnection: (stream) => probes.intercept(stream) })
    return await forwardUdp({
      ...common,
      onDatagram(datagram, _peer, reply) {
        const answer = probes.answer(datagram, NO_BINDING)
        if (answer) reply(answer)
        return answer !== undefined
      },
    })
  }
}
