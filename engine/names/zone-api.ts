/** Providers whose zones can be written record by record: what they have in common. A provider's own file says how a zone is found, and how the
 *  records of one type at one name are read and written. */
import { z } from 'zod'
import {
  type Addresses,
  type Provider,
  type ProviderAnswer,
  ProviderError,
  type ProviderRequest,
  type Session,
  troubleOfStatus,
} from './provider.ts'

/** Under one name. More are none that a home has, and each may cost a request. */
export const MAX_RECORDS = 50

export type RecordType = 'A' | 'AAAA' | 'TXT'

/** The records of one type at one name. */
export interface RecordSet {
  /** As the provider calls it, such as {@link ZoneApi.findZone} gave it. */
  readonly zone: string
  /** Within the zone; empty for the zone itself. */
  readonly sub: string
  readonly type: RecordType
}

export interface ZoneApi {
  /** The zone in which a name stands, and its own name. Undefined: none of this account. */
  findZone(host: string, session: Session): Promise<{ readonly zone: string; readonly name: string } | undefined>
  /** TXT values without quotes. */
  read(set: RecordSet, session: Session): Promise<readonly string[]>
  /** None: the set goes. */
  write(set: RecordSet, values: readonly string[], session: Session): Promise<void>
}

type Facts = Pick<Provider, 'id' | 'title' | 'page' | 'fields' | 'minPeriodS' | 'ttlS' | 'isProxied'>

export function zoneProvider(facts: Facts, api: ZoneApi): Provider {
  const place = async (host: string, session: Session): Promise<{ zone: string; sub: string }> => {
    const found = await api.findZone(host, session)
    if (!found) throw new ProviderError('name', `${host} is in no zone of this account`)
    if (host !== found.name && !host.endsWith(`.${found.name}`)) throw new ProviderError('odd', `${host} is not within ${found.name}`)
    return { zone: found.zone, sub: host === found.name ? '' : host.slice(0, -found.name.length - 1) }
  }
  const change = async (name: string, session: Session, edit: (values: readonly string[]) => readonly string[]): Promise<void> => {
    const set = { ...(await place(name, session)), type: 'TXT' as const }
    const before = await api.read(set, session)
    const after = edit(before)
    if (after.join('\n') !== before.join('\n')) await api.write(set, after, session)
  }
  return {
    ...facts,
    families: ['ipv4', 'ipv6'],
    canWithdraw: true,
    async set(host, addresses, session) {
      const where = await place(host, session)
      for (const [type, address] of typed(addresses)) {
        const set = { ...where, type }
        const wanted = address === null ? [] : [address]
        // Written only where it differs: each provider counts.
        if ((await api.read(set, session)).join() !== wanted.join()) await api.write(set, wanted, session)
      }
    },
    async check(host, session) {
      await place(host, session)
    },
    txt: {
      add: (name, value, session) => change(name, session, (values) => (values.includes(value) ? values : [...values, value])),
      remove: (name, value, session) => change(name, session, (values) => values.filter((each) => each !== value)),
    },
  }
}

const typed = ({ ipv4, ipv6 }: Addresses) =>
  [
    ['A', ipv4],
    ['AAAA', ipv6],
  ] as const

/** Longest first, down to two labels: `a.b.example.com` may stand in any of three zones. */
export function zoneCandidates(host: string): string[] {
  const labels = host.split('.').filter((label) => label !== '*')
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'))
}

/** The longest of an account's zones in which the name stands. */
export const longestZone = (host: string, zones: readonly string[]): string | undefined =>
  zoneCandidates(host).find((candidate) => zones.includes(candidate))

/** One request with a JSON body, if any. `schema` says what an answer must have; a status of failure throws, unless `accept` takes it. */
export async function askJson<T extends z.ZodType>(
  session: Session,
  request: Omit<ProviderRequest, 'body'> & { readonly json?: unknown },
  schema: T,
  accept?: (answer: ProviderAnswer) => z.infer<T> | undefined,
): Promise<z.infer<T>> {
  const { json, headers, ...rest } = request
  const body = json === undefined ? {} : { body: JSON.stringify(json) }
  const type: Record<string, string> = json === undefined ? {} : { 'Content-Type': 'application/json' }
  const answer = await session.send({ ...rest, headers: { ...headers, Accept: 'application/json', ...type }, ...body }, session.signal)
  const accepted = accept?.(answer)
  if (accepted !== undefined) return accepted
  const trouble = troubleOfStatus(answer)
  if (trouble) throw trouble
  return readJson(answer.body, schema)
}

export function readJson<T extends z.ZodType>(body: string, schema: T): z.infer<T> {
  let value: unknown
  try {
    value = body === '' ? undefined : JSON.parse(body)
  } catch (cause) {
    throw new ProviderError('odd', 'an answer that is no JSON', { cause })
  }
  return parsed(value, schema)
}

/** Throws {@link ProviderError} `odd`. */
export function parsed<T extends z.ZodType>(value: unknown, schema: T): z.infer<T> {
  const read = schema.safeParse(value)
  if (!read.success) throw new ProviderError('odd', 'an answer of another shape than documented', { cause: read.error })
  return read.data
}

/** In zone files a TXT value stands in quotes; ours have no character that would need more (base64url, RFC 8555 §8.4). */
export const quoted = (type: RecordType, value: string): string => (type === 'TXT' ? `"${value}"` : value)
export const unquoted = (type: RecordType, value: string): string => (type === 'TXT' ? value.replace(/^"(.*)"$/s, '$1') : value)

export const Nothing = z.unknown()
