/** Cloudflare. https://developers.cloudflare.com/api/resources/dns/ */
import { z } from 'zod'
import { queryOf } from '../dyndns2.ts'
import {
  credential,
  type Provider,
  type ProviderAnswer,
  ProviderError,
  type ProviderRequest,
  type Session,
  type Trouble,
} from '../provider.ts'
import { askJson, MAX_RECORDS, parsed, quoted, type RecordSet, readJson, unquoted, zoneCandidates, zoneProvider } from '../zone-api.ts'

const API = 'https://api.cloudflare.com/client/v4'
/** The shortest for everybody; "1" would be Cloudflare's own choice. */
const TTL_S = 60

const Row = z.object({ id: z.string(), content: z.string(), proxied: z.boolean().optional() })
type Row = z.infer<typeof Row>
const Zone = z.object({ id: z.string(), name: z.string() })
const Answer = z.object({
  success: z.boolean(),
  errors: z
    .array(z.object({ code: z.number(), message: z.string() }))
    .nullish()
    .transform((errors) => errors ?? []),
  result: z.unknown(),
})

/** https://developers.cloudflare.com/fundamentals/api/troubleshooting/ and the codes of its DNS API. */
const TROUBLES: Readonly<Record<number, Trouble>> = {
  9109: 'credentials',
  10000: 'credentials',
  6003: 'credentials',
  7003: 'name',
  971: 'limited',
}

async function ask<T extends z.ZodType>(
  session: Session,
  request: Pick<ProviderRequest, 'method' | 'url'> & { json?: unknown },
  result: T,
): Promise<z.infer<T>> {
  const headers = { Authorization: `Bearer ${credential(session, 'token')}` }
  const answer = await askJson(session, { ...request, headers }, Answer, refuse)
  if (!answer.success) throw troubleOf(answer.errors)
  return parsed(answer.result, result)
}

/** A failure's status is 4xx, and its reason a code in the body. */
function refuse({ status, body }: ProviderAnswer): undefined {
  if (status < 400 || status === 429 || status >= 500) return undefined
  throw troubleOf(readJson(body, Answer).errors, status)
}

/** The first that is known; a list begins with "invalid request" now and then, and says why after it. */
function troubleOf(errors: z.infer<typeof Answer>['errors'], status = 200): ProviderError {
  const guess: Trouble = status === 401 || status === 403 ? 'credentials' : 'odd'
  const first = errors.find(({ code }) => Object.hasOwn(TROUBLES, code)) ?? errors[0]
  return new ProviderError(TROUBLES[first?.code ?? 0] ?? guess, first ? `${first.code}: ${first.message}` : `HTTP ${status}`)
}

const nameOf = ({ zone, sub }: RecordSet): string => (sub === '' ? zoneName(zone) : `${sub}.${zoneName(zone)}`)
/** Records are asked for by the zone's id, and have the whole name: both in one. */
const zoneName = (zone: string): string => zone.slice(zone.indexOf(' ') + 1)
const recordsOf = (zone: string): string => `${API}/zones/${zone.slice(0, zone.indexOf(' '))}/dns_records`

const rows = (set: RecordSet, session: Session): Promise<Row[]> =>
  ask(
    session,
    { method: 'GET', url: `${recordsOf(set.zone)}?${queryOf({ type: set.type, name: nameOf(set) })}` },
    z.array(Row).max(MAX_RECORDS),
  )

const api = {
  async findZone(host: string, session: Session) {
    for (const candidate of zoneCandidates(host)) {
      const [found] = await ask(session, { method: 'GET', url: `${API}/zones?${queryOf({ name: candidate })}` }, z.array(Zone))
      if (found) return { zone: `${found.id} ${found.name}`, name: found.name }
    }
    return undefined
  },
  read: async (set: RecordSet, session: Session) => (await rows(set, session)).map(({ content }) => unquoted(set.type, content)),
  async write(set: RecordSet, values: readonly string[], session: Session) {
    const there = await rows(set, session)
    // Whether its own network stands before the home is its owner's choice.
    const body = (value: string, { proxied = false }: Partial<Row> = {}) => ({
      type: set.type,
      name: nameOf(set),
      content: quoted(set.type, value),
      ttl: proxied ? 1 : TTL_S,
      ...(set.type === 'TXT' ? {} : { proxied }),
    })
    const kept = there.filter(({ content }) => values.includes(unquoted(set.type, content)))
    const missing = values.filter((value) => !kept.some(({ content }) => unquoted(set.type, content) === value))
    const spare = there.filter((row) => !kept.includes(row))
    for (const value of missing) {
      // Changed, not replaced: its owner's comment and tags stay.
      const old = spare.shift()
      const where = old
        ? ({ method: 'PATCH', url: `${recordsOf(set.zone)}/${old.id}` } as const)
        : ({ method: 'POST', url: recordsOf(set.zone) } as const)
      await ask(session, { ...where, json: body(value, old) }, z.unknown())
    }
    for (const { id } of spare) await ask(session, { method: 'DELETE', url: `${recordsOf(set.zone)}/${id}` }, z.unknown())
  },
}

export const cloudflare: Provider = zoneProvider(
  {
    id: 'cloudflare',
    title: 'Cloudflare',
    page: 'https://dash.cloudflare.com/profile/api-tokens',
    fields: [{ id: 'token', isSecret: true }],
    minPeriodS: 10,
    ttlS: TTL_S,
    async isProxied(host, session) {
      const found = await api.findZone(host, session)
      if (!found) return false
      const sub = host === found.name ? '' : host.slice(0, -found.name.length - 1)
      const sets = await Promise.all((['A', 'AAAA'] as const).map((type) => rows({ zone: found.zone, sub, type }, session)))
      return sets.flat().some(({ proxied }) => proxied === true)
    },
  },
  api,
)
