/** Duck DNS: `OK` or `KO`, and no reason. https://www.duckdns.org/spec.jsp */
import { queryOf } from '../dyndns2.ts'
import { credential, type Provider, ProviderError, type Session, troubleOfStatus } from '../provider.ts'

const SUFFIX = '.duckdns.org'

export const duckdns: Provider = {
  id: 'duckdns',
  title: 'Duck DNS',
  page: 'https://www.duckdns.org/',
  fields: [{ id: 'token', isSecret: true }],
  minPeriodS: 60,
  ttlS: 60,
  families: ['ipv4', 'ipv6'],
  canWithdraw: true,
  async set(host, { ipv4, ipv6 }, session) {
    // One family alone cannot be taken away: both go, then the other one comes back.
    if (ipv4 === null || ipv6 === null) await ask(host, { clear: 'true' }, session)
    if (ipv4 !== null || ipv6 !== null) await ask(host, { ...(ipv4 !== null && { ip: ipv4 }), ...(ipv6 !== null && { ipv6 }) }, session)
  },
  txt: {
    // One value for all names below it: a second one takes the first one's place.
    add: (name, value, session) => ask(name, { txt: value }, session),
    remove: (name, value, session) => ask(name, { txt: value, clear: 'true' }, session),
  },
}

async function ask(name: string, parameters: Readonly<Record<string, string>>, session: Session): Promise<void> {
  const query = queryOf({ domains: labelOf(name), token: credential(session, 'token'), ...parameters, verbose: 'true' })
  const answer = await session.send({ method: 'GET', url: `https://www.duckdns.org/update?${query}` }, session.signal)
  const trouble = troubleOfStatus(answer)
  if (trouble) throw trouble
  const [word = ''] = answer.body.trim().split(/\s/)
  if (word === 'OK') return
  // It does not say whether the token or the name is wrong; either needs its owner.
  throw new ProviderError(word === 'KO' ? 'credentials' : 'odd', answer.body)
}

/** `home` of `home.duckdns.org`, `*.home.duckdns.org` and `_acme-challenge.home.duckdns.org`. */
function labelOf(name: string): string {
  const label = name.toLowerCase().endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length).split('.').at(-1) : undefined
  if (!label || !/^[a-z0-9-]{1,63}$/i.test(label)) throw new ProviderError('name', `${name} is no name below duckdns.org`)
  return label
}
