/** FreeDNS (afraid.org): an address of its own for each name, which takes the sender's address, and answers 200 whatever becomes of it.
 *  https://freedns.afraid.org/dynamic/v2/ */
import { credential, type Provider, ProviderError, type Session, troubleOfStatus } from '../provider.ts'

const DONE = /^(updated\b|no ip change detected\b|.*\bhas not changed\b)/i
/** "ERROR: Invalid update URL", "Could not authenticate". */
const WRONG_TOKEN = /invalid|authenticat/i

export const freedns: Provider = {
  id: 'freedns',
  title: 'FreeDNS',
  page: 'https://freedns.afraid.org/dynamic/v2/',
  fields: [{ id: 'token', isSecret: true }],
  minPeriodS: 60,
  ttlS: 3600,
  families: ['ipv4', 'ipv6'],
  canWithdraw: false,
  async set(_host, { ipv4, ipv6 }, session) {
    if (ipv4 !== null) await ask('sync.afraid.org', session)
    if (ipv6 !== null) await ask('v6.sync.afraid.org', session)
  },
}

async function ask(server: string, session: Session): Promise<void> {
  const token = encodeURIComponent(credential(session, 'token'))
  const answer = await session.send({ method: 'GET', url: `https://${server}/u/${token}/` }, session.signal)
  const trouble = troubleOfStatus(answer)
  if (trouble) throw trouble.trouble === 'name' ? new ProviderError('credentials', trouble.wire) : trouble
  const said = answer.body.trim()
  if (!DONE.test(said)) throw new ProviderError(WRONG_TOKEN.test(said) ? 'credentials' : 'odd', said === '' ? 'an empty answer' : said)
}
