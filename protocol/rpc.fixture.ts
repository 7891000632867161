/** A small contract over a channel, with an engine that answers it. */
import { z } from 'zod'
import { ProblemError, problem } from './problem.ts'
import { type Channel, call, type Handlers, live, serve } from './rpc.ts'

export const contract = {
  add: call(z.object({ a: z.number(), b: z.number() }), z.object({ sum: z.number() })),
  wait: call(z.object({}), z.object({})),
  fail: call(z.object({ how: z.string() }), z.object({})),
  count: live(z.object({ from: z.int() }), z.object({ n: z.int() })),
}
export type TestContract = typeof contract

export interface End extends Channel {
  /** Everything the other end sent to this one. */
  readonly heard: unknown[]
  close(): void
}

/** Two ends; messages cross as JSON, one microtask later, in order, as over a socket. */
export function channelPair(): [End, End] {
  const listeners: ((message: unknown) => void)[][] = [[], []]
  const closers: (() => void)[] = []
  let open = true
  const close = () => {
    if (!open) return
    open = false
    for (const closer of closers) closer()
  }
  const end = (own: number): End => ({
    heard: [],
    send(message) {
      if (!open) throw new Error('sent on a closed channel')
      const text = JSON.stringify(message)
      queueMicrotask(() => {
        if (!open) return
        ends[1 - own]?.heard.push(JSON.parse(text))
        for (const listener of listeners[1 - own] ?? []) listener(JSON.parse(text))
      })
    },
    onMessage: (listener) => listeners[own]?.push(listener),
    onClose: (listener) => closers.push(listener),
    close,
  })
  const ends: [End, End] = [end(0), end(1)]
  return ends
}

export function house(overrides: Partial<Handlers<TestContract>> = {}) {
  const [face, engine] = channelPair()
  const faults: unknown[] = []
  const emitters: ((value: { n: number }) => void)[] = []
  const signals: AbortSignal[] = []
  const releases: (() => void)[] = []
  let stopped = 0
  const handlers: Handlers<TestContract> = {
    add: ({ a, b }) => ({ sum: a + b }),
    wait: (_input, signal) => {
      signals.push(signal)
      return new Promise((resolve) => releases.push(() => resolve({})))
    },
    fail: ({ how }) => {
      if (how === 'problem') throw new ProblemError(problem('name-taken', { name: 'web' }))
      throw new Error('secret: /root/key')
    },
    count: ({ from }, emit) => {
      emitters.push(emit)
      emit({ n: from })
      return () => {
        stopped += 1
      }
    },
    ...overrides,
  }
  serve(engine, contract, handlers, (error) => faults.push(error))
  return { face, engine, faults, emitters, signals, releases, stopped: () => stopped }
}
