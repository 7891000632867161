/** Is somebody there? By a TCP connection that is closed as soon as it stands: who refuses it is there as well. */
import net from 'node:net'

export type Answers = 'answers' | 'silent' | 'unknown'

/** Linux waits three seconds for a machine on the same network before it says that there is none (`mcast_solicit`, arp(7)). */
const TIMEOUT_MS = 3500
/** Nobody has that address on our network, or no way leads there. */
const NOBODY: ReadonlySet<string> = new Set(['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'EADDRNOTAVAIL'])

/** `unknown`: what is sent there is swallowed. Never throws; takes 3.5 s at most. */
export function answersAt(host: string, port: number, signal: AbortSignal): Promise<Answers> {
  return new Promise((resolve) => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
    const socket = net.connect({ host, port, autoSelectFamily: false })
    const done = (found: Answers): void => {
      bounded.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve(found)
    }
    const onAbort = (): void => done('unknown')
    bounded.addEventListener('abort', onAbort)
    if (bounded.aborted) onAbort()
    socket.once('connect', () => done('answers'))
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => done(heardAs(code)))
  })
}

/** What the system's word means. */
export const heardAs = (code: string): Answers =>
  code === 'ECONNREFUSED' || code === 'ECONNRESET' ? 'answers' : NOBODY.has(code) ? 'silent' : 'unknown'

/** A router has a page, answers names, or refuses both. */
const ROUTER_PORTS = [53, 80, 443] as const

export async function routerAnswers(address: string, signal: AbortSignal): Promise<Answers> {
  const all = await Promise.all(ROUTER_PORTS.map((port) => answersAt(address, port, signal)))
  return all.includes('answers') ? 'answers' : all.includes('silent') ? 'silent' : 'unknown'
}
