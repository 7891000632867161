/** The router's own API: its owner lets us in, once, and may shut us out again. Only the box that he meant is ever told what he gave us. */
import { hostname } from 'node:os'
import { apiOf, NO_ROUTER_ACCESS, type RouterAccess, type RouterApi, type RouterWish } from '../../protocol/model/router-api.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import type { NetworkFacts } from '../core/router-state.ts'
import { guideFor } from '../core/view.ts'
import { askPermission, awaitPermission } from '../gateway/freebox/authorise.ts'
import { freeboxAt, openFreebox } from '../gateway/freebox/client.ts'
import { type Gateway, GatewayError } from '../gateway/gateway.ts'
import { openLivebox } from '../gateway/livebox/client.ts'
import { openTr064 } from '../gateway/tr064/client.ts'
import { macAt } from '../network/neighbours.ts'
import type { Context } from './context.ts'
import { keepRouterKey, keptRouterKey, type RouterKey } from './kept-router-key.ts'
import type { Emit } from './loop.ts'
import type { Secrets } from './secrets.ts'
import { takeBack } from './take-back.ts'

type Place = NonNullable<NetworkFacts['ipv4']>

export interface RouterDoor {
  /** Its owner has let us in, and nothing speaks against trying it. */
  isOpen(): boolean
  /** Null: this is not the box that he meant, or it does not answer. Tells what came of it, and throws GatewayError, when we are not let in. */
  enter(place: Place, emit: Emit, signal: AbortSignal): Promise<Gateway | null>
  /** What came of asking for a rule: the protocol by which one was made, or the error. Some boxes say only then that we may not. */
  learn(outcome: unknown, address: string, emit: Emit): void
  /** Whose key is kept. */
  holds(): RouterApi | null
  /** From now on by this key; undefined: by none. Throws ProblemError when it cannot be written down. */
  keep(key: RouterKey | undefined): void
  /** As it stands at a start. */
  readonly access: RouterAccess
}

export interface DoorOptions {
  readonly secrets: Pick<Secrets, 'read' | 'write'>
  /** The address of the network card at this address; null: the system does not tell. */
  readonly macOf?: (address: string, signal: AbortSignal) => Promise<string | null>
  /** Of its web server, in tests. */
  readonly port?: number
}

export function openRouterDoor({ secrets, macOf = macAt, port }: DoorOptions): RouterDoor {
  let key = keptRouterKey(secrets)
  /** A password that was refused is not tried again: boxes lock out whoever does. */
  let isShut = false
  let isRefused = false
  const refused = (error: unknown, { api }: RouterKey, address: string, emit: Emit): void => {
    const found = accessProblem(error, address)
    if (!found) return
    isShut = found.code === 'gateway-access-lost'
    emit({ type: 'router-access', access: { api, phase: 'refused', problem: found }, anew: false })
    isRefused = true
  }
  return {
    holds: () => key?.api ?? null,
    learn(outcome, address, emit) {
      if (!key) return
      if (outcome !== key.api) return refused(outcome, key, address, emit)
      if (isRefused) emit({ type: 'router-access', access: { api: key.api, phase: 'open', problem: null }, anew: false })
      isRefused = false
      isShut = false
    },
    access: key ? { api: key.api, phase: 'open', problem: null } : NO_ROUTER_ACCESS,
    isOpen: () => key !== undefined && !isShut,
    keep(next) {
      keepRouterKey(secrets, next)
      key = next
      isShut = false
    },
    async enter(place, emit, signal) {
      const mine = key
      if (!mine || isShut || place.gateway !== mine.address) return null
      if (mine.mac !== null && (await macOf(place.gateway, signal)) !== mine.mac) return null
      try {
        const gateway = await openWith(mine, place, signal, port)
        if (!gateway || key !== mine) return gateway
        isRefused = false
        emit({ type: 'router-access', access: { api: mine.api, phase: 'open', problem: null }, anew: false })
        return gateway
      } catch (error) {
        if (key === mine) refused(error, mine, place.gateway, emit)
        throw error
      }
    },
  }
}

type Told = Pick<RouterKey, 'api' | 'user' | 'secret'>

async function openWith({ api, user, secret }: Told, place: Place, signal: AbortSignal, port?: number): Promise<Gateway | null> {
  const common = { gatewayAddress: place.gateway, localAddress: place.localAddress, signal, ...(port === undefined ? {} : { port }) }
  switch (api) {
    case 'freebox':
      return await openFreebox({ ...common, appToken: secret })
    case 'livebox':
      return await openLivebox({ ...common, password: secret })
    case 'tr064':
      return await openTr064({ ...common, user, password: secret })
  }
}

/** Why we are not let in; undefined: for another reason. */
function accessProblem(error: unknown, address: string): Problem | undefined {
  const reason = error instanceof GatewayError ? error.reason : undefined
  if (reason === 'stranger') return problem('gateway-access-lost', { address })
  if (reason === 'right') return problem('gateway-access-right', { address })
  if (reason === 'second-factor') return problem('gateway-access-second-factor', { address })
  return reason === 'locked' ? problem('gateway-access-locked', { address }) : undefined
}

export interface RouterConsent {
  connectRouter(wish: RouterWish, signal: AbortSignal): Promise<void>
  forgetRouter(signal: AbortSignal): Promise<{ left: boolean }>
}

const FORGET_MS = 5000

/** `life`: until the engine stops. */
export function keepRouterConsent(
  context: Pick<Context, 'routerDoor' | 'routers' | 'journal' | 'settings' | 'state' | 'log'>,
  dispatch: Emit,
  life: AbortSignal,
  { macOf = macAt, port }: Pick<DoorOptions, 'macOf' | 'port'> = {},
): RouterConsent {
  const { routerDoor, journal, settings, state, log } = context
  let asking = new AbortController()
  const tell = (access: RouterAccess, anew: boolean): void => dispatch({ type: 'router-access', access, anew })
  /** What was let in before, and not any more, is still for its owner to mend. */
  const failed = (why: Problem): RouterAccess => {
    const api = routerDoor.holds()
    return { api, phase: api ? 'refused' : 'none', problem: why }
  }

  /** The box shows our name; what its owner does there comes later, perhaps minutes. */
  async function askFreeboxOwner(place: Place, signal: AbortSignal): Promise<void> {
    const address = place.gateway
    const freebox = await freeboxAt({ gatewayAddress: address, localAddress: place.localAddress }, signal, port)
    if (!freebox) throw new ProblemError(problem('gateway-access-absent', { address }))
    const mac = await macOf(address, signal)
    const permission = await askPermission(freebox.place, hostname(), signal)
    const patience = AbortSignal.any([life, asking.signal])
    tell({ api: 'freebox', phase: 'waiting', problem: null }, false)
    void awaitPermission(freebox.place, permission, patience).then(
      (answer) => {
        log('router-asked', { api: 'freebox', answer })
        if (answer === 'granted') keepKey({ api: 'freebox', address, mac, user: '', secret: permission.appToken })
        else tell(failed(problem(answer === 'denied' ? 'gateway-access-denied' : 'gateway-access-unanswered', { address })), false)
      },
      (error: unknown) => {
        if (patience.aborted) return
        log('router-asked', { api: 'freebox', answer: String(error) })
        tell(failed(problem('gateway-access-unanswered', { address })), false)
      },
    )
  }

  /** Once: who guesses is locked out. */
  async function tryPassword(api: RouterApi, { user, password }: RouterWish, place: Place, signal: AbortSignal): Promise<void> {
    const address = place.gateway
    if (password === '') throw new ProblemError(problem('gateway-access-password', { address }))
    const mac = await macOf(address, signal)
    const gateway = await openWith({ api, user, secret: password }, place, signal, port)
    if (!gateway) throw new ProblemError(problem('gateway-access-absent', { address }))
    gateway.close?.()
    routerDoor.keep({ api, address, mac, user, secret: password })
    log('router-asked', { api, answer: 'granted' })
    tell({ api, phase: 'open', problem: null }, true)
  }

  function keepKey(key: RouterKey): void {
    try {
      routerDoor.keep(key)
      tell({ api: key.api, phase: 'open', problem: null }, true)
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      tell(failed(error.problem), false)
    }
  }

  return {
    async connectRouter(wish, signal) {
      const place = state().network?.ipv4
      if (!place) throw new ProblemError(problem('no-network', {}))
      const api = apiOf(settings.current.router ?? guideFor(state().gateway).router)
      if (api === null) throw new ProblemError(problem('gateway-access-absent', { address: place.gateway }))
      asking.abort()
      asking = new AbortController()
      try {
        await (api === 'freebox' ? askFreeboxOwner(place, signal) : tryPassword(api, wish, place, signal))
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof GatewayError)) throw error
        log('router-asked', { api, answer: error.message })
        throw new ProblemError(whyNotAsked(api, error, place.gateway), { cause: error })
      }
    },
    async forgetRouter(signal) {
      asking.abort()
      const { api } = state().routerAccess
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(FORGET_MS)])
      // What stands there by this API alone, while we are still let in.
      const ours = journal.rules().filter(({ router, via }) => router === 'gateway' && via === api)
      const { taken, left } = await takeBack(context, ours, bounded)
      try {
        routerDoor.keep(undefined)
      } finally {
        for (const rule of taken) dispatch({ type: 'rule-gone', rule })
      }
      tell(NO_ROUTER_ACCESS, true)
      return { left: left.length > 0 }
    },
  }
}

function whyNotAsked(api: RouterApi, error: GatewayError, address: string): Problem {
  if (error.reason === 'stranger') return problem(api === 'freebox' ? 'gateway-access-denied' : 'gateway-access-password', { address })
  return accessProblem(error, address) ?? problem('gateway-access-absent', { address })
}
