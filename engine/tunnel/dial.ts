/** Opens one lane to a relay: a way that stands (ways.ts), and the proof of both identities over that very TLS session. */
import http from 'node:http'
import net from 'node:net'
import { type Problem, type ProblemCode, ProblemError, type ProblemParams, problem } from '../../protocol/problem.ts'
import type { Transport } from '../../protocol/snapshot.ts'
import { checkIdentity, fingerprint, type Identity, proveIdentity, sessionBinding } from '../../wire/identity.ts'
import { Lane, type LaneOptions } from '../../wire/lane.ts'
import {
  type Answer,
  type Device,
  FromRelay,
  type Hello,
  MAX_VOUCHERS,
  type Notice,
  type RefusalCode,
  type Voucher,
  type Welcome,
  WIRE_VERSION,
} from '../../wire/messages.ts'
import type { Unread } from '../../wire/unread.ts'
import { firstToStand } from './first-to-stand.ts'
import { hostOf, ProxyRefusedError, type RelayAddress, WAYS, type Way, type WayOptions } from './ways.ts'

/** How we know the relay again. */
export type Pin =
  /** Its raw public key, base64url. */
  | { readonly kind: 'key'; readonly key: string }
  /** From a relay code: the first half of the key's hash. */
  | { readonly kind: 'fingerprint'; readonly bytes: Uint8Array }
  /** The first meeting, by bare address: the certificate alone vouches. */
  | { readonly kind: 'none' }

export interface DialOptions extends WayOptions {
  /** In the order in which they are tried; each gets a head start on the next. */
  readonly transports: readonly Transport[]
  readonly pin: Pin
  readonly identity: Identity
  readonly purpose: Device['purpose']
  readonly session: string
  /** A relay code's key, base64url: told only to a relay that has proven the code's fingerprint. */
  readonly code?: string | undefined
  readonly vouchers?: readonly Voucher[] | undefined
  readonly signal: AbortSignal
  /** Of the whole session. */
  readonly unread: Unread
  readonly onStream: NonNullable<LaneOptions['onStream']>
  readonly onFlow: NonNullable<LaneOptions['onFlow']>
  readonly onBypass: NonNullable<LaneOptions['onBypass']>
  onAnswer(answer: Answer): void
  /** All that the operator has decided about us. */
  onNotice(notice: Notice): void
  /** The lane became loaded (wire/limits.ts). */
  onLoad(): void
  onClose(reason: string): void
}

/** The relay said no, and when to ask again. */
export class RefusedError extends ProblemError {
  readonly retryAfterS: number
  constructor(cause: Problem, retryAfterS: number) {
    super(cause)
    this.retryAfterS = retryAfterS
  }
}

export interface Dialled {
  readonly lane: Lane
  readonly welcome: Welcome
  readonly relayKey: string
  readonly transport: Transport
}

const DIAL_TIMEOUT_MS = 10_000
/** Enough for TCP and TLS over a satellite; a port that swallows packets costs no more than this. */
const HEAD_START_MS = 1500
/** A relay that has just restarted lets homes wait their turn after TCP: another way to it would only make the queue longer. */
const HOLD_MS = 5000

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
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)])
  const { transport, stream, session: tlsSession } = await open(options, signal)
  const { promise, resolve, reject } = Promise.withResolvers<Dialled>()
  const name = relayName(options.relay)
  const binding = sessionBinding(tlsSession)
  let relayKey: string | undefined
  let welcomed = false
  const lane = new Lane(stream, {
    onControl(message) {
      const parsed = FromRelay.safeParse(message)
      if (!parsed.success) {
        fail('relay-newer', { relay: name, ours: String(WIRE_VERSION), theirs: '?' })
        return
      }
      const said = parsed.data
      if (said.m === 'answer' && welcomed) options.onAnswer(said)
      else if (said.m === 'notice' && welcomed) options.onNotice(said)
      else if (said.m === 'hello' && relayKey === undefined) introduce(said)
      else if (said.m === 'welcome' && relayKey !== undefined && !welcomed) {
        welcomed = true
        resolve({ lane, welcome: said, relayKey, transport })
      } else if (said.m === 'refused') reject(new RefusedError(refusalProblem(said.code, name), said.retryAfterS ?? 0))
      else lane.close('a message out of turn')
    },
    onStream: options.onStream,
    onFlow: options.onFlow,
    onBypass: options.onBypass,
    onLoad: options.onLoad,
    onClose(reason) {
      reject(new ProblemError(problem('relay-unreachable', { relay: name, reason })))
      if (welcomed) options.onClose(reason)
    },
  })
  lane.unread = options.unread
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
    const { identity, purpose, session, code, vouchers = [] } = options
    const device: Device = {
      m: 'device',
      version: WIRE_VERSION,
      key: identity.publicKey,
      proof: proveIdentity(identity, 'device', binding),
      purpose,
      session,
      // What gets out by other ways may not by this one.
      bypass: transport === 'direct',
      ...(code === undefined ? {} : { code }),
      ...(vouchers.length === 0 ? {} : { vouchers: vouchers.slice(0, MAX_VOUCHERS) }),
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

/** The first way that stands. What is only said later, over the session itself, decides whether we go in: a way whose proof fails is
 *  never left for a weaker one. */
async function open(options: DialOptions, signal: AbortSignal): Promise<Way> {
  const attempts = options.transports.map((transport) => (until: AbortSignal, hold: () => void) => WAYS[transport](options, until, hold))
  const discard = ({ stream }: Way): void => void stream.destroy()
  try {
    return await firstToStand(attempts, { headStartMs: HEAD_START_MS, holdMs: HOLD_MS, signal, discard })
  } catch (error) {
    const { errors } = error as AggregateError
    throw new ProblemError(await whyNot(errors, options), { cause: errors[0] })
  }
}

/** OpenSSL's and Node's words for "I do not believe this certificate". */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/
/** The port itself does not answer, whoever may stand behind it. */
const SHUT = /^(ETIMEDOUT|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EACCES|EPERM)$/

const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? (error as Error).message

async function whyNot(errors: readonly unknown[], { relay, transports, signal }: DialOptions): Promise<Problem> {
  const name = relayName(relay)
  const refusal = errors.find((error) => error instanceof ProxyRefusedError)
  if (refusal) return problem('proxy-refused', { relay: name, address: refusal.proxy, reason: String(refusal.status) })
  const untrusted = errors.map(reasonOf).find((reason) => UNTRUSTED.test(reason))
  if (untrusted !== undefined) return problem('relay-untrusted', { relay: name, reason: untrusted })
  const reason = reasonOf(errors[transports.indexOf('direct')] ?? errors[0])
  const mayBeShut = SHUT.test(reason) && relay.port === 443 && transports.length > 1 && !signal.aborted
  // A relay that is just starting answers on both a moment after it has refused the first: its port is asked for again behind its website's
  // answer, and not beside the question.
  if (mayBeShut && (await answersAsWebsite(relay, signal)) && !(await opens(relay, signal)))
    return problem('relay-blocked', { relay: name, port: String(relay.port) })
  return problem('relay-unreachable', { relay: name, reason })
}

const WEBSITE_TIMEOUT_MS = 3000

/** A relay sends whoever comes to its port 80 on to its port 443. When it does and that port is shut, the relay is well and something in
 *  between shuts it. */
async function answersAsWebsite(relay: RelayAddress, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const host = hostOf(relay)
  const until = AbortSignal.any([signal, AbortSignal.timeout(WEBSITE_TIMEOUT_MS)])
  http
    .get({ host, port: 80, agent: false, headers: { Host: relay.host }, maxHeaderSize: 8192, signal: until }, (response) => {
      const to = URL.parse(response.headers.location ?? '')
      resolve(response.statusCode === 308 && to?.protocol === 'https:' && to.hostname === relay.host)
      response.destroy()
    })
    .on('error', () => resolve(false))
  return await promise
}

const OPEN_TIMEOUT_MS = 2000

async function opens(relay: RelayAddress, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const until = AbortSignal.any([signal, AbortSignal.timeout(OPEN_TIMEOUT_MS)])
  const socket = net.connect({ host: hostOf(relay), port: relay.port, signal: until }, () => resolve(true))
  socket.on('error', () => resolve(false))
  return await promise.finally(() => socket.destroy())
}
