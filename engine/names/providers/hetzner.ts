/** Hetzner, in its Cloud API. A change is an action that has to be waited for. https://docs.hetzner.cloud/reference/cloud#zone-rrset-actions */
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { queryOf } from '../dyndns2.ts'
import { credential, ProviderError, type Session } from '../provider.ts'
import { askJson, MAX_RECORDS, quoted, type RecordSet, unquoted, zoneCandidates, zoneProvider } from '../zone-api.ts'

const API = 'https://api.hetzner.cloud/v1'
const TTL_S = 60
const POLL_MS = 500
const MAX_POLLS = 20

const headers = (session: Session) => ({ Authorization: `Bearer ${credential(session, 'token')}` })
const setsOf = ({ zone }: RecordSet): string => `${API}/zones/${zone}/rrsets`
const pathOf = (set: RecordSet): string => `${setsOf(set)}/${set.sub === '' ? '@' : encodeURIComponent(set.sub)}/${set.type}`

const Action = z.object({
  id: z.number(),
  status: z.enum(['running', 'success', 'error']),
  error: z.object({ message: z.string() }).nullish(),
})
const Zones = z.object({ zones: z.array(z.object({ id: z.number(), name: z.string() })) })
const Values = z.object({ rrset: z.object({ records: z.array(z.object({ value: z.string() })).max(MAX_RECORDS) }) })

async function finish({ action }: { action: z.infer<typeof Action> }, session: Session): Promise<void> {
  let current = action
  for (let poll = 0; current.status === 'running'; poll++) {
    if (poll === MAX_POLLS) throw new ProviderError('server', 'the change is not done in time')
    await wait(POLL_MS, undefined, { signal: session.signal })
    const request = { method: 'GET' as const, url: `${API}/actions/${current.id}`, headers: headers(session) }
    current = (await askJson(session, request, z.object({ action: Action }))).action
  }
  if (current.status === 'error') throw new ProviderError('server', current.error?.message ?? 'the change failed')
}

export const hetzner = zoneProvider(
  {
    id: 'hetzner',
    title: 'Hetzner',
    page: 'https://console.hetzner.com/',
    fields: [{ id: 'token', isSecret: true }],
    minPeriodS: 10,
    ttlS: TTL_S,
  },
  {
    async findZone(host, session) {
      for (const candidate of zoneCandidates(host)) {
        const request = { method: 'GET' as const, url: `${API}/zones?${queryOf({ name: candidate })}`, headers: headers(session) }
        const [found] = (await askJson(session, request, Zones)).zones
        if (found) return { zone: String(found.id), name: found.name }
      }
      return undefined
    },
    async read(set, session) {
      const request = { method: 'GET' as const, url: pathOf(set), headers: headers(session) }
      const found = await askJson(session, request, Values, ({ status }) => (status === 404 ? { rrset: { records: [] } } : undefined))
      return found.rrset.records.map(({ value }) => unquoted(set.type, value))
    },
    async write(set, values, session) {
      const Done = z.object({ action: Action })
      const request = { headers: headers(session) }
      if (values.length === 0)
        return await finish(await askJson(session, { ...request, method: 'DELETE', url: pathOf(set) }, Done), session)
      const records = values.map((value) => ({ value: quoted(set.type, value) }))
      const changed = await askJson(
        session,
        { ...request, method: 'POST', url: `${pathOf(set)}/actions/set_records`, json: { records } },
        z.object({ action: Action.nullable() }),
        ({ status }) => (status === 404 ? { action: null } : undefined),
      )
      const json = { name: set.sub === '' ? '@' : set.sub, type: set.type, ttl: TTL_S, records }
      // There is no such set yet.
      const { action } = changed.action ? changed : await askJson(session, { ...request, method: 'POST', url: setsOf(set), json }, Done)
      if (action) await finish({ action }, session)
    },
  },
)
