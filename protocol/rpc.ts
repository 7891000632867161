/** A typed contract over any ordered message channel: the local socket, a WebSocket, Electron's IPC.
 *
 *  ```
 *  face → engine   { id, call: name, input }   { id, stop: true }
 *  engine → face   { id, value }               { id, problem: { code, severity, params } }
 *  ```
 *  `id` is the face's, and names one call or one live subscription. Both ends check every value against the contract. */
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
  z.object({ id: z.int(), call: z.string().max(60), input: z.unknown() }),
])

/** Serve `handlers` on one channel until it closes; then every subscription is stopped and every running call aborted.
 *  `onFault` receives what no handler should throw; the face gets `internal` without its text. */
export function serve<C extends Contract>(channel: Channel, contract: C, handlers: Handlers<C>, onFault: (error: unknown) => void): void {
  const open = new Map<number, () => void>()
  channel.onClose(() => {
    for (const stop of open.values()) stop()
    open.clear()
  })
  const fail = (id: number, error: unknown): void => {
    if (!(error instanceof ProblemError)) onFault(error)
    channel.send({ id, problem: error instanceof ProblemError ? error.problem : problem('internal', { detail: 'see the log' }) })
  }
  channel.onMessage((message) => {
    const request = Request.safeParse(message)
    if (!request.success) return
    const { id } = request.data
    if ('stop' in request.data) {
      open.get(id)?.()
      open.delete(id)
      return
    }
    const name = request.data.call
    const definition = Object.hasOwn(contract, name) ? contract[name] : undefined
    const input = definition?.input.safeParse(request.data.input)
    if (!definition || !input?.success || open.has(id) || open.size >= MAX_OPEN) {
      channel.send({
        id,
        problem: problem('internal', {
          detail: definition ? 'the request does not fit the contract' : 'this engine does not know that call',
        }),
      })
      return
    }
    const handler = handlers[name] as unknown as (input: unknown, second: unknown) => unknown
    if (definition.kind === 'live') {
      try {
        open.set(id, handler(input.data, (value: unknown) => channel.send({ id, value })) as () => void)
      } catch (error) {
        fail(id, error)
      }
      return
    }
    const aborter = new AbortController()
    open.set(id, () => aborter.abort())
    Promise.resolve()
      .then(() => handler(input.data, aborter.signal))
      .then(
        (value) => channel.send({ id, value }),
        (error: unknown) => fail(id, error),
      )
      .finally(() => open.delete(id))
  })
}

const Response = z.union([z.object({ id: z.int(), problem: Problem }), z.object({ id: z.int(), value: z.unknown() })])

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
    if ('problem' in response.data) {
      pending.delete(response.data.id)
      waiting.fail(new ProblemError(response.data.problem))
      return
    }
    if (waiting.definition.kind === 'call') pending.delete(response.data.id)
    const value = waiting.definition.output.safeParse(response.data.value)
    if (value.success) waiting.settle(value.data)
    else waiting.fail(new Error('the engine answered outside the contract'))
  })
  channel.onClose(() => {
    closed = true
    for (const waiting of pending.values()) waiting.fail(new Error('the engine closed the connection'))
    pending.clear()
  })
  const start = (name: string, input: unknown, settle: Pending['settle'], fail: Pending['fail']): (() => void) => {
    const definition = contract[name]
    if (!definition) throw new Error(`not in the contract: ${name}`)
    if (closed) {
      queueMicrotask(() => fail(new Error('the engine closed the connection')))
      return () => {}
    }
    const id = ++lastId
    pending.set(id, { definition, settle, fail })
    channel.send({ id, call: name, input })
    return () => {
      if (pending.delete(id) && !closed) channel.send({ id, stop: true })
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
