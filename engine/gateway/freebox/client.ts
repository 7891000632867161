/** A Freebox whose owner has let us in, as a {@link Gateway}. Its rules have no end, so that they are looked after until they are taken back. */
import { z } from 'zod'
import type { Gateway, Mapping, MapRequest } from '../gateway.ts'
import { addAtSomePort } from '../let-in.ts'
import { checked } from '../upnp/client.ts'
import { printable } from '../upnp/description.ts'
import type { Link } from '../upnp/http.ts'
import { outsideOf } from '../upnp/line.ts'
import { type Freebox, FreeboxRefusal, findFreebox, read } from './api.ts'
import { type FreeboxSession, openSession } from './session.ts'

export interface FreeboxOptions {
  readonly gatewayAddress: string
  readonly localAddress: string
  readonly appToken: string
  readonly signal: AbortSignal
  /** For tests, whose box lives on a port of its own. */
  readonly port?: number
}

const ANSWER_MS = 3000
const HTTP_PORT = 80
const MAX_RULES = 500

const Port = z.coerce.number().int().min(0).max(65_535)
/** `wan_port_start` is a string in the documentation, and a number on boxes. */
const Redirection = z.object({
  id: z.union([z.int(), z.string().max(40)]),
  enabled: z.boolean(),
  ip_proto: z.enum(['tcp', 'udp']),
  wan_port_start: Port,
  wan_port_end: Port,
  lan_ip: z.string().max(45),
  lan_port: Port,
  src_ip: z.string().max(45).default('0.0.0.0'),
  comment: z.string().max(500).default(''),
})
type Redirection = z.infer<typeof Redirection>
/** A box without rules leaves the result out. */
const Redirections = z.array(z.unknown()).max(MAX_RULES).default([])
/** `ipv4_port_range`: where four homes share an address, the ports that are ours. */
const Connection = z.object({
  ipv4: z.string().max(45).default(''),
  ipv4_port_range: z.tuple([Port, Port]).default([0, 65_535]),
})

/** Where the box lies, and how it is asked. Null: it is no Freebox. */
export async function freeboxAt(
  { gatewayAddress, localAddress }: Pick<FreeboxOptions, 'gatewayAddress' | 'localAddress'>,
  signal: AbortSignal,
  port = HTTP_PORT,
): Promise<Freebox | null> {
  const link: Link = { gatewayAddress, localAddress, answerMs: ANSWER_MS }
  return await findFreebox(link, port, signal)
}

/** Null: what is there is no Freebox, or it does not answer. Throws GatewayError with the reason when it does not let us in. */
export async function openFreebox(options: FreeboxOptions): Promise<Gateway | null> {
  const { localAddress, appToken, signal, port } = options
  const found = await freeboxAt(options, signal, port)
  if (!found) return null
  const session = openSession(found.place, appToken)
  await connectionOf(session, signal)
  return toGateway(found, session, localAddress)
}

function toGateway({ place, name, says }: Freebox, session: FreeboxSession, localAddress: string): Gateway {
  return {
    via: 'freebox',
    address: place.link.gatewayAddress,
    name: printable(name),
    says: printable(says),
    async externalAddress(signal) {
      return outsideOf((await connectionOf(session, signal)).ipv4)
    },
    map: async (request, signal) => addRule(session, checked(request, localAddress), signal),
    async inspect(mapping, signal) {
      const found = holderOf(await listRules(session, signal), mapping)
      if (!found) return 'absent'
      return isOurs(found, mapping) && found.enabled ? 'present' : 'foreign'
    },
    async unmap(mapping, signal) {
      for (const rule of await listRules(session, signal)) if (isOurs(rule, mapping)) await removeRule(session, rule, signal)
    },
    close: () => session.end(),
  }
}

async function connectionOf(session: FreeboxSession, signal: AbortSignal): Promise<z.infer<typeof Connection>> {
  return read(Connection, await session.ask({ path: 'connection/' }, signal), 'connection/')
}

const PATH = 'fw/redir/'

/** Those that can be read; a kind that the documentation does not know leads nowhere that we know. */
async function listRules(session: FreeboxSession, signal: AbortSignal): Promise<Redirection[]> {
  const listed = read(Redirections, await session.ask({ path: PATH }, signal), PATH)
  return listed.flatMap((rule) => Redirection.safeParse(rule).data ?? [])
}

/** What visitors of this port are led by. */
const holderOf = (rules: readonly Redirection[], { protocol, externalPort }: MapRequest): Redirection | undefined =>
  rules.find((rule) => rule.ip_proto === protocol && rule.wan_port_start <= externalPort && externalPort <= rule.wan_port_end)

/** Word for word what we would make: its owner's own rule, which he named otherwise, is not ours to take back. */
const isOurs = (rule: Redirection, { protocol, externalPort, internalAddress, internalPort, description }: MapRequest): boolean =>
  rule.ip_proto === protocol &&
  rule.wan_port_start === externalPort &&
  rule.wan_port_end === externalPort &&
  rule.lan_ip === internalAddress &&
  rule.lan_port === internalPort &&
  rule.comment === description

async function addRule(session: FreeboxSession, wanted: MapRequest, signal: AbortSignal): Promise<Mapping> {
  const [rules, connection] = await Promise.all([listRules(session, signal), connectionOf(session, signal)])
  return await addAtSomePort('freebox', wanted, {
    ports: connection.ipv4_port_range,
    holder(request) {
      const found = holderOf(rules, request)
      return found && (isOurs(found, request) && found.enabled ? 'ours' : { address: found.lan_ip })
    },
    add: (request) => session.ask({ path: PATH, body: bodyOf(request) }, signal),
  })
}

const bodyOf = ({ protocol, externalPort, internalAddress, internalPort, description }: MapRequest) => ({
  enabled: true,
  comment: description,
  lan_ip: internalAddress,
  lan_port: internalPort,
  wan_port_start: externalPort,
  wan_port_end: externalPort,
  ip_proto: protocol,
  src_ip: '0.0.0.0',
})

/** Resolves also when it was gone already. */
async function removeRule(session: FreeboxSession, { id }: Redirection, signal: AbortSignal): Promise<void> {
  await session.ask({ method: 'DELETE', path: `${PATH}${encodeURIComponent(id)}` }, signal).catch((error: unknown) => {
    if (!(error instanceof FreeboxRefusal) || error.code !== 'noent') throw error
  })
}
