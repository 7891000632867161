/** Whose word about a name counts: the servers of its zone, found through a resolver, then asked without any cache in between. */
import { Resolver } from 'node:dns/promises'
import type { Endpoint } from '../protocol/model/address.ts'
import { type Answered, ask } from './ask.ts'
import { RCODE } from './codes.ts'
import { nameOf } from './names.ts'

/** `undelegated`: no zone below a top-level domain holds the name; `failing`: the resolver could not say. */
export type Authorities =
  | { readonly state: 'found'; readonly zone: string; readonly servers: readonly Endpoint[] }
  | { readonly state: 'undelegated' }
  | { readonly state: 'failing' }

export interface ResolverOptions {
  /** Asked instead of this computer's own: addresses, with a port if it is not 53. */
  readonly resolvers?: readonly string[] | undefined
  /** May this address be asked? Who chooses the name chooses its servers too. */
  readonly mayAsk?: ((address: string) => boolean) | undefined
  /** Where name servers listen. */
  readonly port?: number | undefined
}

const RESOLVER_MS = 2000
const RESOLVER_TRIES = 2
const MAX_NAMES = 8
const MAX_SERVERS = 8
const DNS_PORT = 53
/** The resolver's "there is none", in words of c-ares. */
const NOTHING: ReadonlySet<string> = new Set(['ENODATA', 'ENOTFOUND'])

/** The nearest zone above `host`, or at it. Never throws, but with the signal's reason. */
export async function findAuthorities(host: string, options: ResolverOptions, signal: AbortSignal): Promise<Authorities> {
  const resolver = new Resolver({ timeout: RESOLVER_MS, tries: RESOLVER_TRIES })
  if (options.resolvers) resolver.setServers(options.resolvers)
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    signal.throwIfAborted()
    const labels = host.split('.')
    for (let cut = 0; cut < labels.length - 1; cut++) {
      const zone = labels.slice(cut).join('.')
      const names = await unlessNothing(resolver.resolveNs(zone))
      if (names === 'failed') return { state: 'failing' }
      if (names.length === 0) continue
      const servers = await addressesOf(resolver, names.slice(0, MAX_NAMES), options)
      return servers.length === 0 ? { state: 'failing' } : { state: 'found', zone, servers }
    }
    return { state: 'undelegated' }
  } finally {
    signal.removeEventListener('abort', cancel)
    signal.throwIfAborted()
  }
}

async function addressesOf(resolver: Resolver, names: readonly string[], { mayAsk, port = DNS_PORT }: ResolverOptions) {
  const found = await Promise.all([
    ...names.map((name) => unlessNothing(resolver.resolve4(name))),
    ...names.map((name) => unlessNothing(resolver.resolve6(name))),
  ])
  const addresses = found.flatMap((each) => (each === 'failed' ? [] : each)).filter((address) => mayAsk?.(address) ?? true)
  return [...new Set(addresses)].slice(0, MAX_SERVERS).map((address) => ({ address, port }))
}

async function unlessNothing<T>(asked: Promise<T[]>): Promise<T[] | 'failed'> {
  try {
    return await asked
  } catch (error) {
    return NOTHING.has((error as NodeJS.ErrnoException).code ?? '') ? [] : 'failed'
  }
}

/** What each of them says, of those that answer and know. */
export async function askEach(servers: readonly Endpoint[], host: string, type: number, signal: AbortSignal): Promise<Answered[]> {
  const asked = await Promise.allSettled(servers.map((server) => ask(server, nameOf(host), type, signal)))
  signal.throwIfAborted()
  return asked.flatMap((each) => (each.status === 'fulfilled' && isKnown(each.value) ? [each.value] : []))
}

const isKnown = ({ rcode, authoritative }: Answered): boolean => authoritative && (rcode === RCODE.NOERROR || rcode === RCODE.NXDOMAIN)
