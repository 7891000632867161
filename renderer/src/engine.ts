/** The engine as the page knows it: the latest snapshot, how the connection stands, and its calls. Reconnects and resubscribes by itself. */
import { createContext, useContext, useSyncExternalStore } from 'react'
import type { z } from 'zod'
import { contract, type EngineContract } from '../../protocol/contract.ts'
import { type Channel, type Client, connect } from '../../protocol/rpc.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { type OpenChannel, RefusedError } from './channel.ts'
import { keepEqual } from './keep-equal.ts'

/** `refused`: we are not signed in; `outdated`: the engine speaks a newer contract than this page. Both need the person. */
export type Link = 'connecting' | 'open' | 'lost' | 'refused' | 'outdated'

export interface EngineState {
  readonly link: Link
  /** The last known one; kept when the connection is lost. */
  readonly snapshot: Snapshot | null
}

type Live = { [Name in keyof EngineContract]: EngineContract[Name]['kind'] extends 'live' ? Name : never }[keyof EngineContract]
type Calls = Omit<Client<EngineContract>, Live>
type Input<Name extends Live> = z.input<EngineContract[Name]['input']>
type Value<Name extends Live> = z.output<EngineContract[Name]['output']>

export interface Engine {
  state(): EngineState
  subscribe(onChange: () => void): () => void
  /** Fails like the contract's client, also while there is no connection. */
  readonly calls: Calls
  /** Is told again and again, until what it returns is called. `onEnd`: the connection is gone, or there is none. */
  watch<Name extends Live>(name: Name, input: Input<Name>, onValue: (value: Value<Name>) => void, onEnd?: () => void): () => void
  retryNow(): void
}

/** Quick at first (the engine restarts within a second), then patient. The last one repeats. */
const RETRY_MS = [250, 500, 1_000, 2_000, 5_000]

export function startEngine(open: OpenChannel, signal: AbortSignal): Engine {
  let state: EngineState = { link: 'connecting', snapshot: null }
  let client: Client<EngineContract> | null = null
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const listeners = new Set<() => void>()

  const change = (next: Partial<EngineState>): void => {
    state = { ...state, ...next }
    for (const listener of listeners) listener()
  }
  /** While the engine starts, nobody has lost anything yet. */
  const missing = (): Link => (state.snapshot || failures > 1 ? 'lost' : 'connecting')
  const later = (): void => {
    client = null
    const delayMs = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]
    failures += 1
    timer = setTimeout(attempt, delayMs)
  }
  const attempt = (): void => {
    timer = undefined
    open(signal).then(subscribe, (error: unknown) => {
      if (signal.aborted) return
      change({ link: error instanceof RefusedError ? 'refused' : missing() })
      later()
    })
  }
  const subscribe = (channel: Channel): void => {
    // Before the contract's own listener, which ends every subscription: a closed channel is no fault of the contract.
    channel.onClose(() => {
      if (signal.aborted) return
      change({ link: missing() })
      later()
    })
    const mine = connect(channel, contract)
    client = mine
    mine.snapshot(
      {},
      (snapshot) => {
        failures = 0
        change({ link: 'open', snapshot: keepEqual(state.snapshot, snapshot) })
      },
      () => client === mine && change({ link: 'outdated' }),
    )
  }
  attempt()

  const call = (name: keyof Calls) => (input: never, timeoutMs?: number) =>
    client
      ? (client[name] as (input: never, timeoutMs?: number) => Promise<unknown>)(input, timeoutMs)
      : Promise.reject(new Error('not connected'))
  const names = Object.keys(contract).filter((name) => contract[name as keyof EngineContract].kind === 'call') as (keyof Calls)[]
  return {
    state: () => state,
    subscribe: (onChange) => {
      listeners.add(onChange)
      return () => listeners.delete(onChange)
    },
    calls: Object.fromEntries(names.map((name) => [name, call(name)])) as unknown as Calls,
    watch: (name, input, onValue, onEnd = () => {}) => {
      if (client) return (client[name] as (...args: unknown[]) => () => void)(input, onValue, onEnd)
      onEnd()
      return () => {}
    },
    retryNow: () => {
      // Without a timer an attempt is under way, or has succeeded.
      if (timer === undefined) return
      clearTimeout(timer)
      attempt()
    },
  }
}

export const EngineContext = createContext<Engine | null>(null)

export function useEngine(): Engine {
  const engine = useContext(EngineContext)
  if (!engine) throw new Error('no engine above this component')
  return engine
}

export function useEngineState(): EngineState {
  const engine = useEngine()
  return useSyncExternalStore(engine.subscribe, engine.state)
}
