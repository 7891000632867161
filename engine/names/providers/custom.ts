/** Any other provider that takes an address by a GET: its own address with places to fill in, and the words of a good answer. */
import { judge } from '../dyndns2.ts'
import { type Addresses, credential, type Provider, ProviderError, type Session, troubleOfStatus } from '../provider.ts'

const DEFAULT_SUCCESS = ['good', 'nochg', 'ok', 'success', 'updated']
const MAX_URL_CHARS = 2000

export const custom: Provider = {
  id: 'custom',
  title: 'URL',
  page: null,
  // Passwords stand in such an address.
  fields: [
    { id: 'url', isSecret: true },
    { id: 'success', isSecret: false, isOptional: true },
    { id: 'fatal', isSecret: false, isOptional: true },
  ],
  minPeriodS: 60,
  ttlS: 60,
  families: ['ipv4', 'ipv6'],
  canWithdraw: false,
  async set(host, addresses, session) {
    const answer = await session.send({ method: 'GET', url: filled(host, addresses, session) }, session.signal)
    const trouble = troubleOfStatus(answer)
    if (trouble) throw trouble
    const words = session.credentials.success ? [session.credentials.success.toLowerCase()] : DEFAULT_SUCCESS
    const said = answer.body.trimStart()
    const begins = (word: string): boolean => said.toLowerCase().startsWith(word)
    if (words.some(begins)) return
    const { fatal } = session.credentials
    if (fatal && begins(fatal.toLowerCase())) throw new ProviderError('agent', said)
    // Most of them say "no" in the words of dyndns2.
    judge(said)
    throw new ProviderError('odd', said)
  },
}

/** `{host}`, `{ipv4}` and `{ipv6}`; a family that does not stand is left empty. Throws {@link ProviderError}. */
function filled(host: string, { ipv4, ipv6 }: Addresses, session: Session): string {
  const template = credential(session, 'url').trim()
  if (template.length > MAX_URL_CHARS || !/^https:\/\/[^/?#@\s]+([/?#]|$)/i.test(template))
    throw new ProviderError('credentials', 'url is no https address')
  if (!/\{ipv[46]\}/.test(template)) throw new ProviderError('credentials', 'url has no place for an address')
  const places: Readonly<Record<string, string>> = { host, ipv4: ipv4 ?? '', ipv6: ipv6 ?? '' }
  return template.replace(/\{(host|ipv4|ipv6)\}/g, (_whole, place: string) =>
    encodeURIComponent(places[place] ?? '').replaceAll('%3A', ':'),
  )
}
