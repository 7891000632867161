/** A typed contract over any ordered message channel: the local socket, a WebSocket, Electron's IPC.
 *
 *  ```
 *  face → engine   { id, call: name, input }   { id, stop: true }
 *  engine → face   { id, value }               { id, problem: { code, severity, params } }
 *  ```
 *  `id` is the face's, and names one call or one live subscription. Each end checks what it receives against the contract. */
import { z } from 'zod'
import { Problem, ProblemError, problem } from './problem.ts'

export interface Channel {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: () => void): void
}

export const call = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({ kind: 'call' as const, input, output })
export const live = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({ kind: 'live' as const, input, output })

type Definition = { kind: 'call' | 'live'; input: z.ZodType; output: z.ZodType }
export type Contract = Record<string, Definition>
type Input<D extends Definition> = z.output<D['input']>
type Output<D extends Definition> = z.output<D['output']>

export type Handlers<C extends Contract> = {
  [K in keyof C]: C[K]['kind'] extends 'call'
    ? (input: Input<C[K]>, signal: AbortSignal) => Output<C[K]> | Promise<Output<C[K]>>
    : (input: Input<C[K]>, emit: (value: Output<C[K]>) => void) => () => void
}

export type Client<C extends Contract> = {
  [K in keyof C]: C[K]['kind'] extends 'call'
    ? (input: Input<C[K]>, timeoutMs?: number) => Promise<Output<C[K]>>
    : (input: Input<C[K]>, onValue: (value: Output<C[K]>) => void, onEnd?: (error: Error) => void) => () => void
}

/** A face has at most this many calls and subscriptions open at once. */
const MAX_OPEN = 64

const Request = z.union([
  z.object({ id: z.int(), stop: z.literal(true) }),
  z.object({ id: z.int(), call: z.string().max(60), input: z.unknown().optional() }),
])

interface Open {
  stop(): void
  /** A call that was stopped holds its place until its handler is done: stopping must not let a face start more than its share. */
  readonly holds: boolean
}

interface Served {
  readonly open: Map<number, Open>
  /** Never throws; does nothing once the channel is closed. */
  send(message: unknown): void
  guard(action: () => void): void
  onFault(error: unknown): void
  closed: boolean
}

/** Serve `handlers` on one channel until it closes; then every subscription is stopped and every running call aborted, and nothing is
 *  sent any more. `onFault` receives what no handler should throw; the face gets `internal` without its text. */
export function serve<C extends Contract>(channel: Channel, contract: C, handlers: Handlers<C>, onFault: (error: unknown) => void): void {
  const guard = (action: () => void): void => {
    try {
      action()
    } catch (error) {
      onFault(error)
    }
  }
  const send = (message: unknown): void => {
    if (!served.closed) guard(() => channel.send(message))
  }
  const served: Served = { open: new Map(), send, guard, onFault, closed: false }
  channel.onClose(() => {
    served.closed = true
    for (const { stop } of served.open.values()) guard(stop)
    served.open.clear()
  })
  channel.onMessage((message) => {
    const request = Request.safeParse(message)
    if (!request.success || served.closed) return
    if ('stop' in request.data) stopOne(served, request.data.id)
    else startOne(served, contract, handlers, request.data)
  })
}

function startOne<C extends Contract>(
  served: Served,
  contract: C,
  handlers: Handlers<C>,
  request: { id: number; call: string; input?: unknown },
): void {
  const { id, call: name } = request
  const definition = Object.hasOwn(contract, name) ? contract[name] : undefined
  const input = definition?.input.safeParse(request.input)
  if (!definition || !input?.success || served.open.has(id) || served.open.size >= MAX_OPEN) {
    const detail = definition ? 'the request does not fit the contract' : 'this engine does not know that call'
    served.send({ id, problem: problem('internal', { detail }) })
    return
  }
  const handler = handlers[name] as unknown as (input: unknown, second: unknown) => unknown
  if (definition.kind === 'live') startLive(served, id, (emit) => handler(input.data, emit) as () => void)
  else startCall(served, id, (signal) => handler(input.data, signal))
}

function startLive(served: Served, id: number, start: (emit: (value: unknown) => void) => () => void): void {
  let live = true
  try {
    const stopHandler = start((value) => live && served.send({ id, value }))
    const stop = (): void => {
      live = false
      stopHandler()
    }
    // The very first value may have ended the channel.
    if (served.closed) served.guard(stop)
    else served.open.set(id, { stop, holds: false })
  } catch (error) {
    live = false
    fail(served, id, error)
  }
}

function startCall(served: Served, id: number, run: (signal: AbortSignal) => unknown): void {
  const aborter = new AbortController()
  served.open.set(id, { stop: () => aborter.abort(), holds: true })
  Promise.resolve()
    .then(() => run(aborter.signal))
    .then(
      (value) => !aborter.signal.aborted && served.send({ id, value }),
      (error: unknown) => !aborter.signal.aborted && fail(served, id, error),
    )
    .finally(() => served.open.delete(id))
}

function stopOne({ open, guard }: Served, id: number): void {
  const running = open.get(id)
  if (!running) return
  if (!running.holds) open.delete(id)
  guard(running.stop)
}

function fail({ send, onFault }: Served, id: number, error: unknown): void {
  if (!(error instanceof ProblemError)) onFault(error)
  send({ id, problem: error instanceof ProblemError ? error.problem : problem('internal', { detail: 'see the log' }) })
}

/** A problem that this side does not know (a newer engine) and a value that JSON drops must still end the waiting. */
const Response = z.object({ id: z.int(), problem: z.unknown().optional(), value: z.unknown().optional() })

interface Pending {
  readonly definition: Definition
  readonly settle: (value: unknown) => void
  readonly fail: (error: Error) => void
}

/** The face's end. A call fails with {@link ProblemError}, or with a plain Error when the channel closes or `timeoutMs` (10 s) passes. */
export function connect<C extends Contract>(channel: Channel, contract: C): Client<C> {
  const pending = new Map<number, Pending>()
  let lastId = 0
  let closed = false
  channel.onMessage((message) => {
    const response = Response.safeParse(message)
    const waiting = response.success ? pending.get(response.data.id) : undefined
    if (!response.success || !waiting) return
    const { id, problem: refusal } = response.data
    const reason = Problem.safeParse(refusal)
    const value = refusal === undefined ? waiting.definition.output.safeParse(response.data.value) : undefined
    if (waiting.definition.kind === 'call' || !value?.success) pending.delete(id)
    if (value?.success) {
      waiting.settle(value.data)
      return
    }
    // A subscription ends with the first value that does not fit; the engine must hear of it.
    if (value && waiting.definition.kind === 'live') sendStop(id)
    waiting.fail(reason.success ? new ProblemError(reason.data) : new Error('the engine answered outside the contract'))
  })
  channel.onClose(() => {
    closed = true
    for (const waiting of pending.values()) waiting.fail(new Error('the engine closed the connection'))
    pending.clear()
  })
  const sendStop = (id: number): void => {
    try {
      channel.send({ id, stop: true })
    } catch {
      // A channel that cannot send is about to close, and closing stops everything.
    }
  }
  const start = (name: string, input: unknown, settle: Pending['settle'], fail: Pending['fail']): (() => void) => {
    const definition = contract[name]
    if (!definition) throw new Error(`not in the contract: ${name}`)
    if (closed) {
      queueMicrotask(() => fail(new Error('the engine closed the connection')))
      return () => {}
    }
    const id = ++lastId
    pending.set(id, { definition, settle, fail })
    try {
      channel.send({ id, call: name, input })
    } catch (error) {
      queueMicrotask(() => pending.delete(id) && fail(error as Error))
    }
    return () => {
      if (pending.delete(id) && !closed) sendStop(id)
    }
  }
  const ask =
    (name: string) =>
    (input: unknown, timeoutMs = 10_000) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          stop()
          reject(new Error(`the engine did not answer "${name}" within ${timeoutMs / 1000} s`))
        }, timeoutMs)
        const settled =
          <T>(pass: (value: T) => void) =>
          (value: T) => {
            clearTimeout(timer)
            pass(value)
          }
        const stop = start(name, input, settled(resolve), settled(reject))
      })
  const watch =
    (name: string) =>
    (input: unknown, onValue: (value: unknown) => void, onEnd: (error: Error) => void = () => {}) =>
      start(name, input, onValue, onEnd)
  return Object.fromEntries(
    Object.entries(contract).map(([name, { kind }]) => [name, kind === 'call' ? ask(name) : watch(name)]),
  ) as unknown as Client<C>
}
