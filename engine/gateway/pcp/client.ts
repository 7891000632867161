/**
 * A router that speaks PCP (RFC 6887), found and ready to be asked. Over IPv4 it maps ports; asked under its IPv6 address it opens
 * pinholes to ours, under the same port inside and outside.
 *
 *     ANNOUNCE: is anybody there? → MAP, again before it ends, MAP with lifetime 0
 */

import { type Gateway, GatewayError } from '../gateway.ts'
import { ANNOUNCE_PORT } from './announcements.ts'
import { type Clock, followClock } from './clock.ts'
import { buildAnnounce, OPCODE, PCP_PORT, parsePcp } from './codec.ts'
import { hasRestarted } from './epoch.ts'
import { type Exchange, type Heard, openExchange, type Patience } from './exchange.ts'
import { checkRequest } from './request.ts'
import { pcpError, RESULT } from './results.ts'
import { type Answer, addRule, inspectRule, type Response, removeRule, type Talk } from './rules.ts'

export { mappingKey } from './rules.ts'

export interface PcpOptions {
  /** The verified default gateway. An IPv6 link-local one carries its zone (`fe80::1%eth0`). */
  readonly gatewayAddress: string
  /** Ours towards it, of the same family. For IPv6: a global one that will still be ours tomorrow, as it is the one that is opened. */
  readonly localAddress: string
  /** The link of the IPv6 gateway, to hear its announcements on. */
  readonly interfaceName?: string
  /** Ends the opening only. */
  readonly signal: AbortSignal
  /**
   * The nonce of a mapping: 12 random bytes, made at the first call for a key ({@link mappingKey}) and the same ever after, also after
   * a restart of the program: without it the router lets nobody renew or delete the mapping (RFC 6887 §11.2).
   */
  readonly nonceFor: (key: string) => Uint8Array
  /** The router has lost its table: every mapping is to be asked for again, now (the random wait that is due has passed). */
  readonly onRestart?: () => void
  /** For tests, whose router lives on a port of its own and need not be waited for. */
  readonly tuning?: Partial<Tuning>
}

export interface Tuning {
  readonly port: number
  readonly announcePort: number
  readonly restartWaitMs: number
  readonly search: Patience
  readonly patience: Patience
}

/**
 * RFC 6887 §8.1.1 has a first wait of 3 s, for servers deep in a provider's network. Ours is one hop away and answers in milliseconds,
 * and a packet lost on the Wi-Fi would cost those 3 s each time; so we wait as NAT-PMP, the same server on the same port, has always
 * done (250 ms, RFC 6886 §3.1). Where that would go on for minutes we stop after 4 s in a search and after 8 s with a router that is
 * known: by then whoever asked has to say something to the user, and asks again later.
 */
export const TUNING: Tuning = {
  port: PCP_PORT,
  announcePort: ANNOUNCE_PORT,
  restartWaitMs: 5_000,
  search: { firstWaitMs: 250, tries: 4 },
  patience: { firstWaitMs: 250, tries: 5 },
}

/** What proves that PCP is spoken here, even where this or that is not to be had just now. */
const ALIVE: readonly number[] = [RESULT.success, RESULT.unsupportedOpcode, RESULT.networkFailure, RESULT.noResources, RESULT.quota]

/**
 * Resolves as soon as the router answers. Null when it does not within 4 s, when its port is closed, and when it speaks another version
 * only: version 0 is NAT-PMP. Throws {@link GatewayError} `refused` when it will not speak to us (`nat-between`: there is another NAT on the
 * way), `garbled` when it makes no sense, `silent` when there is no way to it; and the reason of `signal` when that fires.
 */
export async function openPcp(options: PcpOptions): Promise<Gateway | null> {
  const { gatewayAddress, localAddress, signal } = options
  const tuning = { ...TUNING, ...options.tuning }
  const exchange = await openExchange({ gatewayAddress, localAddress, port: tuning.port }, signal)
  try {
    const answer = await exchange.ask(buildAnnounce(localAddress), readAnnounce, tuning.search, signal)
    if (answer.kind === 'response' && ALIVE.includes(answer.result)) return createGateway(exchange, options, tuning, answer)
    exchange.close()
    if (answer.kind === 'other-version' || answer.result === RESULT.unsupportedVersion) return null
    throw pcpError(answer.result, answer.lifetimeS)
  } catch (error) {
    exchange.close()
    if (error instanceof GatewayError && error.fault === 'silent') return null
    throw error
  }
}

function createGateway(exchange: Exchange, options: PcpOptions, tuning: Tuning, first: Response): Gateway {
  const { gatewayAddress, localAddress, interfaceName, nonceFor, onRestart = () => {} } = options
  let externalAddress: string | null = null
  const talk: Talk = {
    localAddress,
    nonceFor,
    async ask(request, read, signal) {
      const answer = await exchange.ask(request, read, tuning.patience, signal)
      if (answer.kind === 'other-version')
        throw new GatewayError('garbled', `the router no longer speaks PCP (version ${answer.version})`, { wire: answer.result })
      if (clock.read(answer.epochS)) externalAddress = null
      return answer
    },
  }
  const check = async (signal: AbortSignal) => {
    await talk.ask(buildAnnounce(localAddress), readAnnounce, signal)
  }
  const clock: Clock = followClock({
    epochS: first.epochS,
    hasRestarted,
    ear: { gatewayAddress, localAddress, interfaceName, port: tuning.announcePort },
    readAnnouncement,
    waitMs: tuning.restartWaitMs,
    confirm: check,
    onRestart,
  })
  return {
    via: 'pcp',
    address: gatewayAddress,
    name: null,
    /** PCP has no such question: the address comes with every mapping. Null until there is one, and after a restart. */
    externalAddress: async () => externalAddress,
    async map(request, signal) {
      checkRequest(request, localAddress)
      const mapping = await addRule(talk, request, signal)
      externalAddress = mapping.externalAddress ?? null
      return mapping
    },
    async inspect(mapping, signal) {
      checkRequest(mapping, localAddress)
      return inspectRule(talk, mapping, signal)
    },
    async unmap(mapping, signal) {
      checkRequest(mapping, localAddress)
      await removeRule(talk, mapping, signal)
    },
    check,
    close() {
      clock.close()
      exchange.close()
    },
  }
}

function readAnnounce(datagram: Buffer): Heard<Answer> {
  const reply = parsePcp(datagram)
  if (reply.kind === 'incomplete' || reply.kind === 'invalid') return 'garbage'
  return reply.kind === 'other-version' || reply.opcode === OPCODE.announce ? { answer: reply } : 'other'
}

function readAnnouncement(datagram: Buffer): number | undefined {
  const reply = parsePcp(datagram)
  const isOne = reply.kind === 'response' && reply.opcode === OPCODE.announce && reply.result === RESULT.success
  return isOne ? reply.epochS : undefined
}
