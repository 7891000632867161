/** Is this port of the router's outside address ours? It is mapped for a moment, to a listener of its own, and looked at. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import type { Verdict } from '../../protocol/model/path.ts'
import type { EffectOf } from '../core/plan.ts'
import type { TriedPort } from '../core/router-state.ts'
import { look } from './asks.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'
import { askRouter, removeRule } from './rules.ts'

export async function tryPort(context: Context, effect: EffectOf<'try-port'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const server = answering(context)
  try {
    server.listen(0, effect.internalAddress)
    await once(server, 'listening', { signal })
    const { port: internalPort } = server.address() as AddressInfo
    const found = await mapAndLook(context, effect, internalPort, emit, signal)
    context.log('port-tried', { port: effect.port, found })
    emit({ type: 'port-tried', tried: { port: effect.port, found } })
  } catch (error) {
    if (signal.aborted) return
    context.log('port-not-tried', { port: effect.port, error: String(error) })
    emit({ type: 'port-tried', tried: { port: effect.port, found: 'untold' } })
  } finally {
    server.close()
  }
}

/** Who asks the question that is expected gets its answer, all others nothing. */
function answering({ probes }: Context): Server {
  const server = createServer(async (socket) => {
    socket.on('error', () => {})
    if (!(await probes.intercept(socket))) socket.destroy()
  })
  server.maxConnections = 8
  return server
}

async function mapAndLook(
  context: Context,
  { port, internalAddress }: EffectOf<'try-port'>,
  internalPort: number,
  emit: Emit,
  signal: AbortSignal,
): Promise<TriedPort['found']> {
  const exposure = { id: '', protocol: 'tcp', port, exactPort: true, transport: 'tcp', services: [] } as const
  const hop = { router: 'gateway', internalAddress, externalPort: port, renews: null } as const
  const asked = await askRouter(context, { exposure, hops: [hop], replace: [], wasTaken: false }, hop, internalPort, emit, signal)
  if (!('rule' in asked)) return 'untold'
  try {
    const question = { via: 'direct', family: 'ipv4', transport: 'tcp', port, host: null, ping: null, afresh: false } as const
    return FOUND[(await look(context, question, emit, signal)).outcome]
  } finally {
    // What cannot be taken back now is noted, and taken back later as any leftover is.
    await removeRule(context, { kind: 'remove-rule', rule: asked.rule }, emit, signal)
  }
}

/** Where somebody else answers, that tells nothing of whose port it is. */
const FOUND: Readonly<Record<Verdict['outcome'], TriedPort['found']>> = {
  reachable: 'open',
  'wrong-certificate': 'open',
  'timed-out': 'closed',
  refused: 'closed',
  reset: 'closed',
  'wrong-host': 'untold',
  unknown: 'untold',
}
