/** Does the service itself answer? Asked from inside, so that its own silence is never blamed on the network. */
import { lookup } from 'node:dns/promises'
import net from 'node:net'
import { parseAddress } from '../../protocol/model/address.ts'
import { formatTarget, type Target } from '../../protocol/model/service.ts'
import { type Problem, problem } from '../../protocol/problem.ts'
import { isPingName, PINGS, type Ping } from '../../wire/pings.ts'
import { pingUdp } from './ping-udp.ts'
import { isQueried, QUERIES } from './queries.ts'

const CONNECT_TIMEOUT_MS = 5000
const LOOKUP_TIMEOUT_MS = 3000

/** Can this service be asked whether it is there? A UDP service only in its own language, which its preset knows. */
export function canBeAsked({ kind, port }: Target, preset: string | undefined): boolean {
  return kind !== 'udp' || questionFor(preset, port) !== undefined
}

/** Null: it takes connections, or answers its preset's ping. A UDP service that cannot be asked counts as answering. */
export async function checkTarget(
  service: string,
  target: Target,
  preset: string | undefined,
  signal: AbortSignal,
): Promise<Problem | null> {
  const { host, port, kind } = target
  const address = parseAddress(host) ? host : await resolve(host, signal)
  if (address === undefined) return problem('service-not-found', { service, host })
  const question = kind === 'udp' ? questionFor(preset, port) : undefined
  if (kind === 'udp' && !question) return null
  const failure = question ? await pingUdp(address, port + question.portOffset, question, signal) : await tryConnect(address, port, signal)
  if (failure === undefined || signal.aborted) return null
  return problem(failure === 'ECONNREFUSED' ? 'service-refused' : 'service-silent', { service, target: formatTarget(target) })
}

/** What a relay may ask it too, or else what only we do. */
function questionFor(preset: string | undefined, port: number): (Ping & { readonly portOffset: number }) | undefined {
  const question = isPingName(preset) ? { ...PINGS[preset], portOffset: 0 } : isQueried(preset) ? QUERIES[preset] : undefined
  return question && port + question.portOffset <= 65535 ? question : undefined
}

/** The system's resolver may take 20 s when DNS is down; nobody waits for that. */
async function resolve(host: string, signal: AbortSignal): Promise<string | undefined> {
  const { promise, resolve: giveUp } = Promise.withResolvers<undefined>()
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(LOOKUP_TIMEOUT_MS)])
  bounded.addEventListener('abort', () => giveUp(undefined))
  return await Promise.race([
    lookup(host).then(
      ({ address }) => address,
      () => undefined,
    ),
    promise,
  ])
}

/** Undefined when it connected, else the system's code. */
function tryConnect(host: string, port: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((done) => {
    const socket = net.connect({ host, port, timeout: CONNECT_TIMEOUT_MS })
    const finish = (code: string | undefined): void => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      done(code)
    }
    const onAbort = (): void => finish(undefined)
    signal.addEventListener('abort', onAbort)
    socket.once('connect', () => finish(undefined))
    socket.once('timeout', () => finish('ETIMEDOUT'))
    socket.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'unknown'))
  })
}
