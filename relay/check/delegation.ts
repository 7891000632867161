/** Does the internet come to this relay with questions about its domain? What the zone above says of it, and what our own server answers. */
import type { FoundRecord } from './answer.ts'
import { ask, askBy, isAnswer, type Outcome, type Server } from './ask.ts'
import { type Finding, finding } from './finding.ts'
import { type Site, wantedRecords } from './site.ts'

const MAX_PARENT_SERVERS = 4

interface Parent {
  readonly zone: string
  readonly server: Server
}

export async function checkDelegation(site: Site): Promise<Finding[]> {
  const { domain } = site.options
  if (site.options.dns === 'off') return []
  const parent = await findParent(site)
  if (!parent) return [finding('unknown', 'parent-unknown', { domain, resolver: site.resolver.address })]
  const told = await ask(parent.server, domain, 'NS')
  if (!isAnswer(told)) return [finding('unknown', 'parent-unknown', { domain, resolver: parent.server.address })]
  const records = [...told.answers, ...told.authority]
  const names = records.flatMap((record) => (record.type === 'NS' && record.owner === domain ? [record.host] : []))
  if (names.length === 0) return [finding('broken', 'delegation-missing', { domain, parent: parent.zone, records: wantedRecords(site) })]
  const signed = await ask(parent.server, domain, 'DS')
  const isSigned = isAnswer(signed) && signed.answers.some((record) => record.type === 'DS' && record.owner === domain)
  return [
    ...namesWrong(site, names, parent.zone),
    ...(await glueWrong(site, names, told.additional, parent)),
    ...(isSigned ? [finding('broken', 'ds-unsigned', { domain, parent: parent.zone })] : []),
  ]
}

function namesWrong({ options: { domain, nameServers } }: Site, found: readonly string[], parent: string): Finding[] {
  const missing = nameServers.filter((name) => !found.includes(name))
  if (missing.length === 0) return []
  return [finding('broken', 'ns-wrong', { domain, parent, found: found.join(', '), wanted: nameServers.join(', ') })]
}

/** A name inside the delegated zone can be found through the parent's own records alone (RFC 1034 §4.2.1). */
async function glueWrong(site: Site, names: readonly string[], glue: readonly FoundRecord[], parent: Parent): Promise<Finding[]> {
  const { domain, siblings, addresses } = site.options
  const each = await Promise.all(
    names.map(async (name) => {
      const isInside = name.endsWith(`.${domain}`)
      const found = isInside ? addressesIn(glue, name) : await addressesOf(site.resolver, name)
      return { name, isInside, found }
    }),
  )
  const lost = each.filter(({ isInside, found }) => isInside && found.length === 0)
  if (lost.length > 0)
    return lost.map(({ name }) => finding('broken', 'glue-missing', { name, parent: parent.zone, records: wantedRecords(site) }))
  // With siblings the other names lead to the others.
  const isOurs = ({ found }: { found: readonly string[] }): boolean => found.some((address) => site.own.includes(address))
  if (siblings.length > 0 && each.some(isOurs)) return []
  const wrong = each.flatMap(({ name, found }) => {
    const strange = found.filter((address) => !site.own.includes(address))
    return strange.length > 0 ? [{ name, strange }] : []
  })
  const own = site.own.join(', ')
  const findings = wrong.map(({ name, strange }) =>
    finding('broken', 'glue-wrong', { name, found: strange.join(', '), own, parent: parent.zone }),
  )
  const lacksIPv6 = addresses.ipv6 !== undefined && !each.some(({ found }) => found.some((address) => address.includes(':')))
  return lacksIPv6
    ? [...findings, finding('warning', 'glue-without-ipv6', { domain, parent: parent.zone, records: wantedRecords(site) })]
    : findings
}

const addressesIn = (records: readonly FoundRecord[], name: string): string[] =>
  records.flatMap((record) => ((record.type === 'A' || record.type === 'AAAA') && record.owner === name ? [record.address] : []))

export async function addressesOf(resolver: Server, name: string): Promise<string[]> {
  const outcomes = await Promise.all((['A', 'AAAA'] as const).map((type) => ask(resolver, name, type, true)))
  // An alias leads to another owner.
  return outcomes.flatMap((outcome) =>
    isAnswer(outcome) ? outcome.answers.flatMap((record) => (record.type === 'A' || record.type === 'AAAA' ? [record.address] : [])) : [],
  )
}

/** The nearest zone above, and a server of its own that answers. */
export async function findParent({ options: { domain }, resolver }: Site): Promise<Parent | undefined> {
  const labels = domain.split('.')
  for (let cut = 1; cut <= labels.length; cut++) {
    const zone = labels.slice(cut).join('.')
    const told = await ask(resolver, zone, 'NS', true)
    const names = isAnswer(told)
      ? told.answers.flatMap((record) => (record.type === 'NS' && record.owner === zone ? [record.host] : []))
      : []
    if (names.length === 0) continue
    const addresses = (await Promise.all(names.slice(0, MAX_PARENT_SERVERS).map((name) => addressesOf(resolver, name)))).flat()
    for (const address of addresses.slice(0, MAX_PARENT_SERVERS)) {
      const server = { address, port: 53 }
      const known = await ask(server, zone, 'SOA')
      if (isAnswer(known) && known.authoritative) return { zone: zone || '.', server }
    }
    return undefined
  }
  return undefined
}

/** What our own server answers where `hosts` say it listens, over both transports. */
export async function checkOwnServer({ options: { domain } }: Site, hosts: readonly string[], port: number): Promise<Finding[]> {
  const asked = hosts.flatMap((address) => (['udp', 'tcp'] as const).map((transport) => ({ address, transport })))
  const findings = await Promise.all(
    asked.map(async ({ address, transport }) => {
      const outcome: Outcome = await askBy(transport, { address, port }, domain, 'SOA')
      const at = `${address}:${port}`
      if (!isAnswer(outcome))
        return finding('broken', 'dns-silent', { address: at, protocol: transport.toUpperCase(), reason: outcome.silent })
      const isOurs = outcome.authoritative && outcome.answers.some((record) => record.type === 'SOA' && record.owner === domain)
      return isOurs ? undefined : finding('broken', 'dns-not-ours', { address: at, domain })
    }),
  )
  return findings.filter((each) => each !== undefined)
}
