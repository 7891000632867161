/** What a provider has said, without the secrets that it may say back: an address of FreeDNS or a URL of one's own has one in it. */
import type { Field } from '../names/provider.ts'
import type { ProviderSession } from './name-credentials.ts'

/** What is shown of it, and kept. */
const MAX_WORDS_CHARS = 200
/** Shorter ones are taken out only where they stand alone: a password "a" would tear holes into every sentence. */
const MIN_SECRET_CHARS = 6
/** Of an address or a key file, a part may be said back. */
const PARTED: ReadonlySet<Field['id']> = new Set(['url', 'key'])

/** Taken out before it is cut, so that none is cut in two. */
export function redacted(words: string, way: ProviderSession | undefined): string {
  const secrets = way ? secretsOf(way) : []
  const long = secrets.filter((secret) => secret.length >= MIN_SECRET_CHARS).sort((a, b) => b.length - a.length)
  const short = secrets.filter((secret) => secret.length < MIN_SECRET_CHARS)
  const without = long.reduce((text, secret) => text.replaceAll(secret, '…'), words)
  return short.reduce((text, secret) => text.replace(alone(secret), '…'), without).slice(0, MAX_WORDS_CHARS)
}

/** Each as it is, and as it is written in addresses, JSON, pages and headers. */
function secretsOf({ provider, session: { credentials } }: ProviderSession): string[] {
  const fields = provider.fields.flatMap(({ id, isSecret }) => {
    const secret = isSecret ? credentials[id] : undefined
    if (secret === undefined || secret === '') return []
    return PARTED.has(id) ? [secret, ...secret.split(/[/?&=:;"{}\s]+/).filter((part) => part.length >= MIN_SECRET_CHARS)] : [secret]
  })
  const { user, password } = credentials
  // `Authorization: Basic …`
  const login = user !== undefined && password !== undefined ? [base64(`${user}:${password}`)] : []
  return [...new Set([...fields.flatMap(writings), ...login])]
}

const writings = (secret: string): string[] => [
  secret,
  secret.replace(/\s+/g, ' '),
  encodeURIComponent(secret),
  encodeURIComponent(secret).replaceAll('%3A', ':').replaceAll('%2C', ','),
  encodeURIComponent(secret).replaceAll('%20', '+'),
  JSON.stringify(secret).slice(1, -1),
  secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  base64(secret),
]

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const alone = (secret: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'gu')
