/** OVHcloud's API, which can write any record of a zone. Each request is signed with three keys and the provider's own time.
 *  https://help.ovhcloud.com/csm/en-api-getting-started-ovhcloud-api */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { queryOf } from '../dyndns2.ts'
import { credential, type ProviderAnswer, ProviderError, type ProviderRequest, type Session } from '../provider.ts'
import { askJson, longestZone, MAX_RECORDS, Nothing, quoted, type RecordSet, unquoted, zoneProvider } from '../zone-api.ts'

const API = 'https://eu.api.ovh.com/1.0'
const TTL_S = 60

const Zones = z.array(z.string())
const Ids = z.array(z.int()).max(MAX_RECORDS)
const Row = z.object({ id: z.number(), target: z.string() })

async function ask<T extends z.ZodType>(
  session: Session,
  method: ProviderRequest['method'],
  path: string,
  schema: T,
  json?: unknown,
): Promise<z.infer<T>> {
  const url = `${API}${path}`
  // A computer whose clock is wrong can still sign.
  const timestamp = await askJson(session, { method: 'GET', url: `${API}/auth/time` }, z.number())
  const signed = [
    credential(session, 'secret'),
    credential(session, 'consumerKey'),
    method,
    url,
    json === undefined ? '' : JSON.stringify(json),
    timestamp,
  ]
  const headers = {
    'X-Ovh-Application': credential(session, 'key'),
    'X-Ovh-Consumer': credential(session, 'consumerKey'),
    'X-Ovh-Timestamp': String(timestamp),
    'X-Ovh-Signature': `$1$${createHash('sha1').update(signed.join('+')).digest('hex')}`,
  }
  return await askJson(session, { method, url, headers, ...(json === undefined ? {} : { json }) }, schema, refuse)
}

/** A wrong secret is told as a request that is wrong, by a 400. */
function refuse({ body }: ProviderAnswer): undefined {
  if (/"errorCode":\s*"INVALID_SIGNATURE"/.test(body)) throw new ProviderError('credentials', body)
}

const recordsOf = ({ zone }: RecordSet): string => `/domain/zone/${zone}/record`

async function rows(set: RecordSet, session: Session): Promise<z.infer<typeof Row>[]> {
  const ids = await ask(session, 'GET', `${recordsOf(set)}?${queryOf({ fieldType: set.type, subDomain: set.sub })}`, Ids)
  return await Promise.all(ids.map((id) => ask(session, 'GET', `${recordsOf(set)}/${id}`, Row)))
}

export const ovh = zoneProvider(
  {
    id: 'ovh',
    title: 'OVHcloud',
    page: 'https://www.ovh.com/auth/api/createToken',
    fields: [
      { id: 'key', isSecret: false },
      { id: 'secret', isSecret: true },
      { id: 'consumerKey', isSecret: true },
    ],
    minPeriodS: 10,
    ttlS: TTL_S,
  },
  {
    async findZone(host, session) {
      const zone = longestZone(host, await ask(session, 'GET', '/domain/zone', Zones))
      return zone === undefined ? undefined : { zone, name: zone }
    },
    read: async (set, session) => (await rows(set, session)).map(({ target }) => unquoted(set.type, target)),
    async write(set, values, session) {
      const there = await rows(set, session)
      const missing = values.filter((value) => !there.some(({ target }) => unquoted(set.type, target) === value))
      const spare = there.filter(({ target }) => !values.includes(unquoted(set.type, target)))
      for (const value of missing) {
        const target = quoted(set.type, value)
        const old = spare.shift()
        if (old) await ask(session, 'PUT', `${recordsOf(set)}/${old.id}`, Nothing, { target, ttl: TTL_S })
        else await ask(session, 'POST', recordsOf(set), Nothing, { fieldType: set.type, subDomain: set.sub, target, ttl: TTL_S })
      }
      for (const { id } of spare) await ask(session, 'DELETE', `${recordsOf(set)}/${id}`, Nothing)
      // Nothing of it is served before this.
      await ask(session, 'POST', `/domain/zone/${set.zone}/refresh`, Nothing)
    },
  },
)
