/** The lasting effect behind each exposure: our own listener, on a port that stays the same from start to start. */
import { FRONT_DOOR } from '../core/exposures.ts'
import type { Effect } from '../core/plan.ts'
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

  async function start(port: number) {
    if (exposure.id === FRONT_DOOR || !target) return await context.frontDoor.listen(EVERYWHERE, port)
    throw new Error('raw services follow')
  }
}
