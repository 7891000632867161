/**
 * A router that speaks NAT-PMP (RFC 6886), found and ready to be asked. The older brother of PCP, on the same port: IPv4 only, without
 * nonces, and with one question at a time.
 */

import { familyOf } from '../../../protocol/model/address.ts'
import { type Gateway, GatewayError, type Mapping } from '../gateway.ts'
import { TUNING, type Tuning } from '../pcp/client.ts'
import { type Clock, followClock } from '../pcp/clock.ts'
import { OPCODE, parsePcp } from '../pcp/codec.ts'
import { type Exchange, type Heard, openExchange } from '../pcp/exchange.ts'
import { checkRequest } from '../pcp/request.ts'
import { buildAddressRequest, buildMapRequest, type NatpmpMapRequest, type NatpmpReply, parseNatpmp } from './codec.ts'
import { hasRestarted } from './epoch.ts'
import { natpmpError, RESULT } from './results.ts'

export interface NatpmpOptions {
  /** The verified default gateway. */
  readonly gatewayAddress: string
  /** Ours towards it. */
  readonly localAddress: string
  /** Ends the opening only. */
  readonly signal: AbortSignal
  /** When `gatewayAddress` is not our router but the one in front of it (double NAT). A rule leads to whoever the request comes from
   *  (RFC 6886 §3.3), which our own router makes itself: so there it is the rules' `internalAddress`. */
  readonly upstream?: { readonly routerAddress: string }
  /** The router has lost its table: every mapping is to be asked for again, now (the random wait that is due has passed). */
  readonly onRestart?: () => void
  /** For tests, whose router lives on a port of its own and need not be waited for. */
  readonly tuning?: Partial<Tuning>
}

type Response = Extract<NatpmpReply, { epochS: number }>
type Answer = Response | Extract<NatpmpReply, { kind: 'other-version' }>

/**
 * Resolves as soon as the router answers. Null when it does not within 4 s, when its port is closed, and when it speaks another version
 * only. Throws {@link GatewayError} `refused` when its owner has switched mappings off, `garbled` when it makes no sense, `silent` when
 * there is no way to it; and the reason of `signal` when that fires.
 *
 * Questions are repeated with the waits of RFC 6886 §3.1, but not all nine times, which would be two minutes: see {@link TUNING}.
 */
export async function openNatpmp(options: NatpmpOptions): Promise<Gateway | null> {
  const { gatewayAddress, localAddress, signal } = options
  if (familyOf(gatewayAddress) !== 'ipv4') return null
  const tuning = { ...TUNING, ...options.tuning }
  const exchange = await openExchange({ gatewayAddress, localAddress, port: tuning.port }, signal)
  try {
    const answer = await exchange.ask(buildAddressRequest(), readAddress, tuning.search, signal)
    if (answer.kind === 'address' && (answer.result === RESULT.success || answer.result === RESULT.networkFailure))
      return createGateway(exchange, options, tuning, answer)
    exchange.close()
    if (answer.kind === 'other-version' || answer.result === RESULT.unsupportedVersion) return null
    throw natpmpError(answer.result)
  } catch (error) {
    exchange.close()
    if (error instanceof GatewayError && error.fault === 'silent') return null
    throw error
  }
}

function createGateway(exchange: Exchange, options: NatpmpOptions, tuning: Tuning, first: Response): Gateway {
  const { gatewayAddress, localAddress, upstream, onRestart = () => {} } = options
  const mapsTo = upstream?.routerAddress ?? localAddress
  const inTurn = createQueue()
  const ask = (request: Buffer, read: (datagram: Buffer) => Heard<Answer>, signal: AbortSignal): Promise<Response> =>
    inTurn(signal, async () => {
      const answer = await exchange.ask(request, read, tuning.patience, signal)
      if (answer.kind === 'other-version') throw new GatewayError('garbled', `the router no longer speaks NAT-PMP (${answer.version})`)
      clock.read(answer.epochS)
      return answer
    })
  const askAddress = (signal: AbortSignal) => ask(buildAddressRequest(), readAddress, signal)
  const clock: Clock = followClock({
    epochS: first.epochS,
    hasRestarted,
    ear: { gatewayAddress, localAddress, port: tuning.announcePort },
    readAnnouncement,
    waitMs: tuning.restartWaitMs,
    confirm: askAddress,
    onRestart,
  })
  const askMap = async (wanted: NatpmpMapRequest, signal: AbortSignal) => {
    const answer = await ask(buildMapRequest(wanted), readMap(wanted), signal)
    if (answer.kind !== 'map' || answer.result !== RESULT.success) throw natpmpError(answer.result)
    return answer
  }
  const remove = async ({ protocol, internalPort }: Mapping, signal: AbortSignal) => {
    await askMap({ protocol, internalPort, externalPort: 0, lifetimeS: 0 }, signal)
  }
  const map: Gateway['map'] = async ({ externalAddress: _, ...request }, signal) => {
    checkRequest(request, mapsTo)
    const { externalPort, lifetimeS } = await askMap(request, signal)
    if (externalPort === 0) throw new GatewayError('garbled', 'the router grants port 0, which is none')
    return { ...request, externalPort, lifetimeS, via: 'natpmp' }
  }
  return {
    via: 'natpmp',
    address: gatewayAddress,
    name: null,
    async externalAddress(signal) {
      const answer = await askAddress(signal)
      if (answer.kind !== 'address') throw natpmpError(answer.result)
      if (answer.result !== RESULT.success && answer.result !== RESULT.networkFailure) throw natpmpError(answer.result)
      return answer.address
    },
    map,
    /** NAT-PMP cannot look a rule up, but asking for it again renews it where it stands. Where it is gone it stands again; where the
     *  router gives another port, the one that we know is somebody else's, and the other is taken back. */
    async inspect(mapping, signal) {
      checkRequest(mapping, mapsTo)
      try {
        const { externalPort } = await map(mapping, signal)
        if (externalPort === mapping.externalPort) return 'present'
        await remove(mapping, signal)
        return 'foreign'
      } catch (error) {
        if (!(error instanceof GatewayError) || error.fault === 'silent') throw error
        return 'unknown'
      }
    },
    async unmap(mapping, signal) {
      checkRequest(mapping, mapsTo)
      await remove(mapping, signal)
    },
    check: async (signal) => {
      await askAddress(signal)
    },
    close() {
      clock.close()
      exchange.close()
    },
  }
}

/** RFC 6886 §3.1: one request at a time, since these are small machines. Who gives up while waiting does so at once. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      signal.throwIfAborted()
      const abort = () => reject(signal.reason)
      signal.addEventListener('abort', abort)
      const turn = () => (signal.aborted ? Promise.reject(signal.reason) : task())
      const mine = last.then(turn, turn)
      last = mine
      mine.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    })
}

function readAddress(datagram: Buffer): Heard<Answer> {
  const reply = parseNatpmp(datagram)
  if (reply.kind === 'incomplete' || reply.kind === 'invalid') return 'garbage'
  return reply.kind === 'map' ? 'other' : { answer: reply }
}

/** §3.5: answers name the request by protocol and internal port; one that was late tells itself by its lifetime. */
function readMap(wanted: NatpmpMapRequest): (datagram: Buffer) => Heard<Answer> {
  return (datagram) => {
    const reply = parseNatpmp(datagram)
    if (reply.kind === 'incomplete' || reply.kind === 'invalid') return 'garbage'
    if (reply.kind === 'address') return 'other'
    if (reply.kind !== 'map') return { answer: reply }
    if (reply.protocol !== wanted.protocol || reply.internalPort !== wanted.internalPort) return 'other'
    const deletes = wanted.lifetimeS === 0
    return reply.result === RESULT.success && deletes !== (reply.lifetimeS === 0) ? 'other' : { answer: reply }
  }
}

/** miniupnpd starts with a PCP announcement alone (seen with 2.3.1, which speaks both); it shows the same clock. */
function readAnnouncement(datagram: Buffer): number | undefined {
  const reply = parseNatpmp(datagram)
  if (reply.kind !== 'other-version') return reply.kind === 'address' ? reply.epochS : undefined
  const pcp = parsePcp(datagram)
  return pcp.kind === 'response' && pcp.opcode === OPCODE.announce ? pcp.epochS : undefined
}
