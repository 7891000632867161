/** A Livebox whose owner has given us its password, as a {@link Gateway}. Rules have no end. The names of methods and fields are those of the two
 *  programs named in sysbus.ts; how an IPv6 opening is made stands in neither, so that none is asked for here. */
import { z } from 'zod'
import { type Gateway, GatewayError, type Mapping, type MapRequest } from '../gateway.ts'
import { addAtSomePort } from '../let-in.ts'
import { checked } from '../upnp/client.ts'
import type { Link } from '../upnp/http.ts'
import { outsideOf } from '../upnp/line.ts'
import { LiveboxRefusal, type LiveboxSession, NOT_FOUND, openSysbus } from './sysbus.ts'

export interface LiveboxOptions {
  readonly gatewayAddress: string
  readonly localAddress: string
  readonly password: string
  readonly signal: AbortSignal
  /** For tests, whose box lives on a port of its own. */
  readonly port?: number
}

/** Its one account. */
const USER = 'admin'
/** It thinks for a while before it has made a rule. */
const ANSWER_MS = 5000
const HTTP_PORT = 80
/** IANA's numbers, as text: one, or several after each other. */
const NUMBERS = { tcp: '6', udp: '17' } as const
const ORIGIN = 'webui'
const MAX_RULES = 500

const Forwarding = z.object({
  Id: z.string().max(200),
  Protocol: z.string().max(40),
  /** "443", or "400-500". */
  ExternalPort: z.string().max(20),
  InternalPort: z.string().max(20),
  DestinationIPAddress: z.string().max(45),
  Enable: z.boolean(),
})
type Forwarding = z.infer<typeof Forwarding>
const Forwardings = z.record(z.string().max(200), z.unknown()).refine((rules) => Object.keys(rules).length <= MAX_RULES)
const WanStatus = z.object({ IPAddress: z.string().max(45).default('') })

/** Null: what is there does not answer, or not as a Livebox. Throws GatewayError with the reason when it does not let us in. */
export async function openLivebox({ gatewayAddress, localAddress, password, signal, port }: LiveboxOptions): Promise<Gateway | null> {
  const link: Link = { gatewayAddress, localAddress, answerMs: ANSWER_MS }
  const session = openSysbus(link, port ?? HTTP_PORT, { name: USER, password })
  try {
    await listRules(session, signal)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof GatewayError && (error.fault === 'silent' || error.fault === 'garbled')) return null
    throw error
  }
  return toGateway(link, session, localAddress)
}

function toGateway(link: Link, session: LiveboxSession, localAddress: string): Gateway {
  return {
    via: 'livebox',
    address: link.gatewayAddress,
    name: 'Livebox',
    async externalAddress(signal) {
      const { data } = await session.call({ service: 'sysbus.NMC', method: 'getWANStatus', parameters: {} }, signal)
      return outsideOf(WanStatus.safeParse(data).data?.IPAddress ?? '')
    },
    map: async (request, signal) => addRule(session, checked(request, localAddress), signal),
    async inspect(mapping, signal) {
      const found = (await listRules(session, signal)).find((rule) => leadsFrom(rule, mapping))
      if (!found) return 'absent'
      return isOurs(found, mapping) && found.Enable ? 'present' : 'foreign'
    },
    async unmap(mapping, signal) {
      const ours = (await listRules(session, signal)).some((rule) => isOurs(rule, mapping))
      if (ours) await removeRule(session, idOf(mapping), signal)
    },
  }
}

const firewall = (session: LiveboxSession, method: string, parameters: object, signal: AbortSignal) =>
  session.call({ service: 'sysbus.Firewall', method, parameters }, signal)

async function listRules(session: LiveboxSession, signal: AbortSignal): Promise<Forwarding[]> {
  const { status } = await firewall(session, 'getPortForwarding', { origin: ORIGIN }, signal)
  const listed = Forwardings.safeParse(status)
  if (!listed.success) throw new GatewayError('garbled', 'the Livebox lists its rules in no form that is known')
  return Object.values(listed.data).flatMap((rule) => Forwarding.safeParse(rule).data ?? [])
}

/** Under which the box keeps it: of all who make rules, only we use this name. */
const idOf = ({ protocol, externalPort, description }: MapRequest): string =>
  `${ORIGIN}_${description.replace(/\W/g, '')}_${protocol}_${externalPort}`

function leadsFrom({ Protocol, ExternalPort }: Forwarding, { protocol, externalPort }: MapRequest): boolean {
  const [, first, last = first] = /^(\d{1,5})(?:[-:](\d{1,5}))?$/.exec(ExternalPort) ?? []
  return Protocol.split(/\D+/).includes(NUMBERS[protocol]) && Number(first) <= externalPort && externalPort <= Number(last)
}

const isOurs = (rule: Forwarding, request: MapRequest): boolean =>
  rule.Id === idOf(request) &&
  leadsFrom(rule, request) &&
  rule.DestinationIPAddress === request.internalAddress &&
  rule.InternalPort === String(request.internalPort)

async function addRule(session: LiveboxSession, wanted: MapRequest, signal: AbortSignal): Promise<Mapping> {
  const rules = await listRules(session, signal)
  return await addAtSomePort('livebox', wanted, {
    holder(request) {
      const found = rules.find((rule) => leadsFrom(rule, request))
      return found && (isOurs(found, request) && found.Enable ? 'ours' : { address: found.DestinationIPAddress })
    },
    add: (request) => firewall(session, 'setPortForwarding', parametersOf(request), signal),
  })
}

const parametersOf = (request: MapRequest) => ({
  id: idOf(request),
  description: request.description,
  origin: ORIGIN,
  sourceInterface: 'data',
  sourcePort: '',
  sourcePrefix: '',
  externalPort: String(request.externalPort),
  internalPort: String(request.internalPort),
  destinationIPAddress: request.internalAddress,
  destinationMACAddress: '',
  protocol: NUMBERS[request.protocol],
  ipversion: 4,
  enable: true,
  persistent: true,
})

/** Resolves also when it was gone already. */
async function removeRule(session: LiveboxSession, id: string, signal: AbortSignal): Promise<void> {
  await firewall(session, 'deletePortForwarding', { id, origin: ORIGIN }, signal).catch((error: unknown) => {
    if (!(error instanceof LiveboxRefusal) || !error.codes.includes(NOT_FOUND)) throw error
  })
}
