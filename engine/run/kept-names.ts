/** What the owner decides of the names that a provider keeps, or somebody else. */
import { MAX_OWN_NAMES, type NameCredentials, OwnHost, type OwnName, WATCHED, WildcardHost } from '../../protocol/model/own-name.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Controlled } from '../control/controlled.ts'
import { suffixBytes } from '../core/name-addresses.ts'
import { nameState, standsAs } from '../core/name-standing.ts'
import { finalProblem } from '../core/view-names.ts'
import { type Provider, ProviderError } from '../names/provider.ts'
import { nameProviders, PROVIDERS } from '../names/providers/index.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'
import type { ProviderSession } from './name-credentials.ts'
import { redacted } from './redacted.ts'

type Kept = Pick<Controlled, 'nameProviders' | 'addName' | 'updateName' | 'testName' | 'removeName' | 'removeOwnName'>

/** A face waits for it. */
const ASK_LIMIT_MS = 20_000

export function keepNames(context: Context, dispatch: Emit): Kept {
  const { settings, credentials: store, nameRecords, state } = context
  const known = (host: string): OwnName | undefined => settings.current.ownNames.find((name) => name.host === host)
  const accounts = (): Record<string, string> =>
    Object.fromEntries(settings.current.ownNames.map(({ host }) => [host, store.accountOf(host)]))
  const choose = async (ownNames: OwnName[]): Promise<void> => {
    settings.change({ ownNames })
    dispatch({ type: 'own-names-chosen', ownNames, accounts: accounts() })
    await nameRecords.write(state().publisher.names)
  }
  const keptBy = (host: string): OwnName => {
    const name = known(lower(host))
    if (!name) throw new ProblemError(problem('own-name-unknown', { name: host }))
    return name
  }
  const wayTo = (host: string, signal: AbortSignal): ProviderSession | undefined =>
    store.sessionFor(host, AbortSignal.any([signal, AbortSignal.timeout(ASK_LIMIT_MS)]))

  async function remove(text: string, signal: AbortSignal): Promise<{ left: boolean }> {
    const { host } = keptBy(text)
    const way = wayTo(host, signal)
    const mine = nameState(state(), host)
    await choose(settings.current.ownNames.filter((name) => name.host !== host))
    // What somebody else has put there is his.
    const isOurs = mine.sent !== null && standsAs(mine, mine.sent.addresses) !== 'none'
    const isGone = isOurs && way !== undefined && (await withdraw(host, way))
    store.keep(host, null)
    const stands = mine.standing?.answers.some(({ ipv4, ipv6 }) => ipv4.length + ipv6.length > 0) ?? mine.sent !== null
    return { left: stands && !isGone }
  }

  return {
    nameProviders,
    async addName(wish, signal) {
      const name = readWish(wish, (service) => settings.current.services.some((each) => each.name === service))
      const others = settings.current.ownNames.filter(({ host }) => host !== name.host)
      if (others.length >= MAX_OWN_NAMES) throw new ProblemError(problem('own-names-full', { name: wish.host }))
      const provider = PROVIDERS.get(wish.provider)
      const { files } = known(name.host) ?? {}
      const kept = { ...name, ...(files && { files }) }
      if (!provider) {
        // Who kept it before is asked nothing more.
        store.keep(name.host, null)
        await choose([...others, kept])
        return { checked: false }
      }
      const credentials = readCredentials(provider, wish.credentials ?? store.at(provider.id) ?? {})
      const checked = await check({ provider, session: sessionOf(context, credentials, signal) }, name.host)
      store.keep(name.host, { provider: provider.id, credentials })
      await choose([...others, kept])
      dispatch({ type: 'name-retried', hosts: [name.host] })
      return { checked }
    },
    async updateName(text, given, signal) {
      const { host, provider: id } = keptBy(text)
      const provider = PROVIDERS.get(id ?? '')
      if (!provider) throw new ProblemError(problem('own-name-unknown', { name: text }))
      const credentials = readCredentials(provider, given)
      const checked = await check({ provider, session: sessionOf(context, credentials, signal) }, host)
      const hosts = store.replace(host, provider.id, credentials)
      dispatch({ type: 'name-retried', hosts, accounts: accounts() })
      return { checked }
    },
    async testName(text, signal) {
      const { host, provider } = keptBy(text)
      const way = wayTo(host, signal)
      if (provider === WATCHED) {
        dispatch({ type: 'name-retried', hosts: [host] })
        return { checked: false }
      }
      if (!way) throw new ProblemError(problem('own-name-unknown', { name: text }))
      const checked = await check(way, host, String(nameState(state(), host).notBeforeMs))
      dispatch({ type: 'name-retried', hosts: [host] })
      return { checked }
    },
    removeName: remove,
    async removeOwnName(host, signal) {
      await remove(host, signal)
    },
  }
}

const lower = (text: string): string => text.trim().toLowerCase().replace(/\.$/, '')

function sessionOf({ credentials: store }: Context, credentials: NameCredentials, signal: AbortSignal): ProviderSession['session'] {
  return store.sessionWith(credentials, AbortSignal.any([signal, AbortSignal.timeout(ASK_LIMIT_MS)]))
}

/** Throws ProblemError. */
function readWish(
  { host: text, provider, service, ipv6Suffix }: Parameters<Kept['addName']>[0],
  isService: (name: string) => boolean,
): OwnName {
  const host = lower(text)
  if (host === 'ipv4' || host === 'ipv6' || !(OwnHost.safeParse(host).success || WildcardHost.safeParse(host).success))
    throw new ProblemError(problem('own-name-invalid', { name: text }))
  if (provider !== WATCHED && !PROVIDERS.has(provider)) throw new ProblemError(problem('provider-unknown', { name: provider }))
  if (service !== null && !isService(service)) throw new ProblemError(problem('service-unknown', { name: service }))
  // Another machine is reached there, and none of this one's services.
  if (ipv6Suffix !== null && (!suffixBytes(ipv6Suffix) || service !== null))
    throw new ProblemError(problem('ipv6-suffix-invalid', { address: ipv6Suffix }))
  return { host, provider, ...(service !== null && { service }), ...(ipv6Suffix !== null && { ipv6Suffix }) }
}

/** Those that the provider asks for, and nothing else. Throws ProblemError when one is missing. */
function readCredentials({ title, fields }: Provider, given: NameCredentials): NameCredentials {
  const found = fields.flatMap(({ id }): [string, string][] => (given[id]?.trim() ? [[id, given[id].trim()]] : []))
  const missing = fields.filter(({ id, isOptional = false }) => !isOptional && !found.some(([each]) => each === id))
  if (missing.length > 0)
    throw new ProblemError(problem('name-credentials-missing', { name: title, detail: missing.map(({ id }) => id).join(', ') }))
  return Object.fromEntries(found)
}

/** A harmless call. False: there is none, or the provider cannot be asked just now, which `until` makes a problem. Throws ProblemError. */
async function check(way: ProviderSession, host: string, until?: string): Promise<boolean> {
  try {
    await way.provider.check?.(host.replace(/^\*\./, ''), way.session)
    return way.provider.check !== undefined
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    const { trouble } = error
    const told = { host, name: way.provider.title, reason: redacted(error.wire, way) }
    switch (trouble) {
      case 'limited':
      case 'server':
      case 'odd':
      case 'unreachable':
        if (until === undefined) return false
        throw new ProblemError(problem('name-not-updated', { ...told, until }))
      default:
        throw new ProblemError(problem(finalProblem(trouble), told))
    }
  }
}

/** Did it take its record back? */
async function withdraw(host: string, { provider, session }: ProviderSession): Promise<boolean> {
  if (!provider.canWithdraw) return false
  return await provider.set(host, { ipv4: null, ipv6: null }, session).then(
    () => true,
    () => false,
  )
}
