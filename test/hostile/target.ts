/** What an attack is aimed at, how long it lasts, and what it saw. */
import net from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

export interface Target {
  /** The relay, as the attacker reaches it. */
  readonly address: string
  readonly port: number
  readonly domain: string
  /** A name of the honest home. */
  readonly honestHost: string
  readonly seconds: number
  /** Of the full size of each attack: 1 in the bench, less in a test. */
  readonly share: number
}

/** How often what happened: `closed`, `refused: busy` … */
export type Tally = Map<string, number>

/** Every attack ends by itself: when the signal fires, or after a number of attempts that it names. */
export type Attack = (target: Target, signal: AbortSignal) => Promise<Tally>

export function count(tally: Tally, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1)
}

/** Runs `attempt` again and again, so many at a time, until the signal fires or so many were made. One that throws counts as what it said. */
export async function again(
  { atOnce, atMost, target, signal }: { atOnce: number; atMost: number; target: Target; signal: AbortSignal },
  attempt: () => Promise<string>,
): Promise<Tally> {
  const tally: Tally = new Map()
  let made = 0
  const worker = async (): Promise<void> => {
    while (!signal.aborted && made < atMost * target.share) {
      made++
      const seen = await attempt().catch((error: NodeJS.ErrnoException) => error.code ?? error.message)
      if (signal.aborted) count(tally, 'went on until the end')
      else count(tally, seen)
      // A refusal comes at once: without a breath the attacker would only measure himself.
      await wait(1)
    }
  }
  const over = Promise.withResolvers<void>()
  // What hangs in a handshake is no longer waited for, a moment after the end.
  signal.addEventListener('abort', () => setTimeout(over.resolve, 500))
  await Promise.race([Promise.all(Array.from({ length: Math.ceil(atOnce * target.share) }, worker)), over.promise])
  return tally
}

/** Resolves once connected; rejects with the system's error. */
export function connected({ address, port }: Target, signal: AbortSignal): Promise<net.Socket> {
  const socket = net.connect({ host: address, port, noDelay: true })
  const gone = (): void => void socket.destroy()
  signal.addEventListener('abort', gone, { once: true })
  socket.once('close', () => signal.removeEventListener('abort', gone))
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket)).on('error', reject)
    socket.once('close', () => reject(new Error('closed')))
  })
}

/** How the connection ended, when the other side ended it. */
export function ending(socket: net.Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.once('end', () => resolve('ended'))
    socket.once('close', () => resolve('closed'))
  })
}
