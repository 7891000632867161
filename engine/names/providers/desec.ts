/** deSEC. Addresses by its update protocol, which knows 60 s where records by hand live for an hour at least; TXT records by its API.
 *  https://desec.readthedocs.io/en/latest/dyndns/update-api.html, …/dns/rrsets.html */
import { z } from 'zod'
import { judge, queryOf } from '../dyndns2.ts'
import { credential, type Provider, type Session, troubleOfStatus } from '../provider.ts'
import { askJson, MAX_RECORDS, Nothing, quoted, type RecordSet, unquoted, zoneProvider } from '../zone-api.ts'

const API = 'https://desec.io/api/v1'
/** The least that an account may set without asking. */
const TXT_TTL_S = 3600

const authorization = (session: Session) => ({ Authorization: `Token ${credential(session, 'token')}` })
const pathOf = ({ zone, sub, type }: RecordSet): string => `${API}/domains/${zone}/rrsets/${sub === '' ? '@' : sub}/${type}/`

const zones = zoneProvider(
  {
    id: 'desec',
    title: 'deSEC',
    page: 'https://desec.io/tokens',
    fields: [{ id: 'token', isSecret: true }],
    minPeriodS: 60,
    ttlS: 60,
  },
  {
    async findZone(host, session) {
      const url = `${API}/domains/?${queryOf({ owns_qname: host })}`
      const [found] = await askJson(
        session,
        { method: 'GET', url, headers: authorization(session) },
        z.array(z.object({ name: z.string() })),
      )
      return found && { zone: found.name, name: found.name }
    },
    async read(set, session) {
      const request = { method: 'GET' as const, url: pathOf(set), headers: authorization(session) }
      const none = { records: [] }
      const { records } = await askJson(session, request, z.object({ records: z.array(z.string()).max(MAX_RECORDS) }), ({ status }) =>
        status === 404 ? none : undefined,
      )
      return records.map((value) => unquoted(set.type, value))
    },
    async write(set, values, session) {
      // A whole set in one request, the empty one deletes.
      const json = [{ subname: set.sub, type: set.type, ttl: TXT_TTL_S, records: values.map((value) => quoted(set.type, value)) }]
      await askJson(session, { method: 'PUT', url: `${API}/domains/${set.zone}/rrsets/`, headers: authorization(session), json }, Nothing)
    },
  },
)

export const desec: Provider = {
  ...zones,
  async set(host, { ipv4, ipv6 }, session) {
    // What is left out would be deleted or taken from the connection; an empty one is deleted, and says so.
    const query = queryOf({ hostname: host, myipv4: ipv4 ?? '', myipv6: ipv6 ?? '' })
    const answer = await session.send(
      { method: 'GET', url: `https://update.dedyn.io/?${query}`, headers: authorization(session) },
      session.signal,
    )
    const trouble = troubleOfStatus(answer)
    if (trouble) throw trouble
    judge(answer.body)
  },
}
