/** The rules that a PCP router is asked for, and its answers about them. */

import { familyOf } from '../../../protocol/model/address.ts'
import { GatewayError, type Mapping, type MappingState, type MapRequest } from '../gateway.ts'
import { buildMap, type PcpMap, type PcpReply, parsePcp } from './codec.ts'
import type { Heard } from './exchange.ts'
import { pcpError, RESULT } from './results.ts'

export type Response = Extract<PcpReply, { kind: 'response' }>
export type Answer = Response | Extract<PcpReply, { kind: 'other-version' }>

/** One conversation with a router. */
export interface Talk {
  readonly localAddress: string
  readonly nonceFor: (key: string) => Uint8Array
  ask(request: Buffer, read: (datagram: Buffer) => Heard<Answer>, signal: AbortSignal): Promise<Response>
}

/** What one mapping is to PCP: its inner end. */
export function mappingKey({ protocol, internalAddress, internalPort }: Pick<MapRequest, 'protocol' | 'internalAddress' | 'internalPort'>) {
  return `${protocol} ${internalAddress} ${internalPort}`
}

/**
 * Adds the rule or renews it. Throws {@link GatewayError}.
 *
 * A pinhole is renewed by making it anew, which takes a millisecond and leaves connections alone: miniupnpd with nftables (OpenWrt)
 * writes a renewed one under another description, and refuses from then on to delete it (netfilter_nft/nftpinhole.c, update_pinhole;
 * seen with 2.3.1).
 */
export async function addRule(talk: Talk, request: MapRequest, signal: AbortSignal): Promise<Mapping> {
  if (familyOf(request.internalAddress) === 'ipv6')
    await removeRule(talk, request, signal).catch((error) => {
      if (!(error instanceof GatewayError) || error.fault === 'silent') throw error
    })
  const { externalAddress: wish = null, ...rest } = request
  const wanted = { ...part(talk, request), externalPort: request.externalPort, externalAddress: wish }
  const { externalPort, externalAddress, lifetimeS } = await askMap(talk, wanted, request, signal)
  if (externalPort === 0) throw new GatewayError('garbled', 'the router grants port 0, which is none')
  return { ...rest, externalPort, lifetimeS, ...(externalAddress !== null && { externalAddress }), via: 'pcp' }
}

/** Resolves also when there was none. Throws {@link GatewayError}. */
export async function removeRule(talk: Talk, request: MapRequest, signal: AbortSignal): Promise<void> {
  // RFC 6887 §15: in a deletion the external end is zero.
  const wanted = { ...part(talk, request), externalPort: 0, externalAddress: null }
  try {
    await askMap(talk, wanted, { lifetimeS: 0 }, signal)
  } catch (error) {
    // A deletion takes no room: miniupnpd answers so when there is nothing to delete (pcpserver.c, DeletePCPMap).
    if (!(error instanceof GatewayError && error.wire === RESULT.noResources)) throw error
  }
}

/**
 * PCP cannot look a rule up, but the same request with the same nonce is a renewal: where the rule stands nothing changes but its end.
 * Where it is gone it stands again, and where the port is somebody else's the router is asked to make no other; one that does
 * nevertheless has it taken back. Throws {@link GatewayError} `silent`.
 */
export async function inspectRule(talk: Talk, mapping: Mapping, signal: AbortSignal): Promise<MappingState> {
  try {
    const { externalPort } = await addRule(talk, { ...mapping, exactPort: true }, signal)
    if (externalPort === mapping.externalPort) return 'present'
    await removeRule(talk, mapping, signal)
    return 'foreign'
  } catch (error) {
    if (!(error instanceof GatewayError) || error.fault === 'silent') throw error
    // NOT_AUTHORIZED is also what a rule with another nonce is answered with (RFC 6887 §11.3).
    return error.fault === 'conflict' || error.wire === RESULT.notAuthorized ? 'foreign' : 'unknown'
  }
}

function part({ nonceFor }: Talk, request: MapRequest) {
  return { nonce: nonceFor(mappingKey(request)), protocol: request.protocol, internalPort: request.internalPort }
}

async function askMap(talk: Talk, wanted: PcpMap, request: Pick<MapRequest, 'lifetimeS' | 'exactPort'>, signal: AbortSignal) {
  const { lifetimeS, exactPort: preferFailure = false } = request
  const bytes = buildMap({ ...wanted, clientAddress: talk.localAddress, lifetimeS, preferFailure })
  const { result, map, lifetimeS: grantedS } = await talk.ask(bytes, readMap(wanted, lifetimeS === 0), signal)
  if (result !== RESULT.success) throw pcpError(result, grantedS)
  return { externalPort: map?.externalPort ?? 0, externalAddress: map?.externalAddress ?? null, lifetimeS: grantedS }
}

/** RFC 6887 §8.3, §11.4: the answer is the one with our nonce, protocol and internal port. A late one to an earlier deletion is told
 *  from the answer to a request, and the other way round, by its lifetime. */
function readMap(wanted: PcpMap, deleting: boolean): (datagram: Buffer) => Heard<Answer> {
  return (datagram) => {
    const reply = parsePcp(datagram)
    if (reply.kind === 'incomplete' || reply.kind === 'invalid') return 'garbage'
    if (reply.kind === 'other-version') return { answer: reply }
    const { map, result, lifetimeS } = reply
    if (!map || map.protocol !== wanted.protocol || map.internalPort !== wanted.internalPort) return 'other'
    if (!map.nonce.every((byte, index) => byte === wanted.nonce[index])) return 'other'
    return result === RESULT.success && deleting !== (lifetimeS === 0) ? 'other' : { answer: reply }
  }
}
