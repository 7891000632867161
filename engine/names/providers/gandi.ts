/** Gandi LiveDNS. https://api.gandi.net/docs/livedns/ */
import { z } from 'zod'
import { credential, type Session } from '../provider.ts'
import { askJson, longestZone, MAX_RECORDS, Nothing, quoted, type RecordSet, unquoted, zoneProvider } from '../zone-api.ts'

const API = 'https://api.gandi.net/v5/livedns/domains'
/** The shortest that it takes. */
const TTL_S = 300

const headers = (session: Session) => ({ Authorization: `Bearer ${credential(session, 'token')}` })
const pathOf = ({ zone, sub, type }: RecordSet): string => `${API}/${zone}/records/${sub === '' ? '@' : encodeURIComponent(sub)}/${type}`

export const gandi = zoneProvider(
  {
    id: 'gandi',
    title: 'Gandi LiveDNS',
    page: 'https://account.gandi.net/',
    fields: [{ id: 'token', isSecret: true }],
    minPeriodS: 10,
    ttlS: TTL_S,
  },
  {
    async findZone(host, session) {
      const all = await askJson(
        session,
        { method: 'GET', url: `${API}?per_page=500`, headers: headers(session) },
        z.array(z.object({ fqdn: z.string() })),
      )
      const zone = longestZone(
        host,
        all.map(({ fqdn }) => fqdn),
      )
      return zone === undefined ? undefined : { zone, name: zone }
    },
    async read(set, session) {
      const request = { method: 'GET' as const, url: pathOf(set), headers: headers(session) }
      const Values = z.object({ rrset_values: z.array(z.string()).max(MAX_RECORDS) })
      const found = await askJson(session, request, Values, ({ status }) => (status === 404 ? { rrset_values: [] } : undefined))
      return found.rrset_values.map((value) => unquoted(set.type, value))
    },
    async write(set, values, session) {
      const request = { url: pathOf(set), headers: headers(session) }
      if (values.length === 0) return void (await askJson(session, { ...request, method: 'DELETE' }, Nothing))
      const json = { rrset_values: values.map((value) => quoted(set.type, value)), rrset_ttl: TTL_S }
      await askJson(session, { ...request, method: 'PUT', json }, Nothing)
    },
  },
)
