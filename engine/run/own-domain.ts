/** Looks at a domain of the owner's own while he sets its records: what its own name servers say, and who might stand in the way. */
import { getServers, Resolver } from 'node:dns/promises'
import { PUBLIC_DIRECTORY } from '../../certificates/directories.ts'
import { type Answered, ask } from '../../dns/ask.ts'
import { type Authorities, askEach, findAuthorities, type ResolverOptions } from '../../dns/authorities.ts'
import { RCODE, TYPE } from '../../dns/codes.ts'
import { CHECKING_DISABLED, RECURSION_DESIRED } from '../../dns/message.ts'
import { nameOf } from '../../dns/names.ts'
import { caaOf, textOf } from '../../dns/text.ts'
import { type Endpoint, parseAddress } from '../../protocol/model/address.ts'
import { bareHost } from '../../protocol/model/carried-host.ts'
import type { OwnDomain, OwnDomainRecord } from '../../protocol/model/own-domain.ts'
import { OwnHost, WildcardHost } from '../../protocol/model/own-name.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { standingOf } from '../core/claims.ts'
import { deviceDomain, hostOf } from '../core/exposures.ts'
import { formatIPv6 } from '../core/name-addresses.ts'
import {
  type DomainFacts,
  domainFindings,
  forbiddenBy,
  judgeRecord,
  type PlannedRecord,
  recordsFor,
  type Said,
} from '../core/own-domain.ts'
import { httpsAddresses } from '../core/own-names.ts'
import type { State } from '../core/state.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'

/** A face waits for it, and asks again. */
const LIMIT_MS = 12_000
const MAX_VALUES = 16
const NOBODY = 'porchlight-asks-for-nobody'
/** As it is called in CAA records, while it has not told us itself. */
const PUBLIC_ISSUER = 'letsencrypt.org'

type Finding = OwnDomain['findings'][number]

/** Throws ProblemError for what is no name. */
export async function checkOwnDomain(
  context: Context,
  { host: text, service }: { readonly host: string; readonly service: string },
  dispatch: Emit,
  asking: AbortSignal,
  resolver: ResolverOptions = {},
): Promise<OwnDomain> {
  const host = text.trim().toLowerCase().replace(/\.$/, '')
  if (host === 'ipv4' || host === 'ipv6' || !(OwnHost.safeParse(host).success || WildcardHost.safeParse(host).success))
    throw new ProblemError(problem('own-name-invalid', { name: text }))
  const state = context.state()
  if (!state.services.some(({ name }) => name === service)) throw new ProblemError(problem('service-unknown', { name: service }))
  const signal = AbortSignal.any([asking, AbortSignal.timeout(LIMIT_MS)])
  const look = await lookAt(factsOf(context, state, host, service), resolver, signal).catch((error: unknown) => {
    asking.throwIfAborted()
    if (!signal.aborted) throw error
    return undefined
  })
  const facts = factsOf(context, state, host, service)
  const found = look ?? { zone: null, nameServers: [], records: recordsFor(facts).map(unlooked), findings: [said('servers-silent')] }
  const isClaimed = state.ownNames.some((name) => name.host === host)
  const isProven = found.records.some(({ purpose, state: is }) => purpose === 'owner' && (is === 'right' || is === 'waiting'))
  if (isClaimed && isProven && standingOf(state, host)?.state !== 'carried') dispatch({ type: 'claims-due' })
  return { host, ...found, relay: state.relay.phase === 'connected' && isClaimed ? (standingOf(state, host) ?? null) : null }
}

function factsOf({ secrets, settings }: Context, state: State, host: string, service: string): DomainFacts {
  const { relay } = state
  const domain = relay.phase === 'none' ? null : deviceDomain(state)
  const { issuance } = settings.current
  const [name] = issuance?.issuers ?? []
  return {
    ...{ host, zone: null, deviceKey: secrets.identity.publicKey, domain },
    alias: domain === null ? null : hostOf(service, domain),
    relay: relay.phase === 'none' ? null : (relay.known?.addresses ?? null),
    home: httpsAddresses(state),
    issuer: issuance && name !== undefined ? { name, accountUri: issuance.accountUri } : null,
    issuers: issuance?.issuers ?? (state.authority.directory === PUBLIC_DIRECTORY ? [PUBLIC_ISSUER] : []),
  }
}

const said = (finding: Finding['finding'], detail = ''): Finding => ({ finding, detail })
const unlooked = (planned: PlannedRecord): OwnDomainRecord => ({ ...planned, state: 'unknown', found: [], ttlS: null })

type Look = Omit<OwnDomain, 'host' | 'relay'>

async function lookAt(without: DomainFacts, resolver: ResolverOptions, signal: AbortSignal): Promise<Look> {
  const bare = bareHost(without.host)
  const found = await findAuthorities(bare, resolver, signal)
  if (found.state !== 'found') {
    const finding =
      found.state === 'undelegated' ? 'undelegated' : (await isDistrusted(bare, resolver, signal)) ? 'dnssec' : 'servers-silent'
    return { zone: null, nameServers: [], records: recordsFor(without).map(unlooked), findings: [said(finding)] }
  }
  const facts = { ...without, zone: found.zone }
  const accepted = [...facts.home, ...Object.values(facts.relay ?? {}).filter((address) => address !== undefined)]
  const [records, trouble, nameServers] = await Promise.all([
    Promise.all(recordsFor(facts).map((planned) => lookAtRecord(planned, found, accepted, resolver, signal))),
    Promise.all([caaFinding(facts, found, resolver, signal), wildcardFinding(facts, found, signal), dnssecFinding(bare, resolver, signal)]),
    namedServers(found.zone, resolver, signal),
  ])
  const findings = [...domainFindings(facts).map((finding) => said(finding)), ...trouble.flatMap((each) => each ?? [])]
  return { zone: found.zone, nameServers, records, findings }
}

type Found = Extract<Authorities, { state: 'found' }>

async function lookAtRecord(
  planned: PlannedRecord,
  { servers }: Found,
  addresses: readonly string[],
  resolver: ResolverOptions,
  signal: AbortSignal,
): Promise<OwnDomainRecord> {
  const answers = await Promise.all(servers.map((server) => saidBy(server, planned, resolver, signal)))
  const judged = judgeRecord(
    planned,
    answers.filter((each) => each !== undefined),
    { addresses },
  )
  const isLead = planned.purpose === 'lead' || planned.purpose === 'lead6'
  if (judged.state !== 'right' || !isLead || planned.name.startsWith('*.')) return { ...planned, ...judged, ttlS: null }
  // As people's own resolvers have it, which remember what stood before.
  const known = await knownTo(planned.name, resolver)
  const isOld = known.length === 0 || known.some(({ address }) => !addresses.includes(address))
  return {
    ...planned,
    ...judged,
    state: isOld ? 'waiting' : 'right',
    ttlS: isOld ? Math.max(0, ...known.map(({ ttl }) => ttl)) || null : null,
  }
}

async function saidBy(server: Endpoint, planned: PlannedRecord, resolver: ResolverOptions, signal: AbortSignal): Promise<Said | undefined> {
  const types = planned.purpose === 'lead' || planned.purpose === 'lead6' ? [TYPE.A, TYPE.AAAA] : [TYPE[planned.type]]
  const answers = (await Promise.all(types.map((type) => askEach([server], planned.name, type, signal)))).flat()
  if (answers.length < types.length) return undefined
  const alias = answers.find((one) => one.alias !== undefined)?.alias?.join('.') ?? null
  const values = answers.flatMap(({ records }) => records.slice(0, MAX_VALUES).map((record) => textIn(record, planned.type)))
  const beyond = alias === null || types.length === 1 ? [] : (await knownTo(alias, resolver)).map(({ address }) => address)
  return { alias, values, addresses: [...values.filter((value) => parseAddress(value)), ...beyond] }
}

function textIn(record: Answered['records'][number], type: PlannedRecord['type']): string {
  const { data } = record
  if (record.type === TYPE.A) return [...data].join('.')
  if (record.type === TYPE.AAAA) return formatIPv6([...data])
  if (type === 'TXT') return textOf(record)
  const caa = caaOf(record)
  return caa ? `${caa.flags} ${caa.tag} "${caa.value}"` : ''
}

function resolverOf({ resolvers }: ResolverOptions): Resolver {
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  if (resolvers) resolver.setServers(resolvers)
  return resolver
}

async function knownTo(host: string, options: ResolverOptions): Promise<{ address: string; ttl: number }[]> {
  const resolver = resolverOf(options)
  const [four, six] = await Promise.all([
    resolver.resolve4(host, { ttl: true }).catch(() => []),
    resolver.resolve6(host, { ttl: true }).catch(() => []),
  ])
  return [...four, ...six].slice(0, MAX_VALUES)
}

const namedServers = (zone: string, options: ResolverOptions, signal: AbortSignal): Promise<string[]> =>
  resolverOf(options)
    .resolveNs(zone)
    .then(
      (names) => names.sort().slice(0, 2),
      () => {
        signal.throwIfAborted()
        return []
      },
    )

/** The nearest set of CAA records, at the zone's own servers as far as it goes, and by the resolver above it (RFC 8659 §3). */
async function caaFinding(facts: DomainFacts, found: Found, options: ResolverOptions, signal: AbortSignal): Promise<Finding | undefined> {
  const labels = bareHost(facts.host).split('.')
  for (let cut = 0; cut < labels.length; cut++) {
    const name = labels.slice(cut).join('.')
    const isInside = name === found.zone || name.endsWith(`.${found.zone}`)
    const records = isInside
      ? (await askEach(found.servers, name, TYPE.CAA, signal)).flatMap((each) => each.records)
      : await caaAbove(name, options)
    const set = records.slice(0, MAX_VALUES).flatMap((record) => caaOf(record) ?? [])
    if (set.length === 0) continue
    const by = forbiddenBy(set, { host: facts.host, issuers: facts.issuers, accountUri: facts.issuer?.accountUri ?? null })
    return by === null ? undefined : said('caa', `${name}: ${by}`)
  }
  return undefined
}

async function caaAbove(name: string, options: ResolverOptions): Promise<Answered['records']> {
  const server = serverOf(options)
  if (!server) return []
  return await ask(server, nameOf(name), TYPE.CAA, AbortSignal.timeout(4000), RECURSION_DESIRED).then(
    ({ records }) => records,
    () => [],
  )
}

async function wildcardFinding({ host }: DomainFacts, { servers, zone }: Found, signal: AbortSignal): Promise<Finding | undefined> {
  if (host.startsWith('*.') || host === zone) return undefined
  const answers = await askEach(servers, `${NOBODY}.${host.slice(host.indexOf('.') + 1)}`, TYPE.A, signal)
  const one = answers.find(({ records, alias }) => records.length > 0 || alias !== undefined)
  if (!one) return undefined
  return said('wildcard', one.alias?.join('.') ?? one.records.map(({ data }) => [...data].join('.')).join(', '))
}

const dnssecFinding = async (host: string, options: ResolverOptions, signal: AbortSignal): Promise<Finding | undefined> =>
  (await isDistrusted(host, options, signal)) ? said('dnssec') : undefined

/** A resolver that checks signatures fails on a name whose signatures are wrong, and answers once it is asked not to check (RFC 4035 §5.5). */
export async function isDistrusted(host: string, options: ResolverOptions, signal: AbortSignal): Promise<boolean> {
  const server = serverOf(options)
  if (!server) return false
  const rcode = (flags: number): Promise<number | undefined> =>
    ask(server, nameOf(host), TYPE.SOA, signal, RECURSION_DESIRED | flags).then(
      (answer) => answer.rcode,
      () => {
        signal.throwIfAborted()
        return undefined
      },
    )
  if ((await rcode(0)) !== RCODE.SERVFAIL) return false
  const unchecked = await rcode(CHECKING_DISABLED)
  return unchecked === RCODE.NOERROR || unchecked === RCODE.NXDOMAIN
}

/** This computer's own. */
function serverOf({ resolvers = getServers() }: ResolverOptions): Endpoint | undefined {
  const [first] = resolvers
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:.%]+)\]|([0-9.]+|[0-9a-f:]+))(?::(\d{1,5}))?$/i.exec(first ?? '') ?? []
  const address = bracketed ?? plain
  return address === undefined ? undefined : { address, port: Number(port ?? 53) }
}
