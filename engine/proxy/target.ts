/** Connecting to a target at home: resolve, refuse what is forbidden, connect, all within half a minute, as behind nginx in the guides. */
import { lookup } from 'node:dns/promises'
import { connect, isIP, type LookupFunction, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { formatTarget, type ServiceTarget, type Target } from '../../protocol/model/service.ts'
import { TIMEOUTS_MS } from './deadlines.ts'
import { type ForbiddenOptions, type ForbiddenReason, forbiddenTarget } from './forbidden.ts'
import { isRight, type Shown, shownBy, startUnverified } from './shown-certificate.ts'

const CONNECT_TIMEOUT_MS = TIMEOUTS_MS.connect
/** A device at home that is asked for its certificate, while somebody waits at the page. */
const LOOK_TIMEOUT_MS = 10_000
/** Finds a peer that vanished without a word on a stream that is silent by nature. */
export const KEEPALIVE_MS = 60_000

/** `refused`: the machine is there and the service is not. `silent`: nobody answers. `not-found`: the name leads nowhere.
 *  `forbidden`: it leads where no target may. `untrusted`: it shows a certificate that was not accepted. `odd`: something answered, though
 *  not as this kind of service does. */
export type TargetFailure = 'refused' | 'silent' | 'not-found' | 'forbidden' | 'untrusted' | 'odd'

export class TargetError extends Error {
  readonly failure: TargetFailure
  readonly reason: ForbiddenReason | undefined
  constructor(failure: TargetFailure, message: string, options: { reason?: ForbiddenReason; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TargetError'
    this.failure = failure
    this.reason = options.reason
  }
}

const FAILURES: Readonly<Record<string, TargetFailure>> = {
  ECONNREFUSED: 'refused',
  // A port forwarded by a container engine accepts and hangs up when nothing stands behind it.
  ECONNRESET: 'refused',
  EPIPE: 'refused',
  ETIMEDOUT: 'silent',
  EHOSTUNREACH: 'silent',
  EHOSTDOWN: 'silent',
  ENETUNREACH: 'silent',
  ENETDOWN: 'silent',
  ENOTFOUND: 'not-found',
  EAI_AGAIN: 'not-found',
  EAI_FAIL: 'not-found',
  ENODATA: 'not-found',
  // A folder that is not there, or not for us.
  ENOENT: 'refused',
  ENOTDIR: 'refused',
  EACCES: 'refused',
  EPERM: 'refused',
}

export function failureOf(error: unknown): TargetFailure {
  if (error instanceof TargetError) return error.failure
  return FAILURES[(error as NodeJS.ErrnoException | undefined)?.code ?? ''] ?? 'odd'
}

type Resolved = Awaited<ReturnType<typeof lookup>>

/** One question at a time for a name: a resolver that hangs for 20 s (glibc, DNS down) must not take every thread of the pool with it. */
const asking = new Map<string, Promise<Resolved[]>>()

function ask(host: string): Promise<Resolved[]> {
  const running = asking.get(host)
  if (running) return running
  const answer = lookup(host, { all: true }).finally(() => asking.delete(host))
  asking.set(host, answer)
  return answer
}

/** The addresses of a target that may be connected to; at least one. Throws {@link TargetError} `not-found`, `silent` or `forbidden`. */
export async function resolveTarget(target: Target, options: ForbiddenOptions, signal: AbortSignal): Promise<Resolved[]> {
  const family = isIP(target.host)
  const found = family ? [{ address: target.host, family }] : await withSignal(ask(target.host), signal)
  const reasons = found.map(({ address }) => forbiddenTarget(address, target.port, options))
  const allowed = found.filter((_, index) => reasons[index] === undefined)
  if (allowed.length > 0) return allowed
  const reason = reasons.find((each) => each !== undefined)
  if (reason === undefined) throw new TargetError('not-found', `${target.host} has no address`)
  throw new TargetError('forbidden', `${target.host} must not be a target: ${reason}`, { reason })
}

/** A connected TCP socket, for an https target a TLS one, for a folder one to our own server. Throws {@link TargetError}; an abort by `signal`
 *  throws its reason. */
export async function connectTarget(target: ServiceTarget, options: ForbiddenOptions, signal?: AbortSignal): Promise<Socket> {
  // AbortSignal.timeout and AbortSignal.any would leave a timer and weak references behind for the whole half minute, of each connection.
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), CONNECT_TIMEOUT_MS)
  const onAbort = (): void => limit.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted) onAbort()
  try {
    if (target.kind === 'folder') return await connectFolder(target.path, options, limit.signal)
    const addresses = await resolveTarget(target, options, limit.signal)
    const socket = await connectTcp(target, addresses, limit.signal)
    return target.kind === 'https' ? await startTls(socket, target, limit.signal) : socket
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof TargetError) throw error
    if (limit.signal.aborted) throw new TargetError('silent', `${formatTarget(target)} does not answer`, { cause: error })
    throw new TargetError(failureOf(error), error instanceof Error ? error.message : String(error), { cause: error })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

async function connectFolder(path: string, { folderSocket }: ForbiddenOptions, signal: AbortSignal): Promise<Socket> {
  if (!folderSocket) throw new TargetError('not-found', 'nobody shows folders here')
  return await open(connect({ path: await withSignal(folderSocket(path), signal), allowHalfOpen: true }), signal)
}

async function connectTcp(target: Target, addresses: Resolved[], signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted()
  // Exactly what was just checked is connected to: a second resolution could say something else.
  const checked: LookupFunction = (_host, _options, callback) => callback(null, addresses)
  const socket = connect({
    host: target.host,
    port: target.port,
    lookup: checked,
    autoSelectFamily: true,
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEPALIVE_MS,
  })
  return await open(socket, signal)
}

async function open(socket: Socket, signal: AbortSignal): Promise<Socket> {
  // Whoever takes it over adds a listener of its own; an error in between, or below TLS, must not end the process.
  socket.on('error', () => undefined)
  return opened(socket, 'connect', signal).catch((error) => {
    socket.destroy()
    throw error
  })
}

/** Throws `untrusted` when the certificate is neither vouched for nor the one that its owner accepted. */
async function startTls(socket: Socket, target: Target, signal: AbortSignal): Promise<Socket> {
  const secured = await shakeHands(socket, target, signal)
  if (isRight(shownBy(secured), target)) return secured
  secured.destroy()
  socket.destroy()
  throw new TargetError('untrusted', `${target.host}:${target.port} shows a certificate that was not accepted`)
}

function shakeHands(socket: Socket, target: Target, signal: AbortSignal): Promise<TLSSocket> {
  const secured = startUnverified(socket, target)
  return opened(secured, 'secureConnect', signal).catch((error) => {
    secured.destroy()
    socket.destroy()
    throw error
  })
}

/** The certificate that an https target shows now, right or not; undefined when it shows none. Throws as {@link connectTarget}. */
export async function lookAtCertificate(target: Target, options: ForbiddenOptions, signal: AbortSignal): Promise<Shown | undefined> {
  const both = AbortSignal.any([signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)])
  const socket = await connectTarget({ ...target, kind: 'tcp' }, options, both)
  const secured = await shakeHands(socket, target, both)
  const shown = shownBy(secured)
  secured.destroy()
  socket.destroy()
  return shown
}

/** An error, or a close without one (a TLS server that hangs up), rejects. */
function opened<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<S> {
  const { promise, resolve, reject } = Promise.withResolvers<S>()
  const onOpen = () => resolve(socket)
  const onClose = () => reject(Object.assign(new Error('closed before it was open'), { code: 'ECONNRESET' }))
  const onAbort = () => reject(signal.reason)
  socket.on(event, onOpen).on('error', reject).on('close', onClose)
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  return promise.finally(() => {
    socket.off(event, onOpen).off('error', reject).off('close', onClose)
    signal.removeEventListener('abort', onAbort)
  })
}

async function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
