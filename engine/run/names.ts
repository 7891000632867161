/** Performs the publisher of the owner's names: asks their name servers, and tells their providers. */
import type { Answered } from '../../dns/ask.ts'
import { askEach, findAuthorities, type ResolverOptions } from '../../dns/authorities.ts'
import { TYPE } from '../../dns/codes.ts'
import type { Endpoint } from '../../protocol/model/address.ts'
import { formatIPv6 } from '../core/name-addresses.ts'
import type { EffectOf } from '../core/plan.ts'
import type { Answer } from '../core/publisher-state.ts'
import { ProviderError } from '../names/provider.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'
import { redacted } from './redacted.ts'

const LOOK_LIMIT_MS = 15_000
/** Some providers take a dozen requests, and tell us to ask again whether they are done. */
const SET_LIMIT_MS = 90_000
/** More under one name are none of ours. */
const MAX_ADDRESSES = 8
/** An alias leads to where its zone's owner wants it; more than these lead in a circle. */
const MAX_ALIASES = 4

export async function lookUpName(
  { nameRecords, state }: Context,
  { host }: EffectOf<'look-up-name'>,
  emit: Emit,
  signal: AbortSignal,
  resolver: ResolverOptions = {},
): Promise<void> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(LOOK_LIMIT_MS)])
  const answers = await standingAt(host, resolver, bounded).catch((error: unknown) => {
    if (signal.aborted) throw error
    return []
  })
  emit({ type: 'name-looked-up', host, answers })
  await nameRecords.write(state().publisher.names)
}

/** What each server of the name's own zone says, each different answer once; none: none of them could be asked. */
async function standingAt(host: string, resolver: ResolverOptions, signal: AbortSignal, aliases = 0): Promise<Answer[]> {
  const found = await findAuthorities(host.replace(/^\*\./, ''), resolver, signal)
  if (found.state !== 'found') return []
  const asked = await Promise.all(found.servers.map((server) => answerOf(server, host, signal)))
  const answers = asked.filter((each) => each !== undefined)
  const alias = answers.find(({ alias: name }) => name !== undefined)?.alias
  if (alias !== undefined && aliases < MAX_ALIASES) return await standingAt(alias, resolver, signal, aliases + 1)
  const different = new Map(answers.map(({ ipv4, ipv6 }) => [`${ipv4} ${ipv6}`, { ipv4, ipv6 }]))
  return [...different.values()]
}

async function answerOf(
  server: Endpoint,
  host: string,
  signal: AbortSignal,
): Promise<(Answer & { alias: string | undefined }) | undefined> {
  const [[a], [aaaa]] = await Promise.all([TYPE.A, TYPE.AAAA].map((type) => askEach([server], host, type, signal)) as [Asked, Asked])
  if (!a || !aaaa) return undefined
  const addresses = ({ records }: Answered, bytes: 4 | 16): string[] =>
    records
      .filter(({ data }) => data.length === bytes)
      .slice(0, MAX_ADDRESSES)
      .map(({ data }) => (bytes === 4 ? [...data].join('.') : formatIPv6([...data])))
      .sort()
  return { ipv4: addresses(a, 4), ipv6: addresses(aaaa, 16), alias: a.alias?.join('.') }
}

type Asked = Promise<Answered[]>

export async function setName(context: Context, { host, addresses }: EffectOf<'set-name'>, emit: Emit, signal: AbortSignal): Promise<void> {
  const { nameRecords, credentials, log, state } = context
  const keep = (): Promise<void> => nameRecords.write(state().publisher.names)
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(SET_LIMIT_MS)])
  const way = credentials.sessionFor(host, bounded)
  emit({ type: 'name-sending', host, addresses })
  await keep()
  try {
    if (!way) throw new ProviderError('credentials', 'they are missing')
    await way.provider.set(host, addresses, way.session)
    const proxied = (await way.provider.isProxied?.(host, way.session).catch(() => false)) ?? false
    log('name-sent', { host, provider: way.provider.id })
    emit({ type: 'name-sent', host, proxied })
  } catch (thrown) {
    if (signal.aborted) throw thrown
    const { trouble, wire, final, retryAfterS } = told(thrown, bounded)
    const words = redacted(wire, way)
    log('name-not-sent', { host, trouble, message: words })
    emit({ type: 'name-failed', host, trouble, wire: words, final, retryAfterS, chance: Math.random() })
  }
  await keep()
}

/** A mistake of ours would be sent again each second if nobody were told of it. */
function told(thrown: unknown, bounded: AbortSignal): ProviderError {
  if (thrown instanceof ProviderError) return thrown
  if (bounded.aborted) return new ProviderError('unreachable', 'no answer in time', { cause: thrown })
  return new ProviderError('odd', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
}
