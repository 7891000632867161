/** What a stranger's resolver makes of the relay's names, and whether the zone above lets its directory issue certificates. */
import { randomBytes } from 'node:crypto'
import { RCODE } from '../../dns/codes.ts'
import { canonical } from './answer.ts'
import { ask, isAnswer } from './ask.ts'
import { addressesOf } from './delegation.ts'
import { type Finding, finding } from './finding.ts'
import type { Site } from './site.ts'

/** `issuers`: the names by which the directory knows itself in CAA records. `isAnswering`: questions should reach our own server; where they
 *  cannot, its silence is no finding of its own. */
export async function checkNames(site: Site, issuers: readonly string[], isAnswering: boolean): Promise<Finding[]> {
  const { domain, host } = site.options
  const hosts = [...new Set([domain, host])]
  const [addresses, zone, issuance] = await Promise.all([
    Promise.all(hosts.map((name) => checkAddresses(site, name))),
    checkZoneFromOutside(site),
    checkIssuance(site, domain, issuers),
  ])
  const isUnreached = !isAnswering || zone.length > 0
  return [
    ...addresses.flat().filter(({ code, facts }) => !(isUnreached && code === 'name-unknown' && facts.host === domain)),
    ...(isAnswering ? zone : []),
    ...issuance,
  ]
}

async function checkAddresses(site: Site, host: string): Promise<Finding[]> {
  const { resolver, own, options } = site
  const found = (await addressesOf(resolver, host)).map(canonical)
  if (found.length === 0) return [finding('broken', 'name-unknown', { host, resolver: resolver.address })]
  const strange = found.filter((address) => !own.includes(address))
  // Other relays of the domain stand in it with their own addresses.
  const mayBeOthers = options.siblings.length > 0 && host === options.domain
  if (strange.length === 0 || (mayBeOthers && found.some((address) => own.includes(address)))) return []
  return [finding('broken', 'address-elsewhere', { host, found: strange.join(', '), own: own.join(', ') })]
}

/** A name that nobody has asked for yet: the resolver has to come to us, from wherever it is. */
async function checkZoneFromOutside({ options: { domain, dns }, resolver }: Site): Promise<Finding[]> {
  if (dns === 'off') return []
  const outcome = await ask(resolver, `check-${randomBytes(8).toString('hex')}.${domain}`, 'A', true)
  const isTold = isAnswer(outcome) && (outcome.rcode === RCODE.NOERROR || outcome.rcode === RCODE.NXDOMAIN)
  return isTold ? [] : [finding('broken', 'zone-unreached', { domain, resolver: resolver.address })]
}

/** The nearest CAA records above decide (RFC 8659 §3). */
async function checkIssuance({ resolver }: Site, domain: string, issuers: readonly string[]): Promise<Finding[]> {
  if (issuers.length === 0) return []
  const labels = domain.split('.')
  for (let cut = 0; cut < labels.length; cut++) {
    const holder = labels.slice(cut).join('.')
    const outcome = await ask(resolver, holder, 'CAA', true)
    const records = isAnswer(outcome)
      ? outcome.answers.flatMap((record) => (record.type === 'CAA' && record.owner === holder ? [record] : []))
      : []
    if (records.length === 0) continue
    const allowed = records.filter(({ tag }) => tag === 'issue').map(({ value }) => value.split(';')[0]?.trim() ?? '')
    const isAllowed = allowed.length === 0 || allowed.some((issuer) => issuers.includes(issuer))
    return isAllowed
      ? []
      : [finding('broken', 'caa-forbids', { domain, holder, allowed: allowed.join(', ') || '—', issuer: issuers[0] ?? '' })]
  }
  return []
}
