/** Which records a domain of the owner's own needs so that it leads here, and what is to be said of those that stand. Pure. */
import { bareHost, ownershipRecord } from '../../protocol/model/carried-host.ts'
import type { OwnDomainFinding, OwnDomainRecord, RecordState } from '../../protocol/model/own-domain.ts'

export interface DomainFacts {
  /** `*.` in front: every name one label below. */
  readonly host: string
  /** Null: not known; then the host is taken for a name within one. */
  readonly zone: string | null
  readonly deviceKey: string
  /** The service's name at the relay, and the device's domain there; null: no relay. */
  readonly alias: string | null
  readonly domain: string | null
  /** Of the relay that serves. */
  readonly relay: { readonly ipv4?: string | undefined; readonly ipv6?: string | undefined } | null
  /** Of this home, where visitors come in directly. */
  readonly home: readonly string[]
  /** As certificate authorities are called in CAA records, with our account; null: not known. */
  readonly issuer: { readonly name: string; readonly accountUri: string } | null
  /** All names of our authority; none: not known. */
  readonly issuers: readonly string[]
}

export type PlannedRecord = Omit<OwnDomainRecord, 'state' | 'found' | 'ttlS'>

/** In the order in which they are best set. */
export function recordsFor(facts: DomainFacts): PlannedRecord[] {
  const { host, zone, deviceKey, alias, domain, relay, home, issuer } = facts
  const record = (purpose: PlannedRecord['purpose'], type: PlannedRecord['type'], name: string, value: string): PlannedRecord => ({
    ...{ purpose, type, name, sub: within(name, zone), value },
    isOptional: purpose === 'bind',
  })
  const lead = (): PlannedRecord[] => {
    if (alias !== null && host !== zone) return [record('lead', 'CNAME', host, alias)]
    // The top of a zone has other records, beside which no alias may stand (RFC 1034 §3.6.2).
    const [ipv4, ipv6] = relay ? [relay.ipv4, relay.ipv6] : [home.find(isIPv4), home.find((address) => !isIPv4(address))]
    return [...(ipv4 ? [record('lead', 'A', host, ipv4)] : []), ...(ipv6 ? [record('lead6', 'AAAA', host, ipv6)] : [])]
  }
  const leads = lead()
  // Beside an alias nothing else may stand.
  const isAlias = leads.some(({ type }) => type === 'CNAME') && !host.startsWith('*.')
  const owner = ownershipRecord(host, deviceKey)
  const proof = `_acme-challenge.${bareHost(host)}`
  return [
    ...leads,
    ...(relay ? [record('owner', 'TXT', owner.name, owner.text)] : []),
    ...(host.startsWith('*.') && domain !== null ? [record('proof', 'CNAME', proof, `_acme-challenge.${domain}`)] : []),
    ...(issuer && !isAlias
      ? [
          record(
            'bind',
            'CAA',
            bareHost(host),
            `0 ${host.startsWith('*.') ? 'issuewild' : 'issue'} "${issuer.name}; accounturi=${issuer.accountUri}"`,
          ),
        ]
      : []),
  ]
}

/** `home` in `home.example.org`, `@` for the zone itself. */
const within = (name: string, zone: string | null): string =>
  name === zone ? '@' : zone !== null && name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : name

const isIPv4 = (address: string): boolean => !address.includes(':')

/** What one name server of the zone says under a record's name. */
export interface Said {
  /** Of the record's own type, as they are written in {@link PlannedRecord.value}. */
  readonly values: readonly string[]
  readonly alias: string | null
  /** Every address that the name leads to, over aliases too; for those that lead. */
  readonly addresses: readonly string[]
}

export interface Accepted {
  /** Where visitors find this home. */
  readonly addresses: readonly string[]
}

/** `said`: by each server that answers. */
export function judgeRecord(
  planned: PlannedRecord,
  said: readonly Said[],
  { addresses }: Accepted,
): { state: RecordState; found: string[] } {
  if (said.length === 0) return { state: 'unknown', found: [] }
  const isRight = (one: Said): boolean => {
    if (planned.type === 'CNAME' && one.alias !== null && sameName(one.alias, planned.value)) return true
    // By whatever record: an alias of a provider's own making, or addresses that another program keeps.
    if (planned.purpose === 'lead' || planned.purpose === 'lead6')
      return one.addresses.length > 0 && one.addresses.every((address) => addresses.includes(address))
    return planned.type === 'TXT' || planned.type === 'CAA' ? one.values.some((value) => sameText(value, planned.value)) : false
  }
  const right = said.filter(isRight).length
  const found = [
    ...new Set(said.flatMap((one) => (one.alias === null ? (one.values.length > 0 ? one.values : one.addresses) : [one.alias]))),
  ]
  if (right === said.length) return { state: 'right', found }
  if (right > 0) return { state: 'waiting', found }
  return { state: found.length === 0 ? 'missing' : 'wrong', found }
}

const sameName = (one: string, other: string): boolean => one.toLowerCase().replace(/\.$/, '') === other.toLowerCase()
const sameText = (one: string, other: string): boolean => one.replaceAll(/\s+/g, '') === other.replaceAll(/\s+/g, '')

/** A CAA record. */
export interface Caa {
  readonly tag: string
  readonly value: string
}

/** Who may issue, where ours may not (RFC 8659 §4): the set nearest to the name counts, of a wildcard `issuewild` alone if there is any. Null: ours may.
 *  `issuers`: as our authority calls itself; none: not known, then only "nobody" forbids it. */
export function forbiddenBy(
  set: readonly Caa[],
  { host, issuers, accountUri }: { readonly host: string; readonly issuers: readonly string[]; readonly accountUri: string | null },
): string | null {
  const of = (tag: string): string[] => set.flatMap((one) => (one.tag.toLowerCase() === tag ? [one.value] : []))
  const wild = host.startsWith('*.') ? of('issuewild') : []
  const values = wild.length > 0 ? wild : of('issue')
  if (values.length === 0) return null
  const mayIssue = values.some((value) => {
    const [name = '', ...parameters] = value.split(';').map((part) => part.trim())
    if (name === '') return false
    if (issuers.length === 0) return true
    const account = parameters.find((each) => each.startsWith('accounturi='))?.slice('accounturi='.length)
    return issuers.includes(name.toLowerCase()) && (account === undefined || accountUri === null || account === accountUri)
  })
  return mayIssue ? null : [...new Set(values.map((value) => value.split(';')[0]?.trim() || '–'))].join(', ')
}

/** Beyond single records. */
export function domainFindings(facts: DomainFacts): OwnDomainFinding[] {
  const leads = recordsFor(facts).some(({ purpose }) => purpose === 'lead' || purpose === 'lead6')
  return [...(facts.host === facts.zone && facts.relay ? (['apex'] as const) : []), ...(leads ? [] : (['no-way'] as const))]
}
