/** A service's machine is remembered by its address on the link (MAC), and found again when the router gives it another IP address. */
import { networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from '../../protocol/model/service.ts'
import { ProblemError } from '../../protocol/problem.ts'
import type { Effect } from '../core/plan.ts'
import type { Service } from '../core/service-state.ts'
import { isRehearsal } from '../core/state.ts'
import { addressesBeside, type Neighbour, provokeAnswers, readNeighbours } from '../network/neighbours.ts'
import { forbiddenTarget } from '../proxy/forbidden.ts'
import { canBeAsked, checkTarget } from '../services/check.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'

type Seek = Extract<Effect, { kind: 'seek-target' }>
type Asked = Pick<Seek, 'name' | 'target' | 'preset'>

/** It has just answered at this address, so the system knows whose that is. Looked up when it comes up, not at every check. */
export async function rememberMachine(context: Context, { name, target, preset }: Asked, emit: Emit, signal: AbortSignal): Promise<void> {
  const now = context.state()
  const service = now.services.find((each) => each.name === name)
  if (!service || (service.mac !== undefined && now.targets[name]?.phase === 'up')) return
  if (isRehearsal(now) || !canBeAsked(target, preset) || !addressesBeside(networkInterfaces(), target.host)) return
  const mac = macAt(target.host, await readNeighbours(signal).catch(() => []))
  if (mac === undefined || mac === service.mac || signal.aborted) return
  if (changeService(context, name, { mac })) emit({ type: 'target-known', name, mac })
}

const AGAIN_MS = 3000

export async function seekTarget(context: Context, effect: Seek, emit: Emit, signal: AbortSignal): Promise<void> {
  const { name, target } = effect
  let host = await placeOf(context, effect, signal)
  if (host === undefined) {
    // It may be about to announce itself, or still be known at its old place as well.
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => {})
    host = await placeOf(context, effect, signal)
  }
  if (signal.aborted) return
  if (host === undefined || !changeService(context, name, { target: { ...target, host } })) {
    emit({ type: 'target-stayed', name })
    return
  }
  context.log('target-moved', { service: name, from: target.host, to: host })
  emit({ type: 'target-moved', name, host })
}

/** Where the machine answers now, on the service's port. Undefined: nowhere else. */
async function placeOf({ forbidden }: Context, { name, target, preset, mac }: Seek, signal: AbortSignal): Promise<string | undefined> {
  const beside = addressesBeside(networkInterfaces(), target.host)
  if (!beside) return undefined
  await provokeAnswers(beside, signal)
  const inside = new Set(beside)
  const host = addressOf(
    mac,
    (await readNeighbours(signal).catch(() => [])).filter(({ address }) => inside.has(address)),
  )
  if (host === undefined || forbiddenTarget(host, target.port, forbidden)) return undefined
  const moved: Target = { ...target, host }
  return (await checkTarget(name, moved, preset, signal)) === null ? host : undefined
}

/** Undefined when several addresses share it: a repeater answers with its own for all machines behind it, which are then not to be told apart. */
export function macAt(address: string, neighbours: readonly Neighbour[]): string | undefined {
  const mac = neighbours.find((each) => each.address === address)?.mac
  return mac !== undefined && addressOf(mac, neighbours) === address ? mac : undefined
}

/** The one address that this machine has; undefined when there is none, or more than one. */
export function addressOf(mac: string, neighbours: readonly Neighbour[]): string | undefined {
  const [only, ...others] = neighbours.filter((each) => each.mac === mac)
  return others.length === 0 ? only?.address : undefined
}

/** False when it could not be written down: then it is not done either. */
function changeService({ settings, log }: Context, name: string, change: Partial<Service>): boolean {
  try {
    settings.change({
      services: settings.current.services.map((service) => (service.name === name ? { ...service, ...change } : service)),
    })
    return true
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    log('settings-unwritten', { service: name, code: error.problem.code })
    return false
  }
}
