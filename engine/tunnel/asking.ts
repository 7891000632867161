/** Questions to the relay and their answers, matched by their numbers. */
import type { z } from 'zod'
import type { Lane } from '../../wire/lane.ts'
import type { Answer, Ask, Sleep } from '../../wire/messages.ts'

export class AskRejected extends Error {
  readonly reason: string
  constructor(reason: string) {
    super(`the relay rejected: ${reason}`)
    this.name = 'AskRejected'
    this.reason = reason
  }
}

const ASK_TIMEOUT_MS = 15_000

export interface Asking {
  ask(ask: Ask, signal: AbortSignal): Promise<unknown>
  /** Something that has no answer; nothing happens when no lane is up. */
  say(message: z.infer<typeof Sleep>): void
  settle(answer: Answer): void
  /** The lanes on which to ask from now on. What was asked on one that is closed meanwhile is lost. */
  use(lanes: readonly Lane[]): void
}

export function createAsking(signal: AbortSignal): Asking {
  const asked = new Map<number, { readonly lane: Lane; settle(answer: Answer): void; fail(error: Error): void }>()
  let lanes: readonly Lane[] = []
  let lastAsk = 0
  return {
    say: (message) => lanes[0]?.sendControl(message),
    settle: (answer) => asked.get(answer.id)?.settle(answer),
    use(now) {
      lanes = now
      for (const { lane, fail } of asked.values()) if (lane.closed) fail(new AskRejected('the lane was lost'))
    },
    ask(ask, asking) {
      const lane = lanes[0]
      if (!lane) return Promise.reject(new AskRejected('no tunnel'))
      const id = ++lastAsk
      return new Promise((resolve, reject) => {
        const bounded = AbortSignal.any([asking, signal, AbortSignal.timeout(ASK_TIMEOUT_MS)])
        const finish = (): void => {
          asked.delete(id)
          bounded.removeEventListener('abort', onAbort)
        }
        const fail = (error: Error): void => {
          finish()
          reject(error)
        }
        const onAbort = (): void => fail(bounded.reason)
        const settle = (answer: Answer): void => {
          finish()
          if (answer.rejected === undefined) resolve(answer.result)
          else reject(new AskRejected(answer.rejected))
        }
        asked.set(id, { lane, settle, fail })
        bounded.addEventListener('abort', onAbort)
        if (bounded.aborted) onAbort()
        else lane.sendControl({ m: 'ask', id, ask })
      })
    },
  }
}
