/** The protocol that DynDNS began and most providers still speak: `GET /nic/update?hostname=H&myip=A`, answered by one word and an address.
 *  https://help.dyn.com/remote-access-api/return-codes */
import type { Family } from '../../protocol/model/address.ts'
import {
  type Addresses,
  basic,
  credential,
  type Field,
  type Provider,
  ProviderError,
  type Session,
  type Trouble,
  troubleOfStatus,
} from './provider.ts'

/** Words that end well. */
const DONE: ReadonlySet<string> = new Set(['good', 'nochg', 'successfully_changed', 'no_change'])

const TROUBLES: ReadonlyMap<string, Trouble> = new Map(
  Object.entries({
    badauth: 'credentials',
    nohost: 'name',
    notfqdn: 'name',
    numhost: 'name',
    '!yours': 'name',
    '!donator': 'account',
    '!active': 'account',
    abuse: 'abuse',
    badagent: 'agent',
    badsys: 'agent',
    badrequest: 'odd',
    dnserr: 'server',
    '911': 'server',
  }),
)

/** "Wait 30 minutes" is what the protocol asks for after these (No-IP repeats it). */
const SERVER_WAIT_S = 1800

/** Judges one answer for one host. Returns when it went well, also when nothing had to be changed. Throws {@link ProviderError}. */
export function judge(body: string): void {
  const [line = ''] = body.trimStart().split(/\r?\n/)
  const [word = '', address] = line.trim().split(/[\s:]+/)
  const code = word.toLowerCase()
  if (DONE.has(code)) {
    // How some servers tell a program that they do not want it: as if it had gone well.
    if (address === '127.0.0.1') throw new ProviderError('agent', line)
    return
  }
  const trouble = TROUBLES.get(code)
  if (!trouble) throw new ProviderError('odd', line === '' ? 'an empty answer' : line)
  throw new ProviderError(trouble, line, trouble === 'server' ? { retryAfterS: SERVER_WAIT_S } : {})
}

export const USER_AND_PASSWORD: readonly Field[] = [
  { id: 'user', isSecret: false },
  { id: 'password', isSecret: true },
]

type Facts = Pick<Provider, 'id' | 'title' | 'page' | 'minPeriodS' | 'ttlS'>

export interface Dyndns2Options extends Facts {
  readonly fields?: readonly Field[]
  /** Host and path, without scheme. */
  readonly endpoint: (session: Session) => string
  /** `together`: both addresses in one request, as a list. `apart`: a request each. A function: the parameters of one request. */
  readonly addresses: 'together' | 'apart' | ((addresses: Addresses) => Readonly<Record<string, string>>)
  /** Before the host's. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly families?: readonly Family[]
  readonly canWithdraw?: boolean
}

export function dyndns2(options: Dyndns2Options): Provider {
  const { id, title, page, minPeriodS, ttlS, families = ['ipv4', 'ipv6'], canWithdraw = false, fields = USER_AND_PASSWORD } = options
  return {
    ...{ id, title, page, minPeriodS, ttlS, families, canWithdraw, fields },
    async set(host, addresses, session) {
      for (const parameters of requestsOf(addresses, options)) await update(host, parameters, session, options)
    },
  }
}

function requestsOf({ ipv4, ipv6 }: Addresses, { addresses }: Dyndns2Options): Readonly<Record<string, string>>[] {
  if (typeof addresses === 'function') return [addresses({ ipv4, ipv6 })]
  const given = [ipv4, ipv6].filter((address) => address !== null)
  if (addresses === 'apart') return given.map((address) => ({ myip: address }))
  return given.length === 0 ? [] : [{ myip: given.join(',') }]
}

async function update(
  host: string,
  addresses: Readonly<Record<string, string>>,
  session: Session,
  { endpoint, parameters = {} }: Dyndns2Options,
): Promise<void> {
  const query = queryOf({ ...parameters, hostname: host, ...addresses })
  const answer = await session.send(
    {
      method: 'GET',
      url: `https://${endpoint(session)}?${query}`,
      headers: { Authorization: basic(credential(session, 'user'), credential(session, 'password')) },
    },
    session.signal,
  )
  // A code in the body says more than the status beside it (Infomaniak: 400 nohost).
  try {
    judge(answer.body)
  } catch (error) {
    if (error instanceof ProviderError && error.trouble === 'odd') throw troubleOfStatus(answer) ?? error
    throw error
  }
  const trouble = troubleOfStatus(answer)
  if (trouble) throw trouble
}

/** Colons and commas stay readable, as every provider's own examples have them. */
export const queryOf = (parameters: Readonly<Record<string, string>>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%3A', ':').replaceAll('%2C', ',')}`)
    .join('&')
