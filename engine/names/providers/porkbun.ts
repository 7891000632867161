/** Porkbun. Keys in each request's body; failures are `status: ERROR`. https://porkbun.com/api/json/v3/documentation */
import { z } from 'zod'
import { credential, type ProviderAnswer, ProviderError, type Session, type Trouble, troubleOfStatus } from '../provider.ts'
import { askJson, MAX_RECORDS, type RecordSet, readJson, zoneCandidates, zoneProvider } from '../zone-api.ts'

const API = 'https://api.porkbun.com/api/json/v3/dns'
/** The shortest that it takes. */
const TTL_S = 600

const Failure = z.object({ status: z.literal('ERROR'), message: z.string().default('') })
const Rows = z.object({
  status: z.literal('SUCCESS'),
  records: z
    .array(z.object({ id: z.union([z.string(), z.number()]).transform(String), content: z.string() }))
    .max(MAX_RECORDS)
    .default([]),
})
const Done = z.object({ status: z.literal('SUCCESS') })

const TROUBLES: readonly (readonly [pattern: RegExp, trouble: Trouble])[] = [
  [/api key|apikey|not authori[sz]ed/i, 'credentials'],
  [/opted in to api access/i, 'account'],
  [/invalid domain|domain .*not found/i, 'name'],
  [/rate limit/i, 'limited'],
]

async function ask<T extends z.ZodType>(
  path: string,
  body: Readonly<Record<string, string>>,
  schema: T,
  session: Session,
): Promise<z.infer<T>> {
  const json = { secretapikey: credential(session, 'secret'), apikey: credential(session, 'key'), ...body }
  return await askJson(session, { method: 'POST', url: `${API}/${path}`, json }, schema, refuse)
}

function refuse(answer: ProviderAnswer): undefined {
  if (answer.status === 429 || answer.status >= 500) return undefined
  const failure = Failure.safeParse(safely(answer.body))
  if (!failure.success) return undefined
  const { message } = failure.data
  const known = TROUBLES.find(([pattern]) => pattern.test(message))?.[1]
  throw known ? new ProviderError(known, message) : (troubleOfStatus(answer) ?? new ProviderError('odd', message))
}

const safely = (body: string): unknown => {
  try {
    return readJson(body, z.unknown())
  } catch {
    return undefined
  }
}

const placeOf = ({ zone, sub, type }: RecordSet): string => `${zone}/${type}${sub === '' ? '' : `/${encodeURIComponent(sub)}`}`
const rows = async (set: RecordSet, session: Session) => (await ask(`retrieveByNameType/${placeOf(set)}`, {}, Rows, session)).records

export const porkbun = zoneProvider(
  {
    id: 'porkbun',
    title: 'Porkbun',
    page: 'https://porkbun.com/account/api',
    fields: [
      { id: 'key', isSecret: true },
      { id: 'secret', isSecret: true },
    ],
    minPeriodS: 10,
    ttlS: TTL_S,
  },
  {
    async findZone(host, session) {
      for (const candidate of zoneCandidates(host)) {
        try {
          await ask(`retrieveByNameType/${candidate}/NS`, {}, Rows, session)
          return { zone: candidate, name: candidate }
        } catch (error) {
          if (!(error instanceof ProviderError) || error.trouble !== 'name') throw error
        }
      }
      return undefined
    },
    read: async (set, session) => (await rows(set, session)).map(({ content }) => content),
    async write(set, values, session) {
      const there = await rows(set, session)
      const [only, ...more] = values
      // An address takes its predecessor's place in one step, so that the name is never empty. Of several it would make as many alike.
      if (set.type !== 'TXT' && only !== undefined && more.length === 0 && there.length === 1)
        return void (await ask(`editByNameType/${placeOf(set)}`, { content: only, ttl: String(TTL_S) }, Done, session))
      const missing = values.filter((value) => !there.some(({ content }) => content === value))
      for (const content of missing)
        await ask(`create/${set.zone}`, { name: set.sub, type: set.type, content, ttl: String(TTL_S) }, Done, session)
      for (const { id, content } of there) if (!values.includes(content)) await ask(`delete/${set.zone}/${id}`, {}, Done, session)
    },
  },
)
