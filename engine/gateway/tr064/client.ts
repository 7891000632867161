/**
 * A FRITZ!Box by TR-064, whose owner has given us a user and a password: the words of UPnP, at a port of their own, with a question who we are
 * before each (AVM, "TR-064 – First Steps", 2017-06-06, §4.1; actions as in https://github.com/chikenborgir/avmtools/wiki/Add-AvmIpPortMapping; both
 * read on 2026-11-22). There is no service for openings in the IPv6 firewall among those that AVM lists.
 *
 *     GET  /tr64desc.xml (port 49000)     → WANIPConnection:1, WANPPPConnection:1 of urn:dslforum-org
 *     POST their control                  → 401, WWW-Authenticate: Digest …, then the answer
 */
import { type Gateway, GatewayError, type Mapping, type MappingState } from '../gateway.ts'
import { addRule } from '../upnp/add.ts'
import { examine } from '../upnp/choose.ts'
import { checked } from '../upnp/client.ts'
import { nameOf, saysOf } from '../upnp/description.ts'
import type { Link } from '../upnp/http.ts'
import { claimedAddress, type Line } from '../upnp/line.ts'
import { isOurs, lookUp, removeRule } from '../upnp/rules.ts'
import { digestCredentials } from './digest.ts'

export interface Tr064Options {
  readonly gatewayAddress: string
  readonly localAddress: string
  /** "": the one that is meant where a box asks for a password alone. */
  readonly user: string
  readonly password: string
  readonly signal: AbortSignal
  /** For tests, whose box lives on a port of its own. */
  readonly port?: number
}

const PORT = 49_000
const DESCRIPTION = '/tr64desc.xml'
/** https://github.com/kbr/fritzconnection, docs/sources/introduction.rst. */
const ONLY_PASSWORD = 'dslf-config'
/** A box that asks for the second time whether it knows us takes its time. */
const ANSWER_MS = 5000
/** As its rules name everybody. */
const ANYBODY = '0.0.0.0'

/** UPnP's own number: not for this user. AVM's: somebody has to confirm it on the box, or by telephone. */
const UNAUTHORISED = 606
const SECOND_FACTOR = 866

/** Null: what is there is no FRITZ!Box, or keeps programs out altogether. Throws GatewayError with the reason when it does not let us in. */
export async function openTr064({ gatewayAddress, localAddress, user, password, signal, port }: Tr064Options): Promise<Gateway | null> {
  const credentials = digestCredentials(user === '' ? ONLY_PASSWORD : user, password)
  const link: Link = { gatewayAddress, localAddress, answerMs: ANSWER_MS, credentials }
  const found = await examine(link, { port: port ?? PORT, path: DESCRIPTION }, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    if (error instanceof GatewayError && error.reason === undefined && error.fault !== 'refused') return null
    throw error
  })
  if (!found) return null
  const line: Line = { ...found.line, anybody: ANYBODY }
  const { description } = found
  return {
    via: 'tr064',
    address: gatewayAddress,
    name: nameOf(description),
    says: saysOf(description),
    externalAddress: (asking) => allowed(claimedAddress(line, asking)),
    async map(request, asking): Promise<Mapping> {
      // Without an end, as AVM's own example has it.
      const { mapping } = await allowed(addRule(line, { ...checked(request, localAddress), lifetimeS: 0 }, asking))
      return { ...mapping, lifetimeS: 0, via: 'tr064' }
    },
    async inspect(mapping, asking): Promise<MappingState> {
      const entry = await allowed(lookUp(line, mapping, asking))
      if (entry.kind === 'rule') return isOurs(entry, mapping) ? 'present' : 'foreign'
      return entry.kind
    },
    async unmap(mapping, asking) {
      const entry = await allowed(lookUp(line, mapping, asking))
      const isAnothers = entry.kind === 'rule' && !isOurs(entry, mapping)
      if (!isAnothers) await allowed(removeRule(line, mapping, asking))
    },
  }
}

/** Two of its refusals are for its owner to lift. */
async function allowed<T>(asked: Promise<T>): Promise<T> {
  return await asked.catch((error: unknown) => {
    if (!(error instanceof GatewayError)) throw error
    if (error.wire === UNAUTHORISED)
      throw new GatewayError('refused', error.message, { wire: UNAUTHORISED, final: true, reason: 'right', cause: error })
    if (error.wire === SECOND_FACTOR)
      throw new GatewayError('refused', error.message, { wire: SECOND_FACTOR, final: true, reason: 'second-factor', cause: error })
    throw error
  })
}
