/** The lasting effect behind each exposure: our own listener. In IPv4 it stands behind the router's rule, on a port that stays the same from
 *  start to start; in IPv6 nothing is translated, so it is the very port that visitors come to. */
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRaw } from '../../protocol/model/service.ts'
import { type Problem, problem } from '../../protocol/problem.ts'
import { FRONT_DOOR } from '../core/exposures.ts'
import { portKey } from '../core/path-state.ts'
import type { EffectOf } from '../core/plan.ts'
import { forwardTcp } from '../proxy/forward-tcp.ts'
import { forwardUdp } from '../proxy/forward-udp.ts'
import type { Carried, EnterRaw } from '../proxy/guest.ts'
import { NO_BINDING } from '../reach/probes.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'
import type { Forward } from './raw-visitors.ts'

type Listen = EffectOf<'listen'>

interface Listener {
  readonly port: number
  close(): Promise<void>
}

/** A port that somebody else holds, or that is not allowed, may be free or allowed later. */
const RETRY_MS = 15_000

/** Our own port behind the router is chosen once and kept: rules made by hand lead to it. Outside the ranges from which systems take ports
 *  for outgoing connections (Linux from 32768, others from 49152), or one of those might hold it at the next start. */
const OWN_PORTS = [20_000, 30_000] as const
const OWN_PORT_TRIES = 10

export async function listen(context: Context, effect: Listen, emit: Emit, signal: AbortSignal): Promise<void> {
  const place = portKey(effect.exposure.id, effect.family)
  const before = context.listening.get(place)
  const mine = stand(context, effect, emit, signal, before)
  const over = mine.catch(() => undefined).then(() => void (context.listening.get(place) === over && context.listening.delete(place)))
  context.listening.set(place, over)
  await mine
}

/** `before`: whoever listened here until now. It closes in its own time, and would hold the port against its successor. */
async function stand(context: Context, effect: Listen, emit: Emit, signal: AbortSignal, before: Promise<void> | undefined): Promise<void> {
  await before
  if (signal.aborted) return
  const listener = effect.family === 'ipv4' ? await openMapped(context, effect, signal) : await openDirect(context, effect, emit, signal)
  if (!listener) return
  const { exposure, family } = effect
  const withdraw = family === 'ipv4' && isForward(listener) ? context.rawVisitors.leadTo(exposure.id, listener) : undefined
  try {
    emit({ type: 'listening', exposure: exposure.id, family, port: listener.port })
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  } finally {
    withdraw?.()
    await listener.close()
  }
}

const isForward = (listener: Listener): listener is Forward => 'accept' in listener || 'deliver' in listener

async function openMapped(context: Context, effect: Listen, signal: AbortSignal): Promise<Listener> {
  const { settings, unsaved } = context
  const key = portKey(effect.exposure.id, 'ipv4')
  const remembered = settings.current.ports[key]
  const listener = await startOnOwnPort(context, effect, remembered, signal)
  // To listen elsewhere after the next start is better than not to listen now.
  if (listener.port !== remembered)
    await unsaved.write(`port ${key}`, () => settings.change({ ports: { ...settings.current.ports, [key]: listener.port } }))
  return listener
}

/** Somebody may have taken our port meanwhile: any other will do, the router is told the new one. */
async function startOnOwnPort(context: Context, effect: Listen, remembered: number | undefined, signal: AbortSignal): Promise<Listener> {
  for (let tries = 1; ; tries++) {
    const port = tries === 1 && remembered !== undefined ? remembered : randomInt(...OWN_PORTS)
    try {
      return await start(context, effect, '0.0.0.0', port, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === OWN_PORT_TRIES) throw error
    }
  }
}

/** Undefined when the signal ended the waiting. */
async function openDirect(
  context: Context,
  effect: Listen & { family: 'ipv6' },
  emit: Emit,
  signal: AbortSignal,
): Promise<Listener | undefined> {
  const { exposure, address } = effect
  while (!signal.aborted) {
    try {
      return await start(context, effect, address, exposure.port, signal)
    } catch (error) {
      if (signal.aborted) return undefined
      const why = whyNot(error as NodeJS.ErrnoException, exposure.port)
      if (!why) throw error
      emit({ type: 'listening-refused', exposure: exposure.id, family: 'ipv6', problem: why })
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
    }
  }
  return undefined
}

function whyNot({ code }: NodeJS.ErrnoException, port: number): Problem | undefined {
  if (code === 'EADDRINUSE') return problem('ipv6-port-taken', { port: String(port) })
  if (code !== 'EACCES') return undefined
  const command =
    process.platform === 'linux' ? `sudo setcap cap_net_bind_service=+ep ${process.execPath}` : `sudo ${process.argv.join(' ')}`
  return problem('ipv6-port-forbidden', { port: String(port), command })
}

async function start(
  context: Context,
  { exposure, target }: Listen,
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<Listener> {
  const { access, rechecks, frontDoor, forbidden, probes, state, visitors, meter } = context
  if (exposure.id === FRONT_DOOR || !target) return await frontDoor.listen(address, port)
  const serviceNow = () => state().services.find(({ name }) => name === exposure.id)
  const targetNow = () => {
    const now = serviceNow()?.target
    return now && isRaw(now) ? now : target
  }
  const tellsVisitor = () => serviceNow()?.proxyProtocol === true
  const admission = { admits: (peer: string, isDirect: boolean) => access.admits(exposure.id, peer, isDirect), rechecks }
  const metered = (peer: string, isDirect: boolean, carried: Carried) => meter(exposure.id, peer, isDirect, carried)
  const common = { ...forbidden, listenAddress: address, port, target: targetNow, admission, meter: metered, signal }
  if (exposure.protocol === 'tcp') {
    const enter: EnterRaw = (peer, cut) => visitors.enterRaw(peer, exposure.id, cut)
    return await forwardTcp({
      ...common,
      enter,
      tellsVisitor,
      onConnection: async (stream) => (await probes.intercept(stream)) || (await context.awaitPhone(exposure.id, stream)),
    })
  }
  return await forwardUdp({
    ...common,
    isBanned: visitors.isBanned,
    onDatagram(datagram, _peer, reply) {
      const answer = probes.answer(datagram, NO_BINDING)
      if (answer) reply(answer)
      return answer !== undefined
    },
  })
}
