/** Opens one lane to a relay: TCP, TLS 1.3, and the proof of both identities over that very session. */
import net from 'node:net'
import tls, { type TLSSocket } from 'node:tls'
import { type ProblemCode, ProblemError, type ProblemParams, problem } from '../../protocol/problem.ts'
import { checkIdentity, fingerprint, type Identity, proveIdentity, sessionBinding } from '../../wire/identity.ts'
import { Lane, type LaneOptions } from '../../wire/lane.ts'
import {
  type Answer,
  type Device,
  FromRelay,
  type Hello,
  type RefusalCode,
  TUNNEL_ALPN,
  type Welcome,
  WIRE_VERSION,
} from '../../wire/messages.ts'

export interface RelayAddress {
  readonly host: string
  readonly port: number
  /** PEM of an authority to trust besides the public ones. */
  readonly ca?: string | undefined
}

/** How we know the relay again. */
export type Pin =
  /** Its raw public key, base64url. */
  | { readonly kind: 'key'; readonly key: string }
  /** From a relay code: the first half of the key's hash. */
  | { readonly kind: 'fingerprint'; readonly bytes: Uint8Array }
  /** The first meeting, by bare address: the certificate alone vouches. */
  | { readonly kind: 'none' }

export interface DialOptions {
  readonly relay: RelayAddress
  readonly pin: Pin
  readonly identity: Identity
  readonly purpose: Device['purpose']
  readonly session: string
  /** A relay code's key, base64url: told only to a relay that has proven the code's fingerprint. */
  readonly code?: string | undefined
  /** Come from an address of this family, or from this very one. */
  readonly family?: 4 | 6 | undefined
  readonly localAddress?: string | undefined
  readonly signal: AbortSignal
  readonly onStream: NonNullable<LaneOptions['onStream']>
  onAnswer(answer: Answer): void
  onClose(reason: string): void
}

export interface Dialled {
  readonly lane: Lane
  readonly welcome: Welcome
  readonly relayKey: string
}

const CONNECT_TIMEOUT_MS = 10_000

/** Final refusals: asking again the same way will not help. Everything else is worth another try. */
export const FINAL_CODES: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'relay-code-invalid',
  'relay-code-unknown',
  'relay-code-used',
  'relay-code-expired',
  'relay-closed',
  'relay-changed',
  'relay-newer',
])

/** Resolves when the relay has let us in. Throws ProblemError with one of the `relay-…` codes or `tls-inspected`. */
export async function dial(options: DialOptions): Promise<Dialled> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)])
  const socket = await connect(options, signal)
  const { promise, resolve, reject } = Promise.withResolvers<Dialled>()
  const name = relayName(options.relay)
  const binding = sessionBinding(socket)
  let relayKey: string | undefined
  let welcomed = false
  const lane = new Lane(socket, {
    onControl(message) {
      const parsed = FromRelay.safeParse(message)
      if (!parsed.success) {
        fail('relay-newer', { relay: name, ours: String(WIRE_VERSION), theirs: '?' })
        return
      }
      const said = parsed.data
      if (said.m === 'answer' && welcomed) options.onAnswer(said)
      else if (said.m === 'hello' && relayKey === undefined) introduce(said)
      else if (said.m === 'welcome' && relayKey !== undefined && !welcomed) {
        welcomed = true
        resolve({ lane, welcome: said, relayKey })
      } else if (said.m === 'refused') reject(new ProblemError(refusalProblem(said.code, name)))
      else lane.close('a message out of turn')
    },
    onStream: options.onStream,
    onClose(reason) {
      reject(new ProblemError(problem('relay-unreachable', { relay: name, reason })))
      if (welcomed) options.onClose(reason)
    },
  })
  const fail = <C extends ProblemCode>(code: C, params: ProblemParams<C>): void => {
    reject(new ProblemError(problem(code, params)))
    lane.close(code)
  }
  const introduce = (hello: Hello): void => {
    const versions = { relay: name, ours: String(WIRE_VERSION), theirs: `${hello.min}–${hello.max}` }
    if (hello.max < WIRE_VERSION) fail('relay-older', versions)
    else if (hello.min > WIRE_VERSION) fail('relay-newer', versions)
    else if (!pinMatches(options.pin, hello.key)) fail('relay-changed', { relay: name })
    // Two TLS sessions instead of one: somebody in between reads along.
    else if (!checkIdentity(hello.key, 'relay', binding, hello.proof)) fail('tls-inspected', { relay: name })
    else sayWhoWeAre(hello.key)
  }
  const sayWhoWeAre = (provenKey: string): void => {
    relayKey = provenKey
    const { identity, purpose, session, code } = options
    const device: Device = {
      m: 'device',
      version: WIRE_VERSION,
      key: identity.publicKey,
      proof: proveIdentity(identity, 'device', binding),
      purpose,
      session,
      ...(code === undefined ? {} : { code }),
    }
    lane.sendControl(device)
  }
  const onAbort = (): void => {
    reject(new ProblemError(problem('relay-unreachable', { relay: name, reason: options.signal.aborted ? 'stopped' : 'ETIMEDOUT' })))
    lane.close('gave up')
  }
  signal.addEventListener('abort', onAbort)
  try {
    return await promise
  } catch (error) {
    lane.close('not let in')
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function pinMatches(pin: Pin, key: string): boolean {
  if (pin.kind === 'none') return true
  return pin.kind === 'key' ? pin.key === key : fingerprint(key).equals(pin.bytes)
}

export const relayName = ({ host, port }: RelayAddress): string => (port === 443 ? host : `${host}:${port}`)

function refusalProblem(code: RefusalCode, relay: string) {
  switch (code) {
    case 'version':
      return problem('relay-newer', { relay, ours: String(WIRE_VERSION), theirs: '?' })
    case 'proof':
      return problem('tls-inspected', { relay })
    case 'code-unknown':
      return problem('relay-code-unknown', { relay })
    case 'code-used':
      return problem('relay-code-used', { relay })
    case 'code-expired':
      return problem('relay-code-expired', { relay })
    case 'closed':
      return problem('relay-closed', { relay })
    case 'suspended':
      return problem('relay-suspended', { relay })
    case 'busy':
      return problem('relay-busy', { relay })
  }
}

/** Names below `localhost` are this computer (RFC 6761 §6.3), also where the system's resolver does not know it. */
const resolvable = (host: string): string => (host === 'localhost' || host.endsWith('.localhost') ? '127.0.0.1' : host)

async function connect(options: DialOptions, signal: AbortSignal): Promise<TLSSocket> {
  const { relay, family, localAddress } = options
  const tcp = net.connect({
    host: resolvable(hostOf(relay)),
    port: relay.port,
    noDelay: true,
    ...(family ? { family } : { autoSelectFamily: true }),
    ...(localAddress === undefined ? {} : { localAddress }),
  })
  try {
    // Only once TCP stands: TLS around a socket that changes its handle for the next address crashes Node 24 (SIGSEGV in the lossy lab).
    await settled(tcp, 'connect', signal)
    const socket = secure(tcp, relay)
    await settled(socket, 'secureConnect', signal)
    if (socket.alpnProtocol !== TUNNEL_ALPN) throw Object.assign(new Error('speaks no Porchlight'), { code: 'NOT_A_RELAY' })
    return socket
  } catch (error) {
    tcp.destroy()
    throw connectProblem(error as Error, relayName(relay))
  }
}

const hostOf = ({ host }: RelayAddress): string => host.replace(/^\[|\]$/g, '')

function secure(tcp: net.Socket, relay: RelayAddress): TLSSocket {
  const host = hostOf(relay)
  return tls.connect({
    socket: tcp,
    host,
    // A server name is never an address (RFC 6066 §3).
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
    ALPNProtocols: [TUNNEL_ALPN],
    minVersion: 'TLSv1.3',
    ...(relay.ca === undefined ? {} : { ca: [...tls.rootCertificates, relay.ca] }),
  })
}

/** Rejects with the socket's error, or ETIMEDOUT when the signal fires. */
function settled(socket: net.Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onAbort = (): void => reject(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }))
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort)
  // Kept: whatever goes wrong later is its next owner's news, but an error that nobody listens to would end the process.
  socket.on('error', reject)
  socket.once(event, resolve)
  return promise.finally(() => signal.removeEventListener('abort', onAbort))
}

/** OpenSSL's and Node's words for "I do not believe this certificate". */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/

function connectProblem(error: Error, relay: string): ProblemError {
  const reason = (error as NodeJS.ErrnoException).code ?? error.message
  const code = UNTRUSTED.test(reason) ? 'relay-untrusted' : 'relay-unreachable'
  return new ProblemError(problem(code, { relay, reason }), { cause: error })
}
